// CALLS: getcontext setcontext makecontext swapcontext
// RUN: %both
//
// Two flows of control in one thread, which also wait.
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include "child.h"

static ucontext_t here, there;
static char stack[65536];
static int steps, fds[2];

static void walk(int first, int second) {
  char byte;
  CHECK_EQ(first, 7);
  CHECK_EQ(second, 8);
  steps++;
  CHECK_EQ(swapcontext(&there, &here), 0);
  CHECK_EQ(read(fds[0], &byte, 1), 1);
  usleep(1000);
  steps++;
}

/* ---- the mask of signals ---- */

static volatile int handled;

static void count_signal(int signal) {
  (void)signal;
  handled++;
}

static void set_mask(int how, int signal) {
  sigset_t set;
  sigemptyset(&set);
  if (signal)
    sigaddset(&set, signal);
  CHECK_EQ(sigprocmask(how, &set, NULL), 0);
}

static int blocks(int signal) {
  sigset_t set;
  CHECK_EQ(sigprocmask(SIG_BLOCK, NULL, &set), 0);
  return sigismember(&set, signal);
}

static void run_blocking(void) {
  CHECK_EQ(blocks(SIGUSR1), 1); /* as when its context was made */
  CHECK_EQ(blocks(SIGUSR2), 0);
  set_mask(SIG_BLOCK, SIGUSR2);
  CHECK_EQ(raise(SIGUSR2), 0);
  CHECK_EQ(swapcontext(&there, &here), 0);
  CHECK_EQ(blocks(SIGUSR2), 1);
  CHECK_EQ(handled, 0);
}

static void test_mask(void) {
  CHECK(signal(SIGUSR2, count_signal) != SIG_ERR);
  set_mask(SIG_BLOCK, SIGUSR1);
  CHECK_EQ(getcontext(&there), 0);
  there.uc_stack.ss_sp = stack;
  there.uc_stack.ss_size = sizeof stack;
  there.uc_link = &here;
  makecontext(&there, run_blocking, 0);
  set_mask(SIG_SETMASK, 0);
  CHECK_EQ(raise(SIGWINCH), 0);
  set_mask(SIG_BLOCK, SIGUSR2);
  CHECK_EQ(swapcontext(&here, &there), 0);
  CHECK_EQ(blocks(SIGUSR1), 0);
  CHECK_EQ(blocks(SIGUSR2), 1);
  CHECK_EQ(swapcontext(&here, &there), 0); /* ends by uc_link, which lets nothing through */
  CHECK_EQ(blocks(SIGUSR1), 0);
  CHECK_EQ(handled, 0);
  set_mask(SIG_SETMASK, 0);
  CHECK_EQ(handled, 1);
}

/* A function that returns, without a context to go on with, ends the process. */
static void at_end(void) {
  printf("end\n");
  fflush(stdout);
}

static void nothing(void) {}

static void test_last(void) {
  CHECK_EQ(atexit(at_end), 0);
  CHECK_EQ(getcontext(&there), 0);
  there.uc_stack.ss_sp = stack;
  there.uc_stack.ss_size = sizeof stack;
  there.uc_link = NULL;
  makecontext(&there, nothing, 0);
  setcontext(&there);
  CHECK(0);
}

int main(void) {
  CHECK_EQ(pipe(fds), 0);
  CHECK_EQ(getcontext(&there), 0);
  there.uc_stack.ss_sp = stack;
  there.uc_stack.ss_size = sizeof stack;
  there.uc_link = &here;
  makecontext(&there, (void (*)(void))walk, 2, 7, 8);
  CHECK_EQ(swapcontext(&here, &there), 0);
  CHECK_EQ(steps, 1);
  CHECK_EQ(write(fds[1], "x", 1), 1);
  CHECK_EQ(swapcontext(&here, &there), 0);
  CHECK_EQ(steps, 2);

  volatile int again = 0;
  CHECK_EQ(getcontext(&here), 0);
  if (again++ == 0)
    setcontext(&here);
  CHECK_EQ(again, 2);
  test_mask();
  if (child_enters())
    test_last();
  return 0;
}
