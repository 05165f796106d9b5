// RUN: %unit heap
/* The heap of a process: contents kept through random requests, alignment, joining of free blocks,
 * growth in place, fresh memory untouched, memory given back, and the program's mistakes found. */
#include "process/heap.h"

#include <sys/mman.h>

#include "process/region.h"
#include "support.h"

enum { MIB = 1 << 20, BLOCKS = 512 };

static struct stp_region region;
static struct stp_heap* heap;

static void start(void) {
  CHECK_EQ(stp_region_create(&region), 0);
  heap = stp_heap_create(&region);
}

static void stop(void) { stp_region_destroy(&region); }

static size_t resident(void* address, size_t size) {
  static unsigned char pages[1 << 20];
  size_t count = (size + STP_PAGE - 1) / STP_PAGE, found = 0;
  char* page = (char*)((uintptr_t)address & ~(uintptr_t)(STP_PAGE - 1));
  CHECK(count < sizeof pages && mincore(page, count * STP_PAGE, pages) == 0);
  for (size_t i = 0; i < count; i++)
    found += pages[i] & 1;
  return found;
}

static void basics(void) {
  start();
  CHECK_EQ(stp_heap_in_use(heap), 0);
  char* a = stp_heap_alloc(heap, 0);
  char* b = stp_heap_alloc(heap, 24);
  char* c = stp_heap_alloc(heap, 25);
  CHECK(a && b && c && b - a == 32 && c - b == 32 && (uintptr_t)a % 16 == 0);
  CHECK_EQ(stp_heap_usable(heap, b), 24);
  CHECK_EQ(stp_heap_usable(heap, c), 40);
  CHECK(stp_heap_of(a) == heap && !stp_heap_of(&a));
  stp_heap_free(heap, b);
  CHECK(stp_heap_alloc(heap, 10) == b); /* the block just freed */
  stp_heap_free(heap, a);
  stp_heap_free(heap, b);
  stp_heap_free(heap, c);
  CHECK_EQ(stp_heap_in_use(heap), 0);
  CHECK(!stp_heap_alloc(heap, SIZE_MAX) && !stp_heap_alloc(heap, SIZE_MAX / 2));
  CHECK(!stp_heap_alloc(heap, region.size));
  CHECK(!stp_heap_alloc_aligned(heap, 64, SIZE_MAX - 16));
  char* most = stp_heap_alloc(heap, region.size / 2); /* costs nothing until touched */
  CHECK(most && !stp_heap_alloc(heap, region.size / 2));
  CHECK(!stp_region_take(&region, region.size / 2, false));
  stp_heap_free(heap, most);
  CHECK(stp_region_take(&region, region.size / 2, false));
  CHECK(!stp_heap_alloc(heap, region.size / 2) && stp_heap_alloc(heap, region.size / 4));
  stop();
}

