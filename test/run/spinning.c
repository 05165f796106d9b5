// A thread that waits without calling anything that waits: virtual time passes, the other threads
// of its host run, and it sees what they do soon after they have done it, whatever computing costs.
// `late` is how much later, at most: nothing for a loop that only looks, the threshold of counted
// work and an iteration for others, slices of real time where that counts. `early` is how much
// earlier: there what the other one has computed before it did it, which its own clock shows at
// once and which takes place when it calls something next.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread -I%include %s -o optimised && %stp_clang -O0 -pthread -I%include %s -o plain
// RUN: for program in optimised plain; do for cpu in "none 100 0" "counted 2 0" "measured 1000000 1000000"; do \
// RUN:   set -- $cpu; %exits 0 timeout 60 %simterpose run -q --cpu $1 -o out ./$program $2 $3 || exit 1; \
// RUN:   %FileCheck %s <out/node-0/$program.2.stdout || exit 1; done; done
// CHECK: atomic
// CHECK-NEXT: volatile
// CHECK-NEXT: counting
// CHECK-NEXT: yield
// CHECK-NEXT: clock
// CHECK-NEXT: counter of cycles
// CHECK-NEXT: trylock
// CHECK-NEXT: descriptor
// CHECK-NEXT: signal
// CHECK-NEXT: until a date
// CHECK-NEXT: until cycles have passed
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

static atomic_int set;
static volatile int plain;
static volatile sig_atomic_t signalled;
static volatile unsigned long turns;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sem_t held;
static int ends[2];
static double late, early;

static double date(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - 1000) * 1e6 + (double)now.tv_nsec / 1e3; /* us */
}

static void by_atomic(void) {
  while (!atomic_load(&set))
    continue;
}

static void by_volatile(void) {
  while (!plain)
    continue;
}

static void by_counting(void) {
  while (!plain)
    turns++;
}

static void by_yield(void) {
  while (!plain)
    sched_yield();
}

static void by_clock(void) {
  while (!plain)
    date();
}

static void by_cycles(void) {
  while (!plain)
    __rdtsc();
}

static void by_trylock(void) {
  while (pthread_mutex_trylock(&mutex) != 0)
    continue;
  pthread_mutex_unlock(&mutex);
}

static void by_read(void) {
  char byte;
  while (read(ends[0], &byte, 1) != 1)
    continue;
}

static void by_signal(void) {
  while (!signalled)
    continue;
}

static void handler(int number) { signalled = number; }

/* After a millisecond all that anybody waits for is there. */
static void* help(void* done) {
  pthread_mutex_lock(&mutex);
  CHECK_EQ(sem_post(&held), 0);
  usleep(1000);
  *(double*)done = date();
  atomic_store(&set, 1);
  plain = 1;
  CHECK_EQ(write(ends[1], "x", 1), 1);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static void try(const char* name, void (*wait)(void)) {
  pthread_t helper;
  double done = 0;
  char byte;
  set = plain = 0;
  while (read(ends[0], &byte, 1) == 1)
    continue;
  CHECK_EQ(pthread_create(&helper, NULL, help, &done), 0);
  CHECK_EQ(sem_wait(&held), 0); /* it has the mutex */
  usleep(10);
  wait();
  const double end = date();
  CHECK_EQ(pthread_join(helper, NULL), 0);
  if (done > 0 && done - end <= early && end - done <= late)
    puts(name);
  else
    printf("%s: done at %.3f, seen at %.3f\n", name, done, end);
}

int main(int argc, char** argv) {
  late = argc > 1 ? atof(argv[1]) : 1e9;
  early = argc > 2 ? atof(argv[2]) : 0;
  CHECK_EQ(pipe2(ends, O_NONBLOCK), 0);
  CHECK_EQ(sem_init(&held, 0, 0), 0);
  try("atomic", by_atomic);
  try("volatile", by_volatile);
  try("counting", by_counting);
  try("yield", by_yield);
  try("clock", by_clock);
  try("counter of cycles", by_cycles);
  try("trylock", by_trylock);
  try("descriptor", by_read);

  signal(SIGALRM, handler);
  const double start = date();
  setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, 1000}}, NULL);
  by_signal();
  double passed = date() - start;
  printf(passed >= 1000 && passed <= 1000 + late ? "signal\n" : "signal: %.3f\n", passed);
  const double end = date() + 1000;
  while (date() < end)
    continue;
  passed = date() - end;
  printf(passed >= 0 && passed <= late ? "until a date\n" : "until a date: %.3f late\n", passed);
  const double before = date(); /* first: with --cpu measured time passes from line to line */
  const unsigned long long first = __rdtsc();
  while (__rdtsc() - first < 1000000) /* of 1 GHz */
    continue;
  passed = date() - before;
  printf(passed >= 999 && passed <= 1000 + late ? "until cycles have passed\n" : "cycles: %.3f\n",
         passed);
  return 0;
}
