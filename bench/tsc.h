/* Real time inside a benchmark, emulated or not: the processor's cycle counter, which nobody
 * virtualises. Prints "NAME CYCLES" per operation; bench/run turns cycles into nanoseconds. */
#ifndef BENCH_TSC_H
#define BENCH_TSC_H

#include <stdint.h>
#include <stdio.h>
#include <x86intrin.h>

static inline uint64_t tsc_now(void) {
  unsigned processor;
  return __rdtscp(&processor);
}

static inline void tsc_report(const char* name, uint64_t start, double operations) {
  printf("%s %.3f\n", name, (double)(tsc_now() - start) / operations);
}

#endif
