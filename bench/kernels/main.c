/* Runs the kernels, natively: prints for each "NAME COUNTED SECONDS SLOWED REMARK": the abstract
 * cycles that the plugin's code has counted in a round, the seconds that a round takes when built
 * without the plugin, and when built with it, the best of several; and "-", or why the first does
 * not tell the second. With an argument, so many times as many rounds. */
#include "kernels.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifdef UNCOUNTED /* no unit of the program has a counter */
static const uint64_t counted;
#else
/* The counter of this module (simterpose/module.h). */
extern volatile uint64_t counted __asm__("simterpose.work") __attribute__((visibility("hidden")));
#endif

extern const struct kernel_group plain_numbers, plain_memory, plain_text, plain_tables,
    plain_packing, plain_sorting, plain_calls;
unsigned long counted_sink, plain_sink;

static const struct {
  const struct kernel_group *plain, *counted;
} groups[] = {
    {&plain_numbers, &counted_numbers}, {&plain_memory, &counted_memory},
    {&plain_text, &counted_text},       {&plain_tables, &counted_tables},
    {&plain_packing, &counted_packing}, {&plain_sorting, &counted_sorting},
    {&plain_calls, &counted_calls},
};

static double cpu_time(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double run(const struct kernel* kernel, double best) {
  const double start = cpu_time();
  kernel->function();
  const double spent = cpu_time() - start;
  return spent < best ? spent : best;
}

/* Round by round, one after the other: both meet the same disturbances. */
static void compare(const struct kernel* plain, const struct kernel* instrumented, int rounds) {
  instrumented->function();
  const uint64_t before = counted;
  instrumented->function();
  const uint64_t work = counted - before;
  double best_plain = 1e9, best_counted = 1e9;
  for (int i = 0; i < rounds; i++) {
    best_plain = run(plain, best_plain);
    best_counted = run(instrumented, best_counted);
  }
  printf("%s %.0f %.9f %.9f %s\n", plain->name, (double)work / 1000, best_plain, best_counted,
         plain->hidden != NULL ? plain->hidden : "-");
}

int main(int argc, char** argv) {
  const int rounds = 30 * (argc > 1 ? atoi(argv[1]) : 1);
  for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
    groups[i].plain->prepare();
    groups[i].counted->prepare();
    for (size_t k = 0; k < groups[i].plain->count; k++)
      compare(&groups[i].plain->kernels[k], &groups[i].counted->kernels[k], rounds);
  }
  return counted_sink + plain_sink == 42;
}
