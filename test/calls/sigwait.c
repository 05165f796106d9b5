// CALLS: sigwait sigwaitinfo sigtimedwait sigsuspend sigpause pause pthread_kill
// RUN: %both
//
// Waiting for signals, sent by the waiting thread itself and by another.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static volatile int calls;
static void handler(int signal) { calls += signal == SIGUSR1; }

static void* sender(void* argument) {
  const struct timespec delay = {0, 50000000};
  nanosleep(&delay, NULL);
  CHECK_EQ(kill(getpid(), *(int*)argument), 0);
  return NULL;
}

static pthread_t send_later(int* signal) {
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, sender, signal), 0);
  return thread;
}

int main(void) {
  int hup = SIGHUP, usr1 = SIGUSR1, found;
  sigset_t set, none;
  siginfo_t info;
  struct timespec zero = {0, 0}, bad = {0, 1000000000};
  sigemptyset(&none);
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  sigaddset(&set, SIGUSR1);
  CHECK_EQ(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);

  CHECK_ERRNO(sigtimedwait(&set, &info, &zero), EAGAIN);
  CHECK_ERRNO(sigtimedwait(&set, &info, &bad), EINVAL);
  raise(SIGUSR1);
  raise(SIGHUP);
  CHECK_EQ(sigwait(&set, &found), 0); /* the lowest first */
  CHECK_EQ(found, SIGHUP);
  CHECK_EQ(sigwaitinfo(&set, &info), SIGUSR1);
  CHECK_EQ(info.si_signo, SIGUSR1);
  CHECK_EQ(info.si_pid, getpid());
  CHECK_ERRNO(sigtimedwait(&set, NULL, &zero), EAGAIN);

  pthread_t thread = send_later(&hup);
  CHECK_EQ(sigwait(&set, &found), 0);
  CHECK_EQ(found, SIGHUP);
  pthread_join(thread, NULL);
  thread = send_later(&hup);
  CHECK_EQ(sigtimedwait(&set, &info, &(struct timespec){5, 0}), SIGHUP);
  pthread_join(thread, NULL);
  CHECK_ERRNO(sigtimedwait(&set, &info, &(struct timespec){0, 50000000}), EAGAIN);

  signal(SIGUSR1, handler);
  thread = send_later(&usr1);
  CHECK_ERRNO(sigsuspend(&none), EINTR);
  CHECK_EQ(calls, 1);
  pthread_join(thread, NULL);
  raise(SIGUSR1);
  CHECK_EQ(calls, 1);
  CHECK_ERRNO(sigsuspend(&none), EINTR);
  CHECK_EQ(calls, 2);
  raise(SIGUSR1);
  CHECK_ERRNO(sigpause(SIGUSR1), EINTR);
  CHECK_EQ(calls, 3);

  thread = send_later(&usr1); /* which blocks it: the main thread must take it */
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  CHECK_EQ(pthread_sigmask(SIG_UNBLOCK, &set, NULL), 0);
  CHECK_ERRNO(pause(), EINTR);
  CHECK_EQ(calls, 4);
  pthread_join(thread, NULL);
  CHECK_EQ(pthread_kill(pthread_self(), 0), 0);
  CHECK_EQ(pthread_kill(pthread_self(), SIGUSR1), 0);
  CHECK_EQ(calls, 5);
  CHECK_EQ(pthread_kill(pthread_self(), 1000), EINVAL);
  return 0;
}
