/* Cost of reading a clock: the hottest call of event loops. */
#include <time.h>

#include "tsc.h"

int main(void) {
  enum { READS = 5000000 };
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  const uint64_t start = tsc_now();
  for (int i = 0; i < READS; i++)
    clock_gettime(CLOCK_MONOTONIC, &time);
  tsc_report("clock_gettime", start, READS);
  return 0;
}
