/* Nanoseconds in a cycle of the counter that tsc.h reads. */
#include <time.h>

#include "tsc.h"

static double nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int main(void) {
  const double start = nanoseconds();
  const uint64_t cycles = tsc_now();
  double end;
  do
    end = nanoseconds();
  while (end - start < 2e8);
  printf("cycle %.9f\n", (end - start) / (double)(tsc_now() - cycles));
  return 0;
}
