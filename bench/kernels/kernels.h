/* Computing kernels, for what counting work costs natively and how well it predicts. Each file
 * defines a group of them and is compiled twice into one program: with the plugin and, as PLAIN,
 * without. main.c compares the two. */
#ifndef BENCH_KERNELS_H
#define BENCH_KERNELS_H

#include <stddef.h>

struct kernel {
  const char* name;
  void (*function)(void); /* one round: about a millisecond */
  /* Why its time cannot be told from the code; null if it can. */
  const char* hidden;
};

struct kernel_group {
  void (*prepare)(void); /* once, before its kernels run */
  const struct kernel* kernels;
  size_t count;
};

/* The kernels must not be computed once and for all by the compiler. */
#ifdef PLAIN
#define KERNELS(group) plain_##group
#define kernel_sink plain_sink
#else
#define KERNELS(group) counted_##group
#define kernel_sink counted_sink
#endif
extern unsigned long kernel_sink;

#define KERNEL_GROUP(group, prepare, kernels)                                                      \
  const struct kernel_group KERNELS(group) = {prepare, kernels, sizeof kernels / sizeof *kernels}

extern const struct kernel_group KERNELS(numbers), KERNELS(memory), KERNELS(text), KERNELS(tables),
    KERNELS(packing), KERNELS(sorting), KERNELS(calls);

/* A generator that is the same everywhere. */
static inline unsigned kernel_random(unsigned* state) {
  *state = *state * 1664525 + 1013904223;
  return *state >> 8;
}

#define NOINLINE __attribute__((noinline))

#endif
