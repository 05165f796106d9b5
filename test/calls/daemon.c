// CALLS: daemon
// RUN: %both
//
// Detaching: a grandchild goes on as a session of its own, and its parent ends well.
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <sys/stat.h>

#include "child.h"

static pid_t origin;

/* daemon() in a child; the daemon does the rest and tells by a pipe that it got there. */
static void detach(int keep_directory, int keep_files, void (*rest)(void)) {
  int pipe_[2];
  char verdict = 0;
  CHECK_EQ(pipe(pipe_), 0);
  fflush(stdout);
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    const pid_t child = getpid();
    close(pipe_[0]);
    CHECK_EQ(daemon(keep_directory, keep_files), 0);
    CHECK(getpid() != child && getppid() != origin);
    rest();
    CHECK_EQ(write(pipe_[1], "!", 1), 1);
    _exit(0);
  }
  close(pipe_[1]);
  CHECK_EQ(child_status(pid), 0);
  CHECK_EQ(read(pipe_[0], &verdict, 1), 1);
  CHECK_EQ(verdict, '!');
  close(pipe_[0]);
}

static char before[4096];

static void session(void) {
  char now[4096];
  CHECK(getsid(0) == getpid() && getpgrp() == getpid());
  CHECK(getcwd(now, sizeof now) && strcmp(before, now) == 0);
}

static void surroundings(void) {
  struct stat null, out;
  char now[4096];
  CHECK(getcwd(now, sizeof now) && strcmp(now, "/") == 0);
  CHECK_EQ(stat("/dev/null", &null), 0);
  for (int fd = 0; fd < 3; fd++) {
    CHECK_EQ(fstat(fd, &out), 0);
    CHECK_EQ(out.st_rdev, null.st_rdev);
  }
}

int main(void) {
  origin = getpid();
  CHECK(getcwd(before, sizeof before));
  detach(1, 1, session);
  detach(0, 0, surroundings);
  return 0;
}
