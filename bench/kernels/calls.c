/* Calls: recursion, functions through pointers, short ones that a loop calls, an interpreter. */
#include <stdlib.h>

#include "kernels.h"

NOINLINE static unsigned long fibonacci(unsigned n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static void recursion(void) { kernel_sink += fibonacci(22); }

NOINLINE static unsigned place(unsigned rows, unsigned all, unsigned down, unsigned left,
                               unsigned right) {
  if (down == all)
    return 1;
  unsigned count = 0;
  for (unsigned free = all & ~(down | left | right); free != 0; free &= free - 1) {
    const unsigned queen = free & -free;
    count += place(rows + 1, all, down | queen, (left | queen) << 1, (right | queen) >> 1);
  }
  return count;
}

static void queens(void) { kernel_sink += place(0, 255, 0, 0, 0) + place(0, 511, 0, 0, 0); }

static unsigned add(unsigned a, unsigned b) { return a + b; }
static unsigned (*volatile callback)(unsigned, unsigned) = add;

static unsigned values[4096];

NOINLINE static unsigned fold(const unsigned* value, size_t count,
                              unsigned (*function)(unsigned, unsigned)) {
  unsigned sum = 0;
  for (size_t i = 0; i < count; i++)
    sum = function(sum, value[i]);
  return sum;
}

static void callbacks(void) {
  for (int i = 0; i < 30; i++)
    kernel_sink += fold(values, 4096, callback);
}

/* The tightest loop that polls: what ends it is the result of a call. */
static char text[1 << 16];

NOINLINE static int next_character(const char** place) { return *(*place)++; }

NOINLINE static unsigned count_characters(const char* place) {
  unsigned count = 0;
  while (next_character(&place) != 0)
    count++;
  return count;
}

static void generator(void) { kernel_sink += count_characters(text); }

static void allocation(void) {
  void* blocks[64];
  for (int round = 0; round < 60; round++) {
    for (size_t i = 0; i < 64; i++)
      blocks[i] = malloc(16 + i * 8);
    for (int i = 0; i < 64; i++)
      free(blocks[i]);
  }
  kernel_sink += (unsigned long)blocks[3] & 15;
}

enum operation { PUSH, ADD, MULTIPLY, DUPLICATE, DECREMENT, JUMP_IF, SWAP, HALT };

/* Doubles a number in a loop of 200 rounds. The stack grows by one in each. */
static unsigned char program[32];

NOINLINE static unsigned interpret(const unsigned char* pc) {
  unsigned stack[1024], *top = stack, swapped;
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
        pc = program + pc[-1];
      break;
    default:
      return top[-1];
    }
}

static void interpreter(void) {
  for (int i = 0; i < 100; i++)
    kernel_sink += interpret(program);
}

static void prepare(void) {
  static const unsigned char loop[] = {PUSH, 1,         PUSH, 200,  DUPLICATE, SWAP, DUPLICATE, ADD,
                                       SWAP, DECREMENT, SWAP, SWAP, JUMP_IF,   4,    HALT};
  for (size_t i = 0; i < sizeof loop; i++)
    program[i] = loop[i];
  for (size_t i = 0; i + 1 < sizeof text; i++)
    text[i] = 'a';
  for (unsigned i = 0; i < 4096; i++)
    values[i] = i;
}

static const struct kernel kernels[] = {
    {"recursion", recursion, NULL},
    {"queens", queens, NULL},
    {"callbacks", callbacks, NULL},
    {"generator", generator, NULL},
    {"allocation", allocation, NULL},
    {"interpreter", interpreter, "its jumps are foreseen, or not"},
};
KERNEL_GROUP(calls, prepare, kernels);
