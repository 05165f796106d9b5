/* Memory: pointers that are followed, arrays that are gone through. */
#include <stdint.h>
#include <string.h>

#include "kernels.h"

struct node {
  struct node* next;
  unsigned long key;
};

enum { NEAR = 1 << 11, MIDDLE = 1 << 14, FAR = 1 << 22 };
static struct node near[NEAR], middle[MIDDLE], far[FAR];

NOINLINE static unsigned long chase(const struct node* node, unsigned steps) {
  unsigned long sum = 0;
  for (; steps > 0; steps--) {
    sum += node->key;
    node = node->next;
  }
  return sum;
}

static void chase_near(void) { kernel_sink += chase(near, 200000); }
static void chase_middle(void) { kernel_sink += chase(middle, 200000); }
static void chase_far(void) { kernel_sink += chase(far, 20000); }

static struct node list[4096];

NOINLINE static unsigned long sum_list(const struct node* node) {
  unsigned long sum = 0;
  for (; node != NULL; node = node->next)
    sum += node->key;
  return sum;
}

static void lists(void) {
  for (int i = 0; i < 100; i++)
    kernel_sink += sum_list(list);
}

enum { WORDS = 1 << 16 };
static uint32_t from[WORDS], to[WORDS];

NOINLINE static void scale(uint32_t* out, const uint32_t* in, uint32_t factor, int count) {
  for (int i = 0; i < count; i++)
    out[i] = in[i] * factor + out[i];
}

static void streams(void) {
  for (uint32_t i = 0; i < 30; i++)
    scale(to, from, i, WORDS);
  kernel_sink += to[99];
}

static void copies(void) {
  for (int i = 0; i < 60; i++) {
    memcpy(to, from, sizeof to - (size_t)i);
    kernel_sink += to[i];
  }
  for (int i = 0; i < 20000; i++) {
    memcpy(to + i, from, (size_t)(i & 255));
    kernel_sink += (unsigned long)memcmp(to, from, (size_t)(i & 127));
  }
}

/* One ring through all nodes, in random order. */
static void shuffle(struct node* nodes, unsigned count) {
  static unsigned order[FAR];
  unsigned random = 7;
  for (unsigned i = 0; i < count; i++)
    order[i] = i;
  for (unsigned i = count - 1; i > 0; i--) {
    const unsigned j =
        (unsigned)(((unsigned long)kernel_random(&random) << 16 ^ kernel_random(&random)) %
                   (i + 1));
    const unsigned swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
  }
  for (unsigned i = 0; i < count; i++)
    nodes[order[i]] = (struct node){&nodes[order[(i + 1) % count]], i};
}

static void prepare(void) {
  shuffle(near, NEAR);
  shuffle(middle, MIDDLE);
  shuffle(far, FAR);
  for (unsigned i = 0; i < 4096; i++)
    list[i] = (struct node){i + 1 < 4096 ? &list[i + 1] : NULL, i};
}

static const struct kernel kernels[] = {
    {"chase_near", chase_near, NULL},
    {"chase_middle", chase_middle, "what pointers lead to is in the second-level cache"},
    {"chase_far", chase_far, "what pointers lead to is in no cache"},
    {"lists", lists, NULL},
    {"streams", streams, NULL},
    {"copies", copies, NULL},
};
KERNEL_GROUP(memory, prepare, kernels);
