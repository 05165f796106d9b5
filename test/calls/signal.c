// CALLS: sigaction signal sysv_signal siginterrupt sigset sighold sigrelse sigignore sigprocmask
// CALLS: pthread_sigmask sigpending sigblock sigsetmask raise kill killpg tgkill sigqueue
// CALLS: sigaltstack psignal psiginfo
// RUN: %both
//
// Signals that a process sends to itself: dispositions, masks, what is pending.
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>

#include "check.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static volatile int calls, last;
static siginfo_t told;

static void handler(int signal) {
  calls++;
  last = signal;
}

static void informed(int signal, siginfo_t* info, void* context) {
  CHECK(context);
  told = *info;
  handler(signal);
}

static int takes(int signal) {
  calls = 0;
  CHECK_EQ(raise(signal), 0);
  return calls;
}

static void dispositions(void) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, old;
  CHECK_EQ(sigaction(SIGUSR1, NULL, &old), 0);
  CHECK(old.sa_handler == SIG_DFL);
  sigaddset(&action.sa_mask, SIGUSR2);
  CHECK_EQ(sigaction(SIGUSR1, &action, &old), 0);
  CHECK_EQ(sigaction(SIGUSR1, NULL, &old), 0);
  CHECK(old.sa_handler == handler && (old.sa_flags & SA_RESTART));
  CHECK(sigismember(&old.sa_mask, SIGUSR2) && !sigismember(&old.sa_mask, SIGHUP));
  CHECK_EQ(takes(SIGUSR1), 1);
  CHECK_EQ(last, SIGUSR1);
  action.sa_handler = SIG_IGN;
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  CHECK_EQ(takes(SIGUSR1), 0);
  CHECK_ERRNO(sigaction(SIGKILL, &action, NULL), EINVAL);
  CHECK_ERRNO(sigaction(0, &action, NULL), EINVAL);
  CHECK_ERRNO(sigaction(65, NULL, &old), EINVAL);
  CHECK_EQ(sigaction(SIGKILL, NULL, &old), 0);
  CHECK_EQ(takes(SIGCHLD), 0); /* ignored by default */
  CHECK_ERRNO(raise(-1), EINVAL);
}

static void older(void) {
  struct sigaction now;
  CHECK(signal(SIGUSR2, handler) == SIG_DFL);
  CHECK(signal(SIGUSR2, handler) == handler);
  CHECK_EQ(takes(SIGUSR2) + takes(SIGUSR2), 2 - 1 + takes(SIGUSR2));
  CHECK_EQ(siginterrupt(SIGUSR2, 1), 0);
  CHECK_EQ(sigaction(SIGUSR2, NULL, &now), 0);
  CHECK(!(now.sa_flags & SA_RESTART));
  CHECK_EQ(siginterrupt(SIGUSR2, 0), 0);
  CHECK(sysv_signal(SIGUSR2, handler) == handler);
  CHECK_EQ(takes(SIGUSR2), 1);
  CHECK(signal(SIGUSR2, SIG_IGN) == SIG_DFL); /* it was reset by the call */
  errno = 0;
  CHECK(signal(SIGSTOP, handler) == SIG_ERR);
  CHECK_EQ(errno, EINVAL);
  CHECK(signal(1000, handler) == SIG_ERR);
  CHECK(sigset(SIGUSR2, handler) == SIG_IGN);
  CHECK(sigset(SIGUSR2, SIG_HOLD) == handler);
  CHECK_EQ(takes(SIGUSR2), 0);
  calls = 0;
  CHECK_EQ(sigrelse(SIGUSR2), 0);
  CHECK_EQ(calls, 1);
  CHECK_EQ(sighold(SIGUSR2), 0);
  CHECK_EQ(takes(SIGUSR2), 0);
  CHECK_EQ(sigignore(SIGUSR2), 0);
  CHECK_EQ(sigrelse(SIGUSR2), 0);
  CHECK_EQ(calls, 0); /* what was pending is forgotten */
}

