/* Real time inside a benchmark, emulated or not: the processor's cycle counter, read by an
 * instruction (rdtscp) that the plugin does not see. Prints "NAME CYCLES" per operation; bench/run
 * turns cycles into nanoseconds. */
#ifndef BENCH_TSC_H
#define BENCH_TSC_H

#include <stdint.h>
#include <stdio.h>

static inline uint64_t tsc_now(void) {
  uint32_t low, high;
  __asm__ volatile(".byte 0x0f, 0x01, 0xf9" : "=a"(low), "=d"(high) : : "rcx", "memory");
  return (uint64_t)high << 32 | low;
}

static inline void tsc_report(const char* name, uint64_t start, double operations) {
  printf("%s %.3f\n", name, (double)(tsc_now() - start) / operations);
}

#endif
