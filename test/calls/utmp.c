// CALLS: setutxent endutxent getutxent getutxid getutxline setutent endutent getutent getutid
// CALLS: getutline getutent_r getutid_r getutline_r pututxline pututline updwtmp updwtmpx utmpname
// CALLS: utmpxname
// RUN: %both
//
// Who is logged in, in a file of the test's own.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utmp.h>
#include <utmpx.h>

#include "check.h"

static struct utmp entry(short type, const char* id, const char* line, const char* user) {
  struct utmp made = {.ut_type = type, .ut_pid = 77};
  strncpy(made.ut_id, id, sizeof made.ut_id);
  strncpy(made.ut_line, line, sizeof made.ut_line);
  strncpy(made.ut_user, user, sizeof made.ut_user);
  return made;
}

static off_t size_of(const char* path) {
  struct stat status;
  CHECK_EQ(stat(path, &status), 0);
  return status.st_size;
}

static void make(const char* path) {
  const int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  CHECK(fd >= 0);
  CHECK_EQ(close(fd), 0);
}

static void put(struct utmp one) {
  setutent();
  CHECK(pututline(&one));
}

static void test_lines(void) {
  const off_t one = sizeof(struct utmp);
  make("utmp");
  CHECK_EQ(utmpname("utmp"), 0);
  setutent();
  CHECK(!getutent());
  put(entry(BOOT_TIME, "~~", "~", "reboot"));
  put(entry(LOGIN_PROCESS, "t1", "tty1", "LOGIN"));
  put(entry(LOGIN_PROCESS, "t2", "tty2", "LOGIN"));
  CHECK_EQ(size_of("utmp"), 3 * one);
  put(entry(USER_PROCESS, "t1", "tty1", "me")); /* in the place of the first with its id */
  put(entry(BOOT_TIME, "zz", "~", "again"));
  CHECK_EQ(size_of("utmp"), 3 * one);

  setutent();
  const struct utmp* found = getutent();
  CHECK(found && strcmp(found->ut_user, "again") == 0);
  struct utmp wanted = entry(USER_PROCESS, "", "tty2", "");
  found = getutline(&wanted);
  CHECK(found && found->ut_type == LOGIN_PROCESS);
  CHECK(strcmp(found->ut_id, "t2") == 0);
  CHECK(!getutent());
  setutent();
  wanted = entry(DEAD_PROCESS, "t1", "", "");
  found = getutid(&wanted);
  CHECK(found && strcmp(found->ut_user, "me") == 0);
  wanted = entry(DEAD_PROCESS, "no", "", "");
  errno = 0;
  CHECK(!getutid(&wanted));
  CHECK_EQ(errno, ESRCH);
  wanted.ut_type = EMPTY;
  CHECK(!getutid(&wanted));
  CHECK_EQ(errno, EINVAL);
  /* On without setutent: what was read last is changed. */
  setutent();
  wanted = entry(USER_PROCESS, "t2", "", "");
  CHECK(getutid(&wanted));
  wanted = entry(DEAD_PROCESS, "t2", "tty2", "");
  CHECK(pututline(&wanted));
  CHECK_EQ(size_of("utmp"), 3 * one);
  endutent();
}

static void test_reentrant(void) {
  struct utmp buffer, *result, wanted = entry(USER_PROCESS, "t1", "tty1", "");
  setutent();
  CHECK_EQ(getutent_r(&buffer, &result), 0);
  CHECK(result == &buffer);
  CHECK_EQ(getutid_r(&wanted, &buffer, &result), 0);
  CHECK(strcmp(buffer.ut_user, "me") == 0);
  setutent();
  CHECK_EQ(getutline_r(&wanted, &buffer, &result), 0);
  CHECK(strcmp(buffer.ut_user, "me") == 0);
  CHECK_ERRNO(getutline_r(&wanted, &buffer, &result), ESRCH);
  CHECK(!result);
  CHECK_EQ(getutent_r(&buffer, &result), -1);
}

static void test_utmpx(void) {
  struct utmpx wanted = {.ut_type = USER_PROCESS, .ut_line = "tty1", .ut_id = "t1"};
  CHECK_EQ(utmpxname("utmp"), 0);
  setutxent();
  int count = 0;
  while (getutxent())
    count++;
  CHECK_EQ(count, 3);
  setutxent();
  CHECK(getutxline(&wanted));
  setutxent();
  CHECK(getutxid(&wanted));
  strcpy(wanted.ut_user, "you");
  CHECK(pututxline(&wanted));
  setutxent();
  const struct utmpx* const found = getutxline(&wanted);
  CHECK(found && strcmp(found->ut_user, "you") == 0);
  endutxent();
  CHECK_EQ(utmpname("absent"), 0);
  setutent();
  CHECK(!getutent());
  CHECK(!pututxline(&wanted));
  CHECK_EQ(errno, ENOENT);
}

static void test_wtmp(void) {
  const struct utmp one = entry(USER_PROCESS, "t1", "tty1", "me");
  const struct utmpx other = {.ut_type = DEAD_PROCESS};
  make("wtmp");
  updwtmp("wtmp", &one);
  updwtmpx("wtmp", &other);
  CHECK_EQ(size_of("wtmp"), 2 * sizeof one);
  updwtmp("absent", &one);
  CHECK_EQ(access("absent", F_OK), -1);
}

int main(void) {
  test_lines();
  test_reentrant();
  test_utmpx();
  test_wtmp();
  return 0;
}
