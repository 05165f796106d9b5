// CALLS: getcontext setcontext makecontext swapcontext
// RUN: %both
//
// Two flows of control in one thread, which also wait.
#include <ucontext.h>
#include <unistd.h>

#include "check.h"

static ucontext_t here, there;
static char stack[65536];
static int steps, fds[2];

static void walk(int first, int second) {
  char byte;
  CHECK_EQ(first, 7);
  CHECK_EQ(second, 8);
  steps++;
  CHECK_EQ(swapcontext(&there, &here), 0);
  CHECK_EQ(read(fds[0], &byte, 1), 1);
  usleep(1000);
  steps++;
}

int main(void) {
  CHECK_EQ(pipe(fds), 0);
  CHECK_EQ(getcontext(&there), 0);
  there.uc_stack.ss_sp = stack;
  there.uc_stack.ss_size = sizeof stack;
  there.uc_link = &here;
  makecontext(&there, (void (*)(void))walk, 2, 7, 8);
  CHECK_EQ(swapcontext(&here, &there), 0);
  CHECK_EQ(steps, 1);
  CHECK_EQ(write(fds[1], "x", 1), 1);
  CHECK_EQ(swapcontext(&here, &there), 0);
  CHECK_EQ(steps, 2);

  volatile int again = 0;
  CHECK_EQ(getcontext(&here), 0);
  if (again++ == 0)
    setcontext(&here);
  CHECK_EQ(again, 2);
  return 0;
}
