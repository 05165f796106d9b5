// Work that the compiler has counted takes virtual time, the same in every run, by the speed of the
// host, shared by the threads of its cores.
//
// RUN: %stp_clang -O2 -pthread %s -o %t
// RUN: sed s,PROGRAM,%t, %S/Inputs/cpu-counted.xml > %t.xml
// RUN: %simterpose run --cpu counted -p %S/Inputs/cpu-hosts.xml -d %t.xml -o %t.out | sort > %t.1
// RUN: %simterpose run --cpu counted -p %S/Inputs/cpu-hosts.xml -d %t.xml -o %t.out | sort > %t.2
// RUN: diff %t.1 %t.2
// RUN: %FileCheck %s --input-file %t.1
//
// CHECK-DAG: host at full speed: as many cycles as expected, sleeping takes none
// CHECK-DAG: tenth: 10.000 times as long
// CHECK-DAG: one core: 2.000 times as long
// CHECK-DAG: two cores: 1.000 times as long
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STEPS = 50 * 1000 * 1000 };

static double date(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Each step waits for the one before: a multiplication and an addition, 6 cycles. */
__attribute__((noinline)) static void* work(void* result) {
  double x = 2;
  for (int i = 0; i < STEPS; i++)
    x = x * 0.999999 + 1e-6;
  *(volatile double*)result = x;
  return NULL;
}

static double alone(void) {
  double x;
  const double start = date(CLOCK_MONOTONIC);
  work(&x);
  return date(CLOCK_MONOTONIC) - start;
}

static double together(void) {
  pthread_t threads[2];
  double x[2];
  const double start = date(CLOCK_MONOTONIC);
  for (int i = 0; i < 2; i++)
    if (pthread_create(&threads[i], NULL, work, &x[i]) != 0)
      abort();
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  return date(CLOCK_MONOTONIC) - start;
}

int main(int argc, char** argv) {
  (void)argc;
  const double expected = STEPS * 6e-9; /* at 1 Gf */
  if (strcmp(argv[1], "full") == 0) {
    const double before = date(CLOCK_PROCESS_CPUTIME_ID), took = alone();
    sleep(1);
    const double used = date(CLOCK_PROCESS_CPUTIME_ID) - before;
    const int right = took > 0.99 * expected && took < 1.01 * expected && used < 1.01 * expected;
    printf("host at full speed: %s\n",
           right ? "as many cycles as expected, sleeping takes none" : "wrong");
  } else if (strcmp(argv[1], "tenth") == 0) {
    printf("tenth: %.3f times as long\n", alone() / expected);
  } else {
    printf("%s: %.3f times as long\n", argv[1], together() / expected);
  }
  return 0;
}
