// CALLS: err errx verr verrx
// RUN: %both
// RUN: %exits 3 %t err
// RUN: %exits 4 %t errx
// RUN: %exits 5 %t verr
// RUN: %exits 6 %t verrx
//
// A message and the end: functions registered with atexit run. Without an argument, the program
// only shows that this one does.
#include "check.h"

#include <err.h>
#include <stdarg.h>
#include <unistd.h>

static const char* which = "errx";

static void last(void) {
  if (!which)
    _exit(0);
}

static void end(int wide, int status, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  if (wide)
    verrx(status, format, arguments);
  else
    verr(status, format, arguments);
}

int main(int argc, char** argv) {
  CHECK_EQ(atexit(last), 0);
  which = argc > 1 ? argv[1] : NULL;
  if (!which)
    errx(9, "left with %d", 9);
  errno = ENOENT;
  if (strcmp(which, "err") == 0)
    err(3, "%s", which);
  if (strcmp(which, "errx") == 0)
    errx(4, "%s", which);
  end(strcmp(which, "verrx") == 0, strcmp(which, "verrx") == 0 ? 6 : 5, "%s", which);
}
