// The counter of cycles goes at the speed of the host, however it is read, and a loop that waits
// for it ends.
//
// RUN: %stp_clang -O2 %s -o %t
// RUN: %t
// RUN: %stp_clang -O0 %s -o %t.0
// RUN: %simterpose run -q -n 1 -o %t.out %t 1000000000
// RUN: %simterpose run -q -n 1 -o %t.out %t.0 1000000000
// RUN: %simterpose run -q -n 1 -o %t.out --cpu counted %t 1000000000
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

static uint64_t intrinsic(void) { return __rdtsc(); }
static uint64_t builtin(void) { return __builtin_readcyclecounter(); }

static uint64_t with_processor(void) {
  unsigned processor;
  const uint64_t count = __rdtscp(&processor);
  if ((processor & 0xfff) >= (unsigned)sysconf(_SC_NPROCESSORS_CONF))
    abort();
  return count;
}

static uint64_t assembly(void) {
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  return (uint64_t)high << 32 | low;
}

static uint64_t joined(void) {
  uint64_t count;
  __asm__ volatile("rdtsc\n\tshl $32, %%rdx\n\tor %%rdx, %0" : "=a"(count) : : "%rdx");
  return count;
}

static uint64_t ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

int main(int argc, char** argv) {
  static uint64_t (*const ways[])(void) = {intrinsic, builtin, with_processor, assembly, joined};
  const uint64_t rate = argc > 1 ? strtoull(argv[1], NULL, 10) : 0; // 0: not known
  int failed = 0;
  for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
    const uint64_t before = ways[i](), from = ns();
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    const uint64_t after = ways[i](), to = ns();
    const double seen = (double)(after - before),
                 expected = (double)rate * 1e-9 * (double)(to - from);
    if (after <= before || (rate != 0 && (seen < expected - 20 || seen > expected + 20))) {
      printf("way %u: %.0f cycles in %.0f ns\n", i, seen, (double)(to - from));
      failed = 1;
    }
  }
  const uint64_t from = ns(), end = __rdtsc() + 1000000;
  while (__rdtsc() < end)
    _mm_pause();
  const uint64_t waited = ns() - from;
  if (rate != 0 && (waited < 990000 || waited > 1010000)) {
    printf("waited for %llu ns\n", (unsigned long long)waited);
    failed = 1;
  }
  return failed;
}
