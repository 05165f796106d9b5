// Loops without any call: time passes for those that wait, handlers interrupt them at their very
// date, and they see what other threads do.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread %s -o loops && %simterpose run --cpu none -q -n 1 -o out ./loops
// RUN: cat out/node-0/*.stdout | %FileCheck %s
// RUN: %stp_clang -O0 -pthread %s -o loops && %simterpose run --cpu none -q -n 1 -o out0 ./loops
// RUN: cat out0/node-0/*.stdout | %FileCheck %s
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t alarmed, spins;
static sigjmp_buf back;

static void on_alarm(int signal) {
  (void)signal;
  alarmed++;
}

static void on_alarm_jump(int signal) {
  (void)signal;
  siglongjmp(back, 1);
}

static double start;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void begin(void (*handler)(int)) {
  alarmed = 0;
  signal(SIGALRM, handler);
  start = now();
}

static void end(const char* what) { printf("%s %.6f\n", what, now() - start); }

/* ---- a handler ---- */

__attribute__((noinline)) static int work(int n) { return n * 3 + 1; }

static void handlers(void) {
  // CHECK: volatile 1.000000
  begin(on_alarm);
  alarm(1);
  while (!alarmed)
    ;
  end("volatile");
  // CHECK: counting 2.000000
  begin(on_alarm);
  alarm(2);
  while (!alarmed)
    spins++;
  end("counting");
  // CHECK: working 1.000000
  begin(on_alarm);
  alarm(1);
  volatile int sink = 1;
  while (!alarmed)
    sink = work(sink);
  end("working");
  // CHECK: jump 3.000000
  begin(on_alarm_jump);
  alarm(3);
  if (sigsetjmp(back, 1) == 0)
    for (;;)
      __builtin_ia32_pause();
  end("jump");
  // CHECK: ten times 0.100000
  begin(on_alarm);
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 10000}, {0, 10000}}, NULL);
  while (alarmed < 10)
    ;
  end("ten times");
  setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
}

/* Spinning is work. */
static void cpu_time(void) {
  // CHECK: virtual timer 0.500000 0.500000
  begin(SIG_DFL);
  const clock_t worked = clock();
  signal(SIGVTALRM, on_alarm);
  setitimer(ITIMER_VIRTUAL, &(struct itimerval){{0, 0}, {0, 500000}}, NULL);
  while (!alarmed)
    ;
  printf("virtual timer %.6f %.6f\n", now() - start, (double)(clock() - worked) / CLOCKS_PER_SEC);
}

/* ---- other threads ---- */

static atomic_int turn, stop, rounds;
static atomic_flag held = ATOMIC_FLAG_INIT;
static int sum;

static void* set_later(void* unused) {
  sleep(1);
  atomic_store(&turn, 1);
  return unused;
}

static void lock(void) {
  while (atomic_flag_test_and_set(&held))
    __builtin_ia32_pause();
}

static void* hold(void* unused) {
  for (int i = 0; i < 10; i++) {
    lock();
    const int before = sum;
    usleep(1000);
    sum = before + 1;
    atomic_flag_clear(&held);
  }
  return unused;
}

static void* answer(void* unused) {
  while (!atomic_load(&stop)) {
    while (atomic_load(&turn) != 1 && !atomic_load(&stop))
      ;
    atomic_store(&turn, 0);
    rounds++;
  }
  return unused;
}

static void threads(void) {
  pthread_t one, two;
  // CHECK: atomic 1.000000
  start = now();
  pthread_create(&one, NULL, set_later, NULL);
  while (!atomic_load(&turn))
    ;
  end("atomic");
  pthread_join(one, NULL);
  // CHECK: spin lock 20 0.020000
  start = now();
  pthread_create(&one, NULL, hold, NULL);
  pthread_create(&two, NULL, hold, NULL);
  pthread_join(one, NULL);
  pthread_join(two, NULL);
  printf("spin lock %d %.6f\n", sum, now() - start);
  // CHECK: ping-pong 1001
  atomic_store(&turn, 0);
  pthread_create(&one, NULL, answer, NULL);
  for (int i = 0; i < 1000; i++) {
    atomic_store(&turn, 1);
    while (atomic_load(&turn) != 0)
      ;
  }
  atomic_store(&stop, 1);
  pthread_join(one, NULL);
  printf("ping-pong %d\n", rounds);
  // CHECK: no more time 0.020000
  printf("no more time %.6f\n", now() - start);
}

int main(void) {
  handlers();
  cpu_time();
  threads();
  return 0;
}