static void masks(void) {
  sigset_t set, old;
  signal(SIGUSR1, handler);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGKILL);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &set, &old), 0);
  CHECK(!sigismember(&old, SIGUSR1));
  CHECK_EQ(takes(SIGUSR1), 0);
  CHECK_EQ(takes(SIGUSR1), 0);
  CHECK_EQ(sigpending(&old), 0);
  CHECK(sigismember(&old, SIGUSR1) && !sigismember(&old, SIGUSR2));
  CHECK_EQ(pthread_sigmask(SIG_BLOCK, NULL, &old), 0);
  CHECK(sigismember(&old, SIGUSR1) && !sigismember(&old, SIGKILL));
  CHECK_EQ(sigprocmask(SIG_UNBLOCK, &set, NULL), 0);
  CHECK_EQ(calls, 1);
  CHECK_EQ(pthread_sigmask(77, &set, NULL), EINVAL);
  CHECK_ERRNO(sigprocmask(77, &set, NULL), EINVAL);
  CHECK_EQ(sigblock(sigmask(SIGUSR1)), 0);
  CHECK_EQ(takes(SIGUSR1), 0);
  CHECK_EQ(sigsetmask(0), sigmask(SIGUSR1));
  CHECK_EQ(calls, 1);
}

static void flags(void) {
  struct sigaction action = {.sa_sigaction = informed, .sa_flags = SA_SIGINFO | (int)SA_RESETHAND};
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  CHECK_EQ(kill(getpid(), SIGUSR1), 0);
  CHECK_EQ(told.si_signo, SIGUSR1);
  CHECK_EQ(told.si_code, SI_USER);
  CHECK_EQ(told.si_pid, getpid());
  CHECK_EQ(sigaction(SIGUSR1, NULL, &action), 0);
  CHECK(action.sa_handler == SIG_DFL);
  action = (struct sigaction){.sa_sigaction = informed, .sa_flags = SA_SIGINFO};
  CHECK_EQ(sigaction(SIGRTMIN, &action, NULL), 0);
  CHECK_EQ(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 42}), 0);
  CHECK_EQ(told.si_code, SI_QUEUE);
  CHECK_EQ(told.si_value.sival_int, 42);
  CHECK_EQ(tgkill(getpid(), getpid(), SIGRTMIN), 0);
  CHECK_EQ(told.si_code, SI_TKILL);
}

static int depth, deepest;

static void nesting(int signal) {
  depth++;
  if (depth > deepest)
    deepest = depth;
  if (calls++ < 3)
    raise(signal);
  depth--;
}

static void nested(void) {
  struct sigaction action = {.sa_handler = nesting};
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  takes(SIGUSR1);
  CHECK_EQ(calls, 4);
  CHECK_EQ(deepest, 1); /* blocked while its handler runs: one after the other */
  action.sa_flags = SA_NODEFER;
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  takes(SIGUSR1);
  CHECK_EQ(deepest, 4);
}

static void probes(void) {
  CHECK_EQ(kill(getpid(), 0), 0);
  CHECK_ERRNO(kill(99999999, 0), ESRCH);
  CHECK_ERRNO(kill(getpid(), 1000), EINVAL);
  CHECK_EQ(killpg(getpgrp(), 0), 0);
  CHECK_ERRNO(killpg(-5, 0), EINVAL);
  CHECK_ERRNO(killpg(99999999, 0), ESRCH);
  CHECK_EQ(tgkill(getpid(), gettid(), 0), 0);
  CHECK_ERRNO(tgkill(getpid(), 99999999, 0), ESRCH);
  CHECK_ERRNO(tgkill(-1, 1, 0), EINVAL);
}

static jmp_buf jump;
static void jumping(int signal) { longjmp(jump, signal); }

static void jumps(void) {
  struct sigaction action = {.sa_handler = jumping, .sa_flags = SA_NODEFER};
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  const int from = setjmp(jump);
  if (from == 0)
    raise(SIGUSR1);
  CHECK_EQ(from, SIGUSR1);
}

int main(void) {
  dispositions();
  older();
  masks();
  flags();
  nested();
  probes();
  jumps();
  static char memory[65536];
  stack_t stack = {.ss_sp = memory, .ss_size = sizeof memory}, old;
  CHECK_EQ(sigaltstack(NULL, &old), 0);
  CHECK(old.ss_flags & SS_DISABLE);
  CHECK_EQ(sigaltstack(&stack, NULL), 0);
  CHECK_EQ(sigaltstack(NULL, &old), 0);
  CHECK(old.ss_sp == memory && old.ss_size == sizeof memory);
  stack.ss_size = 100;
  CHECK_ERRNO(sigaltstack(&stack, NULL), ENOMEM);
  psignal(SIGTERM, "expected");
  psiginfo(&told, NULL);
  return 0;
}
