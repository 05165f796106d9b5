// CALLS: vfork
// RUN: %both
//
// A child that borrows the memory of its parent, which waits until it has ended.
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static volatile int error, count;

static int start(const char* program) {
  char* const arguments[] = {(char*)program, NULL};
  volatile int on_stack = 1;
  error = 0;
  const pid_t child = vfork();
  CHECK(child >= 0);
  if (child == 0) {
    execv(program, arguments);
    on_stack = 2;
    error = errno;
    _exit(127);
  }
  int status;
  CHECK_EQ(waitpid(child, &status, 0), child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 127);
  CHECK_EQ(on_stack, 2);
  return error;
}

/* What the child allocates is the parent's as well. */
static void heap(void) {
  static char* volatile text;
  volatile pid_t child = vfork();
  if (child == 0) {
    text = malloc(100000);
    memset(text, 'x', 100000);
    _exit(0);
  }
  CHECK_EQ(waitpid(child, NULL, 0), child);
  CHECK(text && text[0] == 'x' && text[99999] == 'x');
  char* const other = malloc(100000);
  memset(other, 'y', 100000);
  CHECK(text[0] == 'x' && text[99999] == 'x');
  free(text);
  free(other);
}

int main(void) {
  CHECK_EQ(start("/nowhere/program"), ENOENT);
  CHECK_EQ(start("/"), EACCES);
  heap();
  for (int i = 0; i < 20; i++) {
    const pid_t child = vfork();
    if (child == 0) {
      count++;
      _exit(i);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == i);
    CHECK_EQ(count, i + 1);
  }
  return 0;
}
