// With --cpu measured a handler interrupts a loop that computes without any poll or call, wherever
// it is, and the computation does not notice.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -march=native %s -o compute && ./compute | %FileCheck %s
// RUN: %simterpose run -q --cpu measured -n 1 -o out ./compute
// RUN: cat out/node-0/*.stdout | %FileCheck %s
// RUN: %stp_clang -O0 %s -o compute
// RUN: %simterpose run -q --cpu measured -n 2 -o out ./compute
// RUN: cat out/node-1/*.stdout | %FileCheck %s
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>

static volatile sig_atomic_t ticks;
static volatile double noise = 1;

static void on_alarm(int signal) {
  (void)signal;
  double x = noise;
  for (int i = 0; i < 100; i++)
    x = x * 1.5 + 2;
  noise = x > 1e100 ? 1 : x;
  ticks++;
}

/* A linear congruential generator and a polynomial, in integer and vector registers. */
__attribute__((noinline)) static unsigned compute(unsigned long n) {
  unsigned state = 1, sum = 0;
  double a[4] = {0, 1, 2, 3};
  for (unsigned long i = 0; i < n; i++) {
    state = state * 1664525 + 1013904223;
    sum ^= state >> 7;
    for (int k = 0; k < 4; k++)
      a[k] = a[k] * 0.5 + (double)(state & 15);
  }
  return sum + (unsigned)(a[0] + a[1] + a[2] + a[3]);
}

int main(void) {
  const unsigned expected = compute(20000000);
  signal(SIGALRM, on_alarm);
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 1000}, {0, 1000}}, NULL);
  unsigned different = 0;
  for (int i = 0; i < 100 && ticks < 3; i++) {
    unsigned long n = 20000000;
    __asm__ volatile("" : "+r"(n)); /* or it would be computed once */
    different += compute(n) != expected;
  }
  const int in_time = ticks >= 3;
  setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
  // CHECK: interrupted 1, different 0
  printf("interrupted %d, different %u\n", in_time, different);
  return 0;
}
