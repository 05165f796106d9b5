// CALLS: sigaction sigqueue pthread_kill pthread_sigqueue pthread_sigmask
// RUN: %both
//
// Handlers: in which order, how often, with what they are told, nested, and in which thread.
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static int order[32];
static volatile int count;
static siginfo_t told[32];

static void note(int signal) { order[count++] = signal; }

static void note_info(int signal, siginfo_t* info, void* context) {
  CHECK(context);
  told[count] = *info;
  note(signal);
}

static sigset_t all;

static void handle(int signal, int flags, const sigset_t* mask) {
  struct sigaction action = {.sa_handler = note, .sa_flags = flags};
  if (flags & SA_SIGINFO)
    action.sa_sigaction = note_info;
  if (mask)
    action.sa_mask = *mask;
  CHECK_EQ(sigaction(signal, &action, NULL), 0);
}

static void block(void) { CHECK_EQ(sigprocmask(SIG_BLOCK, &all, NULL), 0); }
static void unblock(void) {
  count = 0;
  CHECK_EQ(sigprocmask(SIG_UNBLOCK, &all, NULL), 0);
}

static void queues(void) {
  block();
  for (int i = 0; i < 3; i++) { /* real-time signals queue, with their values; others do not */
    handle(SIGRTMIN + i, SA_SIGINFO, &all);
    CHECK_EQ(sigqueue(getpid(), SIGRTMIN + 2 - i, (union sigval){.sival_int = i}), 0);
    CHECK_EQ(sigqueue(getpid(), SIGRTMIN + 2 - i, (union sigval){.sival_int = i + 10}), 0);
  }
  handle(SIGUSR1, SA_SIGINFO, &all);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 1}), 0);
  CHECK_EQ(kill(getpid(), SIGUSR1), 0);
  unblock();
  /* Lowest first, in order; of the thread before those of the process. */
  const int expected[] = {SIGUSR1,      SIGUSR1,      SIGRTMIN,     SIGRTMIN,
                          SIGRTMIN + 1, SIGRTMIN + 1, SIGRTMIN + 2, SIGRTMIN + 2};
  const int values[] = {0, 1, 2, 12, 1, 11, 0, 10};
  CHECK_EQ(count, 8);
  for (int i = 0; i < 8; i++) {
    CHECK_EQ(order[i], expected[i]);
    CHECK_EQ(told[i].si_signo, expected[i]);
    CHECK_EQ(told[i].si_code, i == 0 ? SI_TKILL : SI_QUEUE);
    CHECK_EQ(told[i].si_pid, getpid());
    CHECK_EQ(told[i].si_uid, getuid());
    if (i > 0)
      CHECK_EQ(told[i].si_value.sival_int, values[i]);
  }
}

static void too_many(void) {
  const struct rlimit few = {5, 5};
  CHECK_EQ(setrlimit(RLIMIT_SIGPENDING, &few), 0);
  block();
  int sent = 0;
  while (sent < 10 && sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = sent}) == 0)
    sent++;
  CHECK_EQ(errno, EAGAIN);
  CHECK(sent <= 5);
  unblock();
  CHECK_EQ(count, sent);
}

/* Without masks, Linux makes a frame for each before any of them runs: the last runs first. */
static void stacks(void) {
  block();
  handle(SIGUSR1, 0, NULL);
  handle(SIGUSR2, 0, NULL);
  handle(SIGTERM, 0, NULL);
  raise(SIGUSR1);
  raise(SIGTERM);
  raise(SIGUSR2);
  unblock();
  CHECK_EQ(count, 3);
  CHECK_EQ(order[0], SIGTERM);
  CHECK_EQ(order[1], SIGUSR2);
  CHECK_EQ(order[2], SIGUSR1);
}

static volatile int depth, deepest;

static void again(int signal) {
  if (++depth > deepest)
    deepest = depth;
  if (++count < 5)
    raise(signal);
  depth--;
}

static void nesting(void) {
  struct sigaction action = {.sa_handler = again, .sa_flags = SA_NODEFER};
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  count = 0;
  raise(SIGUSR1);
  CHECK_EQ(count, 5);
  CHECK_EQ(deepest, 5);
  deepest = count = 0;
  action.sa_flags = 0;
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  raise(SIGUSR1);
  CHECK_EQ(count, 5);
  CHECK_EQ(deepest, 1);
  count = 0;
  handle(SIGUSR1, (int)SA_RESETHAND, NULL);
  signal(SIGCHLD, SIG_DFL);
  raise(SIGUSR1);
  CHECK_EQ(count, 1);
  struct sigaction now;
  CHECK_EQ(sigaction(SIGUSR1, NULL, &now), 0);
  CHECK(now.sa_handler == SIG_DFL);
}

