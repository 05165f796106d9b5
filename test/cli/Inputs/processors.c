/* How many processors there are, and how long two threads that work take together, against one. */
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static void* work(void* unused) {
  for (volatile unsigned i = 0; i < 1000000; i++)
    ;
  return unused;
}

static double now(void) {
  struct timespec date;
  clock_gettime(CLOCK_MONOTONIC, &date);
  return (double)date.tv_sec + (double)date.tv_nsec * 1e-9;
}

int main(void) {
  pthread_t other;
  const double start = now();
  work(NULL);
  const double alone = now();
  pthread_create(&other, NULL, work, NULL);
  work(NULL);
  pthread_join(other, NULL);
  printf("%ld processors, two threads take %.1f times as long\n", sysconf(_SC_NPROCESSORS_ONLN),
         (now() - alone) / (alone - start));
  return 0;
}
