// CALLS: kill raise sigaction alarm setitimer
// RUN: %both
//
// Signals between parent and child: stopping, continuing, ending; what the parent is told; what a
// child inherits.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

#include "child.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

enum { MS = 1000000 };

static void sleep_ms(long delay) {
  struct timespec left = {delay / 1000, delay % 1000 * MS};
  while (nanosleep(&left, &left) != 0)
    CHECK_EQ(errno, EINTR);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Shared by parent and children. */
static struct shared {
  volatile int ticks, handled, last;
  volatile double date;
} * shared;

static void note(int signal) {
  shared->handled++;
  shared->last = signal;
}

static void tick(void* unused) {
  (void)unused;
  for (;;) {
    shared->ticks++;
    sleep_ms(5);
  }
}

static void* tick_too(void* unused) {
  tick(unused);
  return NULL;
}

static void tick_twice(void* unused) {
  pthread_t thread;
  signal(SIGCONT, note);
  pthread_create(&thread, NULL, tick_too, NULL);
  tick(unused);
}

static void expect(pid_t child, int options, int expected) {
  int status;
  CHECK_EQ(waitpid(child, &status, options), child);
  CHECK_EQ(status, expected);
}

static void stopping(void) {
  memset(shared, 0, sizeof *shared);
  const pid_t child = child_start(tick_twice, NULL);
  while (shared->ticks <= 2)
    sleep_ms(5);
  CHECK_EQ(kill(child, SIGSTOP), 0);
  expect(child, WUNTRACED, W_STOPCODE(SIGSTOP));
  const int before = shared->ticks;
  CHECK_EQ(kill(child, SIGUSR2 * 0), 0);
  sleep_ms(30);
  CHECK_EQ(shared->ticks, before);
  CHECK_EQ(kill(child, SIGCONT), 0);
  expect(child, WCONTINUED, 0xffff);
  while (shared->ticks <= before + 2)
    sleep_ms(5);
  CHECK_EQ(shared->handled, 1);
  CHECK_EQ(kill(child, SIGTSTP), 0);
  expect(child, WUNTRACED, W_STOPCODE(SIGTSTP));
  CHECK_EQ(kill(child, SIGTERM), 0); /* waits for it to go on */
  sleep_ms(20);
  CHECK_EQ(waitpid(child, NULL, WNOHANG), 0);
  CHECK_EQ(kill(child, SIGCONT), 0);
  expect(child, 0, SIGTERM);
}

static void stop_itself(void* unused) {
  (void)unused;
  signal(SIGTSTP, note);
  raise(SIGTSTP);
  CHECK_EQ(shared->handled, 1);
  signal(SIGTSTP, SIG_DFL);
  raise(SIGSTOP);
  shared->date = now();
  sigset_t set, pending;
  sigemptyset(&set);
  sigaddset(&set, SIGTSTP);
  sigaddset(&set, SIGCONT);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &set, NULL), 0);
  raise(SIGTSTP);
  sigpending(&pending);
  CHECK(sigismember(&pending, SIGTSTP));
  raise(SIGCONT); /* undoes it */
  sigpending(&pending);
  CHECK(!sigismember(&pending, SIGTSTP) && sigismember(&pending, SIGCONT));
  raise(SIGTSTP);
  sigpending(&pending);
  CHECK(sigismember(&pending, SIGTSTP) && !sigismember(&pending, SIGCONT));
}

static void by_itself(void) {
  memset(shared, 0, sizeof *shared);
  pid_t child = child_start(stop_itself, NULL);
  expect(child, WUNTRACED, W_STOPCODE(SIGSTOP));
  sleep_ms(20);
  const double date = now();
  CHECK_EQ(kill(child, SIGCONT), 0);
  expect(child, 0, 0);
  CHECK(shared->date >= date);
  child = child_start(stop_itself, NULL);
  shared->handled = 0;
  expect(child, WUNTRACED, W_STOPCODE(SIGSTOP));
  CHECK_EQ(kill(child, SIGKILL), 0);
  expect(child, 0, SIGKILL);
}

