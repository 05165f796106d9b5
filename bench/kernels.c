/* Small computing kernels, for what instrumentation costs natively: tight loops that poll, short
 * ones that are entered often, nests, an interpreter. Each runs for some milliseconds and prints
 * the cycles of one round, the best of a few. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tsc.h"

enum { ROUNDS = 7 };

static unsigned long sink;

/* ---- lists and strings ---- */

struct node {
  struct node* next;
  unsigned key;
};

static struct node nodes[4096];

__attribute__((noinline)) static unsigned list_sum(const struct node* node) {
  unsigned sum = 0;
  for (; node != NULL; node = node->next)
    sum += node->key;
  return sum;
}

static void list(void) {
  for (int i = 0; i < 100; i++)
    sink += list_sum(nodes);
}

__attribute__((noinline)) static int compare(const char* a, const char* b) {
  while (*a != 0 && *a == *b)
    a++, b++;
  return *a - *b;
}

static char words[1024][12];

static void short_strings(void) {
  for (int round = 0; round < 20; round++)
    for (int i = 0; i + 1 < 1024; i++)
      sink += (unsigned)compare(words[i], words[i + 1]);
}

static char text[1 << 16];

__attribute__((noinline)) static size_t count_words(const char* s) {
  size_t count = 0;
  int inside = 0;
  for (; *s != 0; s++) {
    const int letter = *s != ' ';
    count += letter & ~inside;
    inside = letter;
  }
  return count;
}

static void long_string(void) {
  for (int i = 0; i < 4; i++)
    sink += count_words(text);
}

/* ---- tables ---- */

static struct node* buckets[512];

__attribute__((noinline)) static const struct node* find(unsigned key) {
  const struct node* node = buckets[key % 512];
  while (node != NULL && node->key != key)
    node = node->next;
  return node;
}

static void hash_table(void) {
  for (unsigned i = 0; i < 100000; i++)
    sink += find(i * 7 % 4096) != NULL;
}

static int numbers[1 << 14];

static int ascending(const int* a, int n) {
  for (int i = 1; i < n; i++)
    if (a[i - 1] > a[i])
      return 0;
  return 1;
}

__attribute__((noinline)) static void heap_sort(int* a, int n) {
  for (int start = n / 2, end = n; end > 1;) {
    if (start > 0) {
      start--;
    } else {
      end--;
      const int last = a[end];
      a[end] = a[0];
      a[0] = last;
    }
    const int moved = a[start];
    int root = start, child;
    while ((child = 2 * root + 1) < end) {
      if (child + 1 < end && a[child] < a[child + 1])
        child++;
      if (a[child] <= moved)
        break;
      a[root] = a[child];
      root = child;
    }
    a[root] = moved;
  }
}

static void sort(void) {
  unsigned random = 1;
  for (int i = 0; i < 1 << 14; i++)
    numbers[i] = (int)((random = random * 1664525 + 1013904223) >> 8);
  heap_sort(numbers, 1 << 14);
  sink += (unsigned)ascending(numbers, 1 << 14);
}

/* ---- arithmetic ---- */

__attribute__((noinline)) static unsigned collatz(unsigned long x) {
  unsigned steps = 0;
  for (; x != 1; steps++)
    x = x & 1 ? 3 * x + 1 : x / 2;
  return steps;
}

static void number_theory(void) {
  for (unsigned long i = 1; i < 5000; i++)
    sink += collatz(i);
}

enum { SIDE = 96 };
static double left[SIDE * SIDE], right[SIDE * SIDE], product[SIDE * SIDE];

__attribute__((noinline)) static void multiply(const double* a, const double* b, double* c, int n) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      double sum = 0;
      for (int k = 0; k < n; k++)
        sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
}

static void matrices(void) {
  multiply(left, right, product, SIDE);
  sink += (unsigned long)product[5];
}

static void small_matrices(void) {
  for (int i = 0; i < 3000; i++)
    multiply(left, right, product, 5);
  sink += (unsigned long)product[5];
}

