// CALLS: waitpid wait sigaction
// RUN: %both
//
// SIGCHLD and its handlers: what they are told, what they interrupt, and reaping in them.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include "child.h"

static volatile sig_atomic_t calls, reaped;
static siginfo_t told;

static void note(int signal, siginfo_t* info, void* context) {
  (void)signal;
  (void)context;
  told = *info;
  calls++;
}

static void reap(int signal) {
  const int saved = errno;
  (void)signal;
  calls++;
  while (waitpid(-1, NULL, WNOHANG) > 0)
    reaped++;
  errno = saved;
}

static void install(void (*handler)(int), int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  CHECK_EQ(sigaction(SIGCHLD, &action, NULL), 0);
}

static void install_note(int flags) {
  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO | flags};
  CHECK_EQ(sigaction(SIGCHLD, &action, NULL), 0);
  calls = 0;
}

static void ends_soon(void* code) {
  usleep(10000);
  _exit(*(int*)code);
}

/* When its parent waits, on a busy machine, too. */
static void ends_later(void* code) {
  usleep(200000);
  _exit(*(int*)code);
}

static void for_ever(void* unused) {
  (void)unused;
  for (;;)
    pause();
}

static void informed(void) {
  int code = 5;
  install_note(0);
  const pid_t pid = child_start(ends_later, &code);
  CHECK_ERRNO(pause(), EINTR);
  CHECK_EQ(calls, 1);
  CHECK(told.si_signo == SIGCHLD && told.si_code == CLD_EXITED && told.si_status == 5);
  CHECK(told.si_pid == pid && told.si_uid == getuid());
  CHECK_EQ(WEXITSTATUS(child_status(pid)), 5);
}

/* The end of a child ends the wait for it; handlers run on the way out. */
static void waiting(void) {
  int code = 6, status;
  install_note(0);
  pid_t pid = child_start(ends_soon, &code);
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK_EQ(calls, 1);
  /* That of another child interrupts it, or not. */
  const pid_t other = child_start(for_ever, NULL);
  pid = child_start(ends_later, &code);
  CHECK_ERRNO(waitpid(other, &status, 0), EINTR);
  CHECK_EQ(calls, 2);
  CHECK_EQ(waitpid(pid, &status, WNOHANG), pid);
  install_note(SA_RESTART);
  pid = child_start(ends_soon, &code);
  struct itimerval timer = {.it_value = {0, 50000}};
  struct sigaction alarm_ = {.sa_handler = SIG_IGN};
  sigaction(SIGALRM, &alarm_, NULL);
  CHECK_EQ(setitimer(ITIMER_REAL, &timer, NULL), 0); /* ignored: interrupts nothing */
  const pid_t killer = fork();
  if (killer == 0) {
    usleep(70000);
    kill(other, SIGTERM);
    _exit(0);
  }
  CHECK_EQ(waitpid(other, &status, 0), other);
  CHECK_EQ(status, SIGTERM);
  CHECK(calls >= 2);
  CHECK_EQ(child_status(pid), 6 << 8);
  CHECK_EQ(child_status(killer), 0);
}

/* A server's way: the handler reaps whatever has ended. */
static void reaping(void) {
  enum { COUNT = 20 };
  int code = 0;
  calls = reaped = 0;
  install(reap, SA_RESTART | SA_NOCLDSTOP);
  for (int i = 0; i < COUNT; i++)
    child_start(ends_soon, &code);
  while (reaped < COUNT)
    usleep(1000);
  CHECK(calls >= 1 && calls <= COUNT);
  CHECK_ERRNO(wait(NULL), ECHILD);
}

/* sleep() ends when a child does. */
static void sleeping(void) {
  int code = 0;
  struct timespec left;
  install_note(SA_RESTART);
  const pid_t pid = child_start(ends_later, &code);
  CHECK_ERRNO(nanosleep(&(struct timespec){.tv_sec = 5}, &left), EINTR);
  CHECK(left.tv_sec == 4);
  CHECK_EQ(child_status(pid), 0);
}

/* Blocked, it waits; several are one. */
static void blocked(void) {
  int code = 0;
  sigset_t set, old, pending;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  install_note(0);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &set, &old), 0);
  for (int i = 0; i < 3; i++)
    child_start(ends_soon, &code);
  for (int i = 0; i < 3; i++)
    CHECK(wait(NULL) > 0);
  CHECK_EQ(calls, 0);
  CHECK_EQ(sigpending(&pending), 0);
  CHECK(sigismember(&pending, SIGCHLD));
  CHECK_EQ(sigprocmask(SIG_SETMASK, &old, NULL), 0);
  CHECK_EQ(calls, 1);
}

/* The child has the handler, too, and no signals of its parent. */
static void in_the_child(void) {
  int code = 3;
  install_note(0);
  const pid_t pid = fork();
  if (pid == 0) {
    CHECK_EQ(calls, 0);
    const pid_t mine = child_start(ends_later, &code);
    CHECK_ERRNO(pause(), EINTR);
    CHECK(calls == 1 && told.si_pid == mine);
    _exit(4);
  }
  while (waitpid(pid, NULL, 0) != pid)
    CHECK_EQ(errno, EINTR);
  CHECK(calls == 1 && told.si_pid == pid && told.si_status == 4);
}

/* fork in a handler; the child leaves it as the parent does. */
static pid_t forked_in_handler;

static void fork_in_handler(int signal) {
  (void)signal;
  forked_in_handler = fork();
}

/* Both the process and what it forks in the handler leave pause(). */
static void pause_twice(void* unused) {
  (void)unused;
  forked_in_handler = -1;
  CHECK_ERRNO(pause(), EINTR);
  if (forked_in_handler == 0)
    _exit(7);
  _exit(WEXITSTATUS(child_status(forked_in_handler)));
}

static void forking(void) {
  signal(SIGCHLD, SIG_DFL);
  signal(SIGUSR1, fork_in_handler);
  const pid_t parent = getpid();
  CHECK_EQ(raise(SIGUSR1), 0);
  if (getpid() != parent) {
    CHECK_EQ(forked_in_handler, 0);
    _exit(8);
  }
  CHECK(forked_in_handler > 0);
  CHECK_EQ(WEXITSTATUS(child_status(forked_in_handler)), 8);
  const pid_t target = child_start(pause_twice, NULL);
  usleep(200000);
  CHECK_EQ(kill(target, SIGUSR1), 0);
  CHECK_EQ(child_status(target), 7 << 8);
}

int main(void) {
  informed();
  waiting();
  reaping();
  sleeping();
  blocked();
  in_the_child();
  forking();
  return 0;
}
