// CALLS: login logout logwtmp
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I%include %s -o login
// RUN: %exits 0 %simterpose run -n 1 -o out ./login
// RUN: test -s out/node-0/var/log/wtmp
//
// Logging in and out, in the host's own /var/run/utmp and /var/log/wtmp. (Natively that would be
// the machine's.)
#define _GNU_SOURCE
#include <fcntl.h>
#include <pty.h>
#include <unistd.h>
#include <utmp.h>
#include <utmpx.h>

#include "check.h"

static struct utmp last(void) {
  struct utmp entry;
  const int fd = open("/var/log/wtmp", O_RDONLY);
  CHECK(fd >= 0);
  CHECK(lseek(fd, -(off_t)sizeof entry, SEEK_END) >= 0);
  CHECK_EQ(read(fd, &entry, sizeof entry), sizeof entry);
  CHECK_EQ(close(fd), 0);
  return entry;
}

int main(void) {
  logwtmp("pts/9", "me", "far.away");
  struct utmp entry = last();
  CHECK_EQ(entry.ut_type, USER_PROCESS);
  CHECK(strcmp(entry.ut_line, "pts/9") == 0);
  CHECK(strcmp(entry.ut_host, "far.away") == 0);
  CHECK_EQ(entry.ut_pid, getpid());
  logwtmp("pts/9", "", "");
  CHECK_EQ(last().ut_type, DEAD_PROCESS);

  CHECK_EQ(logout("pts/9"), 0);
  strcpy(entry.ut_user, "you");
  login(&entry); /* no terminal */
  CHECK(strcmp(last().ut_line, "???") == 0);
  CHECK(strcmp(last().ut_user, "you") == 0);

  strcpy(entry.ut_line, "pts/9");
  CHECK_EQ(utmpname(_PATH_UTMP), 0);
  CHECK(pututline(&entry));
  CHECK_EQ(logout("pts/9"), 1);
  CHECK_EQ(logout("pts/9"), 0);
  return 0;
}