__attribute__((noinline)) static unsigned checksum(const char* data, size_t size) {
  unsigned a = 1, b = 0;
  while (size-- > 0) {
    a = (a + (unsigned char)*data++) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

static void bytes(void) { sink += checksum(text, sizeof text); }

/* ---- an interpreter ---- */

enum operation { PUSH, ADD, MULTIPLY, DUPLICATE, DECREMENT, JUMP_IF, SWAP, HALT };

static const unsigned char code[] = {PUSH, 1,         PUSH, 200,  DUPLICATE, SWAP, DUPLICATE, ADD,
                                     SWAP, DECREMENT, SWAP, SWAP, JUMP_IF,   4,    HALT};

__attribute__((noinline)) static unsigned interpret(const unsigned char* pc) {
  unsigned stack[4096], *top = stack, swapped;
  for (;;)
    switch (*pc++) {
    case PUSH:
      *++top = *pc++;
      break;
    case ADD:
      top--;
      *top += top[1];
      break;
    case MULTIPLY:
      top--;
      *top *= top[1];
      break;
    case DUPLICATE:
      top++;
      *top = top[-1];
      break;
    case DECREMENT:
      --*top;
      break;
    case SWAP:
      swapped = *top;
      *top = top[-1];
      top[-1] = swapped;
      break;
    case JUMP_IF:
      pc++;
      if (*top != 0)
        pc = code + pc[-1];
      break;
    default:
      return top[-1];
    }
}

static void interpreter(void) {
  for (int i = 0; i < 100; i++)
    sink += interpret(code);
}

/* Calls that the compiler cannot see through. */
static unsigned add(unsigned a, unsigned b) { return a + b; }
static unsigned (*volatile callback)(unsigned, unsigned) = add;

__attribute__((noinline)) static unsigned fold(const struct node* node,
                                               unsigned (*function)(unsigned, unsigned)) {
  unsigned sum = 0;
  for (; node != NULL; node = node->next)
    sum = function(sum, node->key);
  return sum;
}

static void callbacks(void) {
  for (int i = 0; i < 30; i++)
    sink += fold(nodes, callback);
}

/* The tightest loop that polls: what ends it is the result of a call. */
__attribute__((noinline)) static int next_character(const char** place) { return *(*place)++; }

__attribute__((noinline)) static unsigned count_characters(const char* place) {
  unsigned count = 0;
  while (next_character(&place) != 0)
    count++;
  return count;
}

static void generator(void) { sink += count_characters(text); }

static const struct {
  const char* name;
  void (*function)(void);
} kernels[] = {{"list", list},
               {"short_strings", short_strings},
               {"long_string", long_string},
               {"hash_table", hash_table},
               {"sort", sort},
               {"number_theory", number_theory},
               {"matrices", matrices},
               {"small_matrices", small_matrices},
               {"bytes", bytes},
               {"interpreter", interpreter},
               {"callbacks", callbacks},
               {"generator", generator}};

static void prepare(void) {
  for (unsigned i = 0; i < 4096; i++) {
    nodes[i].key = i;
    nodes[i].next = i + 1 < 4096 ? &nodes[i + 1] : NULL;
  }
  static struct node entries[4096];
  for (unsigned i = 0; i < 4096; i++) {
    entries[i] = (struct node){buckets[i % 512], i};
    buckets[i % 512] = &entries[i];
  }
  for (int i = 0; i < 1024; i++)
    snprintf(words[i], sizeof words[i], "w%d", i / 3);
  for (size_t i = 0; i + 1 < sizeof text; i++)
    text[i] = i % 7 == 3 ? ' ' : 'a';
  for (int i = 0; i < SIDE * SIDE; i++)
    left[i] = right[i] = i;
}

int main(void) {
  prepare();
  for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
    uint64_t best = UINT64_MAX;
    for (int round = 0; round < 20 * ROUNDS; round++) {
      const uint64_t start = tsc_now();
      kernels[i].function();
      const uint64_t spent = tsc_now() - start;
      if (spent < best)
        best = spent;
    }
    printf("%s %llu\n", kernels[i].name, (unsigned long long)best);
  }
  return sink == 42;
}