/* Neighbours that are free become one block, whatever the order. */
static void joining(void) {
  static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                   {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (int i = 0; i < 6; i++) {
    start();
    char* blocks[3];
    for (int k = 0; k < 3; k++)
      blocks[k] = stp_heap_alloc(heap, 2000);
    char* last = stp_heap_alloc(heap, 2000);
    for (int k = 0; k < 3; k++)
      stp_heap_free(heap, blocks[orders[i][k]]);
    CHECK(stp_heap_alloc(heap, 6000) == blocks[0]);
    stp_heap_free(heap, blocks[0]);
    stp_heap_free(heap, last);
    CHECK_EQ(stp_heap_size(heap), 0);
    stop();
  }
}

static void resizing(void) {
  start();
  char* a = stp_heap_alloc(heap, 100);
  strcpy(a, "contents");
  CHECK(stp_heap_resize(heap, a, 100000) == a); /* into the top */
  char* b = stp_heap_alloc(heap, 5000);
  char* c = stp_heap_alloc(heap, 100);
  stp_heap_free(heap, b);
  CHECK(stp_heap_resize(heap, a, 104000) == a); /* into the free block */
  char* d = stp_heap_resize(heap, a, 200000);   /* moves */
  CHECK(d != a && strcmp(d, "contents") == 0);
  CHECK(stp_heap_resize(heap, d, 9) == d && strcmp(d, "contents") == 0);
  CHECK(!stp_heap_resize(heap, d, region.size) && strcmp(d, "contents") == 0);
  stp_heap_free(heap, c);
  stp_heap_free(heap, d);
  CHECK_EQ(stp_heap_in_use(heap), 0);
  stop();
}

static void freshness(void) {
  start();
  char* big = stp_heap_alloc_zeroed(heap, 64 * MIB);
  CHECK(resident(big, 64 * MIB) <= 1);
  memset(big + 32 * MIB, 1, MIB);
  stp_heap_free(heap, big);
  CHECK(resident(big, 64 * MIB) <= 2); /* given back */

  char* small = stp_heap_alloc(heap, MIB);
  memset(small, 0xff, MIB);
  stp_heap_free(heap, small);
  small = stp_heap_alloc_zeroed(heap, 2 * MIB);
  CHECK(resident(small, 2 * MIB) <= 257);
  for (size_t i = 0; i < 2 * MIB; i++)
    CHECK_EQ(small[i], 0);

  char* inner = stp_heap_alloc(heap, 16 * MIB);
  char* wall = stp_heap_alloc(heap, 16);
  memset(inner, 1, 16 * MIB);
  stp_heap_free(heap, inner);
  CHECK(resident(inner, 16 * MIB) <= 3);
  char* kept = stp_heap_alloc(heap, MIB);
  memset(kept, 1, MIB);
  stp_heap_free(heap, kept);
  CHECK(resident(kept, MIB) > 200); /* too small to bother */
  CHECK(stp_heap_trim(heap));
  CHECK(resident(kept, MIB) <= 3);
  CHECK(wall);
  stop();
}

static void mistakes(void) {
  start();
  char* a = stp_heap_alloc(heap, 100);
  char* b = stp_heap_alloc(heap, 100);
  char* c = stp_heap_alloc(heap, 5000);
  char* d = stp_heap_alloc(heap, 5000);
  stp_heap_free(heap, a);
  CHECK(ENDS(stp_heap_free(heap, a)));
  CHECK(ENDS(stp_heap_resize(heap, a, 10)));
  stp_heap_free(heap, c);
  CHECK(ENDS(stp_heap_free(heap, c)));
  CHECK(ENDS(stp_heap_free(heap, b + 16)));
  CHECK(ENDS(stp_heap_free(heap, b + 1)));
  CHECK(ENDS(stp_heap_free(heap, region.stack_top - 64)));
  CHECK(ENDS(stp_heap_free(heap, d + MIB)));
  stp_heap_free(heap, d);
  CHECK(ENDS(stp_heap_free(heap, d)));
  char* e = stp_heap_alloc(heap, 24);
  char* f = stp_heap_alloc(heap, 24);
  memset(e, 'x', 32);
  CHECK(ENDS(stp_heap_free(heap, f)));
  stop();
}

struct shadow {
  unsigned char *start, mark;
  size_t size;
};

static void fill(struct shadow* block) {
  block->mark = (unsigned char)support_random();
  memset(block->start, block->mark, block->size);
}

static void compare(const struct shadow* block, size_t size) {
  for (size_t i = 0; i < size; i++)
    CHECK_EQ(block->start[i], block->mark);
}

static size_t random_size(void) {
  uint64_t number = support_random();
  return number % ((uint64_t)1 << (number >> 32) % 18);
}

static void new_block(struct shadow* block) {
  size_t size = block->size = random_size();
  switch (support_random() % 4) {
  case 0: {
    size_t alignment = (size_t)16 << support_random() % 10;
    block->start = stp_heap_alloc_aligned(heap, alignment, size);
    CHECK((uintptr_t)block->start % alignment == 0);
    break;
  }
  case 1:
    block->start = stp_heap_alloc_zeroed(heap, size);
    block->mark = 0;
    compare(block, size);
    break;
  default:
    block->start = stp_heap_alloc(heap, size);
  }
  CHECK(block->start && (uintptr_t)block->start % 16 == 0);
  CHECK(stp_heap_usable(heap, block->start) >= size);
  fill(block);
}

static void at_random(int steps) {
  static struct shadow blocks[BLOCKS];
  memset(blocks, 0, sizeof blocks);
  start();
  for (int step = 0; step < steps; step++) {
    struct shadow* block = &blocks[support_random() % BLOCKS];
    if (!block->start)
      new_block(block);
    else if (support_random() % 3 == 0) {
      size_t size = random_size();
      block->start = stp_heap_resize(heap, block->start, size);
      compare(block, size < block->size ? size : block->size);
      block->size = size;
      fill(block);
    } else {
      compare(block, block->size);
      stp_heap_free(heap, block->start);
      block->start = NULL;
    }
    if (step % 5000 == 4999)
      stp_heap_trim(heap);
  }
  for (int i = 0; i < BLOCKS; i++)
    if (blocks[i].start) {
      compare(&blocks[i], blocks[i].size);
      stp_heap_free(heap, blocks[i].start);
    }
  CHECK_EQ(stp_heap_in_use(heap), 0);
  stp_heap_trim(heap);
  CHECK_EQ(stp_heap_size(heap), 0);
  stop();
}

int main(void) {
  stp_regions_start(STP_REGION_SIZE_MAX);
  basics();
  joining();
  resizing();
  freshness();
  mistakes();
  at_random(200000);
  return 0;
}
