// CALLS: sigaction signal
// RUN: %both
//
// Handlers that do not just return to the call that they interrupted: they end the process or the
// thread, start another program's worth of work, or come back in two processes.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include "child.h"

static int ends[2];

static void reply(int unused) { (void)unused; }

static void alarm_soon(__sighandler_t handler, int flags) {
  const struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
  CHECK_EQ(setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, 20000}}, NULL), 0);
}

static void read_for_ever(void) {
  char byte = 0;
  read(ends[0], &byte, 1);
  CHECK(0);
}

/* ---- the end ---- */

static void at_end(void) { CHECK_EQ(write(ends[1], "e", 1), 1); }
static void leave(int unused) {
  (void)unused;
  exit(3);
}

static void exits(void* unused) {
  (void)unused;
  atexit(at_end);
  alarm_soon(leave, SA_RESTART);
  read_for_ever();
}

static void die(int unused) {
  (void)unused;
  signal(SIGALRM, SIG_DFL);
  raise(SIGALRM); /* blocked until the handler returns */
}

static void dies(void* unused) {
  (void)unused;
  alarm_soon(die, SA_RESTART);
  read_for_ever();
}

static void stop_here(int unused) {
  (void)unused;
  abort();
}

static void aborts(void* unused) {
  (void)unused;
  signal(SIGABRT, reply); /* is called first */
  alarm_soon(stop_here, 0);
  read_for_ever();
}

static void ends_of_processes(void) {
  char byte = 0;
  pid_t child = child_start(exits, NULL);
  int status = child_status(child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
  CHECK_EQ(read(ends[0], &byte, 1), 1);
  CHECK_EQ(byte, 'e');
  status = child_status(child_start(dies, NULL));
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
  status = child_status(child_start(aborts, NULL));
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* ---- a thread ends ---- */

static void leave_thread(int unused) {
  (void)unused;
  pthread_exit((void*)7);
}

static pthread_barrier_t begun;
static int pair[2];

static void* wait_in_thread(void* unused) {
  char byte = 0;
  pthread_barrier_wait(&begun);
  read(pair[0], &byte, 1);
  CHECK(0);
  return unused;
}

static void ends_of_threads(void) {
  pthread_t thread;
  void* result;
  char byte = 0;
  pthread_barrier_init(&begun, NULL, 2);
  CHECK_EQ(pipe(pair), 0);
  signal(SIGUSR1, leave_thread);
  CHECK_EQ(pthread_create(&thread, NULL, wait_in_thread, NULL), 0);
  pthread_barrier_wait(&begun);
  nanosleep(&(struct timespec){0, 10000000}, NULL);
  CHECK_EQ(pthread_kill(thread, SIGUSR1), 0);
  CHECK_EQ(pthread_join(thread, &result), 0);
  CHECK(result == (void*)7);
  CHECK_EQ(close(pair[0]), 0); /* nobody holds it */
  signal(SIGPIPE, SIG_IGN);
  CHECK_ERRNO(write(pair[1], &byte, 1), EPIPE);
}

/* ---- two come back ---- */

static volatile pid_t twin;
static void fork_now(int unused) {
  (void)unused;
  twin = fork();
}

static void write_two(void* unused) {
  (void)unused;
  nanosleep(&(struct timespec){0, 50000000}, NULL);
  CHECK_EQ(write(ends[1], "a", 1), 1);
  nanosleep(&(struct timespec){0, 10000000}, NULL);
  CHECK_EQ(write(ends[1], "a", 1), 1);
}

static void twins(void) {
  char byte = 0;
  const pid_t writer = child_start(write_two, NULL);
  alarm_soon(fork_now, SA_RESTART);
  CHECK_EQ(read(ends[0], &byte, 1), 1);
  CHECK_EQ(byte, 'a');
  if (twin == 0)
    _exit(9);
  CHECK_EQ(child_status(twin), 9 << 8);
  CHECK_EQ(child_status(writer), 0);
}

/* A handler that itself waits, and is interrupted. */
static volatile int order[4], count;

static void inner(int unused) {
  (void)unused;
  order[count++] = 2;
}

static void outer(int unused) {
  (void)unused;
  order[count++] = 1;
  const struct sigaction action = {.sa_handler = inner};
  CHECK_EQ(sigaction(SIGUSR2, &action, NULL), 0);
  CHECK_EQ(kill(getppid(), SIGUSR2), 0);
  CHECK_ERRNO(pause(), EINTR);
  order[count++] = 3;
  CHECK_EQ(write(ends[1], "o", 1), 1);
}

static void nested(void* unused) {
  (void)unused;
  char byte = 0;
  alarm_soon(outer, SA_RESTART);
  CHECK_EQ(read(ends[0], &byte, 1), 1);
  CHECK_EQ(count, 3);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(order[i], i + 1);
}

static void waits_in_handlers(void) {
  sigset_t set, before;
  signal(SIGUSR2, reply);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &set, &before), 0);
  const pid_t child = fork();
  if (child == 0) {
    CHECK_EQ(sigprocmask(SIG_SETMASK, &before, NULL), 0);
    nested(NULL);
    _exit(0);
  }
  int number;
  CHECK_EQ(sigwait(&set, &number), 0);
  nanosleep(&(struct timespec){0, 10000000}, NULL);
  CHECK_EQ(kill(child, SIGUSR2), 0);
  CHECK_EQ(child_status(child), 0);
}

int main(void) {
  CHECK_EQ(pipe(ends), 0);
  ends_of_processes();
  ends_of_threads();
  twins();
  waits_in_handlers();
  return 0;
}
