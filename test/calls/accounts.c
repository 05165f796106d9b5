// CALLS: setutxent endutxent getutxent getutxid getutxline setutent endutent getutent
// CALLS: getusershell setusershell endusershell
// RUN: %both
//
// Who is logged in, and login shells: whatever they are, the lists end.
#define _GNU_SOURCE
#include <unistd.h>
#include <utmp.h>
#include <utmpx.h>

#include "check.h"

int main(void) {
  struct utmpx wanted = {.ut_type = USER_PROCESS, .ut_line = "no line"};
  setutxent();
  while (getutxent())
    ;
  setutxent();
  CHECK(!getutxline(&wanted));
  setutxent();
  strcpy(wanted.ut_id, "zz");
  CHECK(!getutxid(&wanted));
  endutxent();
  setutent();
  while (getutent())
    ;
  endutent();

  int shells = 0;
  setusershell();
  while (getusershell())
    shells++;
  CHECK(shells >= 2);
  setusershell();
  CHECK(getusershell());
  endusershell();
  return 0;
}
