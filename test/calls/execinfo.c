// Names of addresses in code.
// CALLS: backtrace backtrace_symbols backtrace_symbols_fd
// UNSUPPORTED: sanitize
// RUN: %both
#include <execinfo.h>
#include <fcntl.h>
#include <unistd.h>

#include "check.h"

static int depth;
static void* frames[8];

static __attribute__((noinline)) void walk(void) { depth = backtrace(frames, 8); }

int main(void) {
  walk();
  CHECK(depth >= 2);
  char** const names = backtrace_symbols(frames, 2);
  CHECK(names != NULL);
  for (int i = 0; i < 2; i++) {
    CHECK(strstr(names[i], "execinfo.c.tmp(") != NULL);
    CHECK(strstr(names[i], ") [0x") != NULL);
  }
  free(names);

  const int fd = open("names", O_CREAT | O_RDWR, 0666);
  backtrace_symbols_fd(frames, 2, fd);
  char text[2000];
  const ssize_t size = pread(fd, text, sizeof text - 1, 0);
  CHECK(size > 0);
  text[size] = '\0';
  CHECK(strstr(text, "execinfo.c.tmp(") != NULL);
  CHECK_EQ(text[size - 1], '\n');
  CHECK(strchr(text, '\n') != text + size - 1); /* two lines */

  void* const nowhere[] = {NULL};
  char** const none = backtrace_symbols(nowhere, 1);
  CHECK_EQ(none[0][0], '[');
  free(none);
  return 0;
}
