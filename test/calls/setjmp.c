// CALLS: __sigsetjmp longjmp
// RUN: %both
//
// Jumps out of signal handlers: the mask comes back, and what an interrupted call used is let go.
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "check.h"

static sigjmp_buf there;
static bool clobbered_none;

static void out(int signal) { siglongjmp(there, signal); }

static bool blocks(int signal) {
  sigset_t set;
  CHECK_EQ(sigprocmask(SIG_BLOCK, NULL, &set), 0);
  return sigismember(&set, signal);
}

static void change(int how, int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  CHECK_EQ(sigprocmask(how, &set, NULL), 0);
}

static void masks(void) {
  signal(SIGUSR1, out);
  change(SIG_BLOCK, SIGUSR2);
  volatile int local = 1;
  const int from = sigsetjmp(there, 1);
  if (from == 0) {
    local = 2;
    change(SIG_UNBLOCK, SIGUSR2);
    raise(SIGUSR1);
    CHECK(false);
  }
  CHECK_EQ(from, SIGUSR1);
  CHECK_EQ(local, 2);
  CHECK(!blocks(SIGUSR1));
  CHECK(blocks(SIGUSR2)); /* as it was at sigsetjmp */
  if (sigsetjmp(there, 0) == 0)
    raise(SIGUSR1);
  CHECK(blocks(SIGUSR1)); /* as it was in the handler */
  change(SIG_UNBLOCK, SIGUSR1);
  change(SIG_UNBLOCK, SIGUSR2);
  jmp_buf plain;
  if (setjmp(plain) == 0) {
    change(SIG_BLOCK, SIGUSR2);
    longjmp(plain, 0);
  }
  CHECK(blocks(SIGUSR2));
  change(SIG_UNBLOCK, SIGUSR2);
}

/* What becomes pending under the mask that is left is handled on the way. */
static volatile int calls;
static void count(int signal) { calls += signal == SIGUSR2; }

static void pending(void) {
  signal(SIGUSR2, count);
  if (sigsetjmp(there, 1) == 0) {
    change(SIG_BLOCK, SIGUSR2);
    raise(SIGUSR2);
    CHECK_EQ(calls, 0);
    siglongjmp(there, 1);
  }
  CHECK_EQ(calls, 1);
}

static void alarm_soon(void) {
  signal(SIGALRM, out);
  CHECK_EQ(setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, 20000}}, NULL), 0);
}

/* The old way to read with a timeout. */
static void out_of_calls(void) {
  int pair[2], pipes[2];
  char byte;
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  CHECK_EQ(pipe(pipes), 0);
  alarm_soon();
  if (sigsetjmp(there, 1) == 0)
    read(pair[0], &byte, 1);
  CHECK_EQ(close(pair[0]), 0);
  CHECK_EQ(read(pair[1], &byte, 1), 0); /* it is really closed */
  close(pair[1]);
  alarm_soon();
  if (sigsetjmp(there, 1) == 0)
    read(pipes[0], &byte, 1);
  CHECK_EQ(close(pipes[0]), 0);
  signal(SIGPIPE, SIG_IGN);
  CHECK_ERRNO(write(pipes[1], "x", 1), EPIPE);
  close(pipes[1]);
  alarm_soon();
  if (sigsetjmp(there, 1) == 0)
    pause();
  clobbered_none = true;
}

int main(void) {
  masks();
  pending();
  out_of_calls();
  CHECK(clobbered_none);
  return 0;
}