static siginfo_t told;
static volatile int times;
static void be_told(int signal, siginfo_t* info, void* unused) {
  (void)signal, (void)unused;
  told = *info;
  times++;
}

static void await_told(int count) {
  sigset_t set, before;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, &before);
  while (times < count)
    sigsuspend(&before);
  sigprocmask(SIG_SETMASK, &before, NULL);
}

static void expect_told(int count, pid_t child, int code, int status) {
  await_told(count);
  CHECK_EQ(told.si_signo, SIGCHLD);
  CHECK_EQ(told.si_code, code);
  CHECK_EQ(told.si_pid, child);
  CHECK_EQ(told.si_uid, getuid());
  CHECK_EQ(told.si_status, status);
}

static void leave(void* unused) {
  (void)unused;
  _exit(7);
}

static void parents(void) {
  struct sigaction action = {.sa_sigaction = be_told, .sa_flags = SA_SIGINFO};
  CHECK_EQ(sigaction(SIGCHLD, &action, NULL), 0);
  pid_t child = child_start(tick, NULL);
  kill(child, SIGSTOP);
  expect_told(1, child, CLD_STOPPED, SIGSTOP);
  kill(child, SIGCONT);
  expect_told(2, child, CLD_CONTINUED, SIGCONT);
  kill(child, SIGTERM);
  expect_told(3, child, CLD_KILLED, SIGTERM);
  expect(child, 0, SIGTERM);
  child = child_start(leave, NULL);
  expect_told(4, child, CLD_EXITED, 7);
  expect(child, 0, 7 << 8);
  action.sa_flags |= SA_NOCLDSTOP;
  CHECK_EQ(sigaction(SIGCHLD, &action, NULL), 0);
  child = child_start(tick, NULL);
  kill(child, SIGSTOP);
  expect(child, WUNTRACED, W_STOPCODE(SIGSTOP));
  kill(child, SIGKILL);
  expect_told(5, child, CLD_KILLED, SIGKILL);
  expect(child, 0, SIGKILL);
  signal(SIGCHLD, SIG_DFL);
}

static void inherited(void* unused) {
  (void)unused;
  sigset_t set;
  struct itimerval timer;
  struct sigaction action;
  CHECK_EQ(sigpending(&set), 0);
  CHECK(!sigismember(&set, SIGUSR1));
  CHECK_EQ(sigprocmask(SIG_BLOCK, NULL, &set), 0);
  CHECK(sigismember(&set, SIGUSR1));
  CHECK_EQ(getitimer(ITIMER_REAL, &timer), 0);
  CHECK_EQ(timer.it_value.tv_sec, 0);
  CHECK_EQ(sigaction(SIGUSR1, NULL, &action), 0);
  CHECK(action.sa_handler == note);
}

static void inheritance(void) {
  sigset_t set;
  signal(SIGUSR1, note);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &set, NULL), 0);
  raise(SIGUSR1);
  alarm(100);
  in_child(inherited, NULL);
  CHECK_EQ(alarm(0), 100);
  shared->handled = 0;
  CHECK_EQ(sigprocmask(SIG_UNBLOCK, &set, NULL), 0);
  CHECK_EQ(shared->handled, 1);
}

/* A handler that forks; the child comes back from it, too. */
static volatile pid_t forked;
static void fork_now(int unused) {
  (void)unused;
  forked = fork();
}

static void forks_in_handlers(void) {
  int ends[2];
  char byte;
  CHECK_EQ(pipe(ends), 0);
  signal(SIGALRM, fork_now);
  CHECK_EQ(setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, 20000}}, NULL), 0);
  siginterrupt(SIGALRM, 1);
  CHECK_ERRNO(read(ends[0], &byte, 1), EINTR);
  if (forked == 0) {
    CHECK_EQ(write(ends[1], "c", 1), 1);
    _exit(5);
  }
  CHECK_EQ(read(ends[0], &byte, 1), 1);
  CHECK_EQ(byte, 'c');
  expect(forked, 0, 5 << 8);
}

int main(void) {
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  stopping();
  by_itself();
  parents();
  inheritance();
  forks_in_handlers();
  return 0;
}
