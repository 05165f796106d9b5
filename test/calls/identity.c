// CALLS: getpid getppid gettid getuid geteuid getgid getegid getresuid getresgid setuid setreuid
// CALLS: setresuid seteuid setgid setregid setresgid setegid getgroups setgroups group_member
// CALLS: getpgid getpgrp getsid setpgid setpgrp setsid getlogin getlogin_r __getgroups_chk
// CALLS: __getlogin_r_chk
// RUN: %both
//
// Who a process is, and the rules for becoming somebody else.
#define _GNU_SOURCE
#include <grp.h>
#include <unistd.h>

#include "check.h"

int __getgroups_chk(int size, gid_t* list, size_t room);
int __getlogin_r_chk(char* name, size_t size, size_t room);

static void processes(void) {
  CHECK(getpid() > 1);
  CHECK_EQ(gettid(), getpid());
  CHECK(getppid() >= 0);
  CHECK_EQ(getpgrp(), getpgid(0));
  CHECK_EQ(getpgid(getpid()), getpgrp());
  CHECK(getsid(0) >= 0);
  CHECK_ERRNO(getpgid(99999999), ESRCH);
  CHECK_ERRNO(getsid(99999999), ESRCH);
  CHECK_ERRNO(setpgid(0, -1), EINVAL);
  CHECK_ERRNO(setpgid(99999999, 0), ESRCH);
  if (getpgrp() == getpid()) {
    CHECK_ERRNO(setsid(), EPERM);
  } else {
    CHECK_EQ(setsid(), getpid());
    CHECK_EQ(getpgrp(), getpid());
  }
  CHECK_EQ(getsid(0) == getpid() ? setpgrp() : -1, -1); /* EPERM: a session leader */
}

static void ids(void) {
  uid_t r, e, s;
  CHECK_EQ(getresuid(&r, &e, &s), 0);
  CHECK(r == getuid() && e == geteuid());
  gid_t rg, eg, sg;
  CHECK_EQ(getresgid(&rg, &eg, &sg), 0);
  CHECK(rg == getgid() && eg == getegid());
  CHECK_ERRNO(setuid(-1), EINVAL);
  CHECK_ERRNO(seteuid(-1), EINVAL);
  CHECK_ERRNO(setgid(-1), EINVAL);
  CHECK_ERRNO(setegid(-1), EINVAL);
  if (geteuid() != 0)
    return;
  gid_t groups[3] = {5, 6, 7}, found[8];
  CHECK_EQ(setgroups(3, groups), 0);
  CHECK_EQ(getgroups(0, NULL), 3);
  CHECK_EQ(getgroups(8, found), 3);
  CHECK_EQ(found[2], 7);
  CHECK_EQ(__getgroups_chk(8, found, sizeof found), 3);
  CHECK_ERRNO(getgroups(2, found), EINVAL);
  CHECK_ERRNO(getgroups(-1, found), EINVAL);
  CHECK(group_member(6) && !group_member(8));
  CHECK_EQ(setregid(10, 11), 0);
  CHECK_EQ(setegid(12), 0);
  CHECK_EQ(getresgid(&rg, &eg, &sg), 0);
  CHECK(rg == 10 && eg == 12 && sg == 11);
  CHECK_EQ(setresgid(20, 21, 22), 0);
  CHECK_EQ(setgid(30), 0);
  CHECK_EQ(getresgid(&rg, &eg, &sg), 0);
  CHECK(rg == 30 && eg == 30 && sg == 30);

  CHECK_EQ(seteuid(1000), 0); /* and back: the saved id is still 0 */
  CHECK_ERRNO(setgroups(0, NULL), EPERM);
  CHECK_ERRNO(setgid(40), EPERM);
  CHECK_EQ(seteuid(0), 0);
  CHECK_EQ(setresuid(1000, 1001, 1002), 0);
  CHECK_EQ(getresuid(&r, &e, &s), 0);
  CHECK(r == 1000 && e == 1001 && s == 1002);
  CHECK_EQ(setreuid(-1, 1000), 0);
  CHECK_EQ(setuid(1002), 0);
  CHECK_EQ(getresuid(&r, &e, &s), 0);
  CHECK(r == 1000 && e == 1002 && s == 1002);
  CHECK_ERRNO(setuid(0), EPERM);
  CHECK_ERRNO(seteuid(0), EPERM);
  CHECK_ERRNO(setreuid(0, 0), EPERM);
  CHECK_ERRNO(setresuid(-1, -1, 0), EPERM);
  CHECK_EQ(setreuid(1002, -1), 0); /* the effective one; the saved one becomes it */
  CHECK_EQ(getresuid(&r, &e, &s), 0);
  CHECK(r == 1002 && e == 1002 && s == 1002);
}

int main(void) {
  char name[64];
  if (getlogin_r(name, sizeof name) == 0) { /* natively there may be none */
    CHECK(getlogin() && strcmp(getlogin(), name) == 0);
    CHECK_EQ(__getlogin_r_chk(name, sizeof name, sizeof name), 0);
    CHECK_EQ(getlogin_r(name, 1), ERANGE);
  }
  processes();
  ids();
  return 0;
}