/* A handler may wait, and change the mask that comes back when it returns. */
static void waiting_handler(int signal, siginfo_t* info, void* context) {
  (void)info;
  CHECK_EQ(nanosleep(&(struct timespec){0, 1000000}, NULL), 0);
  sigaddset(&((ucontext_t*)context)->uc_sigmask, SIGUSR2);
  errno = 77;
  note(signal);
}

static void effects(void) {
  struct sigaction action = {.sa_sigaction = waiting_handler, .sa_flags = SA_SIGINFO};
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  sigset_t now;
  count = 0;
  errno = 5;
  raise(SIGUSR1);
  CHECK_EQ(count, 1);
  CHECK_EQ(sigprocmask(SIG_BLOCK, NULL, &now), 0);
  CHECK(sigismember(&now, SIGUSR2) && !sigismember(&now, SIGUSR1));
  CHECK_EQ(sigprocmask(SIG_UNBLOCK, &all, NULL), 0);
  signal(SIGUSR1, SIG_IGN); /* ignored at once, unless blocked */
  CHECK_EQ(raise(SIGUSR1), 0);
  block();
  raise(SIGUSR1);
  raise(SIGCHLD);
  CHECK_EQ(sigpending(&now), 0);
  CHECK(sigismember(&now, SIGUSR1) && sigismember(&now, SIGCHLD));
  signal(SIGUSR1, SIG_IGN);
  CHECK_EQ(sigpending(&now), 0);
  CHECK(!sigismember(&now, SIGUSR1));
  unblock();
}

/* ---- threads ---- */

static pthread_t main_thread;
static volatile pthread_t handled_in;
static sem_t ready, handled;
static volatile bool finish;

static void where(int signal) {
  note(signal);
  handled_in = pthread_self();
  sem_post(&handled);
}

static void* wait_for_signals(void* unused) {
  sem_post(&ready);
  while (!finish)
    nanosleep(&(struct timespec){1, 0}, NULL);
  return unused;
}

static void await_handler(void) {
  while (sem_wait(&handled) != 0)
    CHECK_EQ(errno, EINTR);
}

static void threads(void) {
  pthread_t other;
  struct sigaction action = {.sa_handler = where};
  main_thread = pthread_self();
  sem_init(&ready, 0, 0);
  sem_init(&handled, 0, 0);
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  CHECK_EQ(sigaction(SIGRTMIN, &action, NULL), 0);
  CHECK_EQ(pthread_create(&other, NULL, wait_for_signals, NULL), 0);
  sem_wait(&ready);
  nanosleep(&(struct timespec){0, 10000000}, NULL);
  count = 0;
  CHECK_EQ(kill(getpid(), SIGUSR1), 0); /* the main thread does not block it */
  await_handler();
  CHECK(pthread_equal(handled_in, main_thread));
  block();
  CHECK_EQ(kill(getpid(), SIGUSR1), 0);
  await_handler();
  CHECK(pthread_equal(handled_in, other));
  unblock();
  CHECK_EQ(pthread_kill(other, SIGUSR1), 0);
  await_handler();
  CHECK(pthread_equal(handled_in, other));
  CHECK_EQ(pthread_sigqueue(other, SIGRTMIN, (union sigval){.sival_int = 1}), 0);
  await_handler();
  CHECK(pthread_equal(handled_in, other));
  CHECK_EQ(pthread_sigqueue(other, 1000, (union sigval){.sival_int = 1}), EINVAL);
  finish = true;
  CHECK_EQ(pthread_kill(other, SIGUSR1), 0);
  CHECK_EQ(pthread_join(other, NULL), 0);
}

int main(void) {
  sigemptyset(&all);
  sigaddset(&all, SIGUSR1);
  sigaddset(&all, SIGUSR2);
  sigaddset(&all, SIGTERM);
  sigaddset(&all, SIGCHLD);
  for (int i = 0; i < 3; i++)
    sigaddset(&all, SIGRTMIN + i);
  queues();
  stacks();
  nesting();
  effects();
  threads();
  too_many();
  return 0;
}
