// CALLS: setpgid setpgrp setsid getpgid getpgrp getsid killpg kill
// RUN: %both
//
// Process groups and sessions of children, and signals to them by number.
#define _GNU_SOURCE
#include <signal.h>

#include "child.h"

static void for_ever(void* unused) {
  (void)unused;
  for (;;)
    pause();
}

static pid_t parent;

static void own_session(void* unused) {
  (void)unused;
  CHECK(getpgrp() != getpid());
  CHECK_EQ(setsid(), getpid());
  CHECK(getsid(0) == getpid() && getpgrp() == getpid());
  CHECK_ERRNO(setsid(), EPERM); /* a leader of its group */
  CHECK_ERRNO(setpgid(0, 0), EPERM);
  CHECK_ERRNO(setpgid(0, getpgid(parent)), EPERM);
  CHECK_EQ(getppid(), parent);
}

static void leader(void* unused) {
  (void)unused;
  CHECK_EQ(setpgid(0, 0), 0);
  CHECK_EQ(getpgrp(), getpid());
  CHECK_EQ(getsid(0), getsid(parent));
  CHECK_EQ(setpgid(0, 0), 0);
  CHECK_EQ(setpgid(getpid(), getpid()), 0);
  CHECK_ERRNO(setsid(), EPERM);
  CHECK_EQ(setpgid(0, getpgid(parent)), 0);
  CHECK_EQ(setsid(), getpid());
}

static void own_group(void* unused) {
  (void)unused;
  CHECK_EQ(setpgrp(), 0);
  CHECK_EQ(getpgrp(), getpid());
}

static void groups(void) {
  in_child(own_session, NULL);
  in_child(leader, NULL);
  in_child(own_group, NULL);
  const pid_t a = child_start(for_ever, NULL), b = child_start(for_ever, NULL);
  CHECK_ERRNO(setpgid(a, b), EPERM); /* no such group yet */
  CHECK_ERRNO(setpgid(parent == 1 ? a : 1, 0), ESRCH);
  CHECK_ERRNO(setpgid(a, -1), EINVAL);
  CHECK_EQ(setpgid(a, a), 0);
  CHECK_EQ(setpgid(b, a), 0);
  CHECK(getpgid(a) == a && getpgid(b) == a);
  CHECK_EQ(getsid(b), getsid(0));
  CHECK_EQ(killpg(a, 0), 0);
  CHECK_EQ(kill(a, SIGTERM), 0);
  CHECK_EQ(child_status(a), SIGTERM);
  CHECK_EQ(kill(-a, 0), 0); /* the group lives on with b */
  CHECK_ERRNO(kill(a, 0), ESRCH);
  CHECK_EQ(setpgid(b, getpgrp()), 0);
  CHECK_ERRNO(kill(-a, 0), ESRCH);
  CHECK_EQ(kill(b, SIGKILL), 0);
  CHECK_EQ(child_status(b), SIGKILL);
  CHECK_ERRNO(setpgid(b, 0), ESRCH);
}

/* A member's group is its children's. */
static void crowd(void* ready) {
  CHECK_EQ(setpgid(0, 0), 0);
  for (int i = 0; i < 3; i++)
    child_start(for_ever, NULL);
  CHECK_EQ(write(*(int*)ready, "x", 1), 1);
  for_ever(NULL);
}

static void kill_group(void) {
  int pipe_[2];
  char byte;
  CHECK_EQ(pipe(pipe_), 0);
  const pid_t pid = child_start(crowd, &pipe_[1]);
  close(pipe_[1]);
  CHECK_EQ(read(pipe_[0], &byte, 1), 1);
  CHECK_EQ(killpg(pid, SIGTERM), 0);
  CHECK_EQ(read(pipe_[0], &byte, 1), 0); /* all have gone */
  CHECK_EQ(child_status(pid), SIGTERM);
  close(pipe_[0]);
}

/* kill(0) reaches the own group, and the sender. */
static void suicide(void* unused) {
  (void)unused;
  CHECK_EQ(setpgid(0, 0), 0);
  child_start(for_ever, NULL);
  kill(0, SIGHUP);
  _exit(1);
}

static void errors(void* unused) {
  (void)unused;
  CHECK_ERRNO(kill(getpid(), 65), EINVAL);
  CHECK_ERRNO(kill(getpid(), -1), EINVAL);
  CHECK_ERRNO(kill(99999999, SIGTERM), ESRCH);
  CHECK_ERRNO(kill(-99999999, SIGTERM), ESRCH);
  CHECK_ERRNO(killpg(-1, SIGTERM), EINVAL);
  CHECK_ERRNO(sigqueue(-getpid(), 0, (union sigval){0}), ESRCH);
  CHECK_EQ(kill(getpid(), 0), 0);
  CHECK_EQ(kill(0, 0), 0);
  if (getuid() == 0) {
    CHECK_EQ(kill(1, 0), 0);
    CHECK_EQ(setuid(12345), 0); /* no parent of this one */
    CHECK_ERRNO(kill(parent, SIGTERM), EPERM);
    CHECK_ERRNO(kill(parent, 0), EPERM);
    CHECK_EQ(kill(parent, SIGCONT), 0); /* within a session */
    CHECK_ERRNO(kill(1, SIGTERM), EPERM);
  }
}

int main(void) {
  parent = getpid();
  in_child(errors, NULL);
  groups();
  kill_group();
  CHECK_EQ(child_status(child_start(suicide, NULL)), SIGHUP);
  return 0;
}
