// CALLS: daemon
// RUN: %both
//
// Detaching. Natively daemon() forks, and the parent leaves with 0: what fails after it is only
// seen emulated.
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

int main(void) {
  struct stat null, out;
  char directory[64];
  CHECK_EQ(daemon(1, 1), 0);
  CHECK_EQ(getsid(0), getpgrp());
  CHECK_EQ(daemon(0, 0), 0);
  CHECK(getcwd(directory, sizeof directory) && strcmp(directory, "/") == 0);
  CHECK_EQ(stat("/dev/null", &null), 0);
  for (int fd = 0; fd < 3; fd++) {
    CHECK_EQ(fstat(fd, &out), 0);
    CHECK_EQ(out.st_rdev, null.st_rdev);
  }
  CHECK_ERRNO(fcntl(3, F_GETFD), EBADF);
  return 0;
}
