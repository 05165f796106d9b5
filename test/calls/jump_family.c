// RUN: %both
//
// A jump out of deep frames, after another process of the family was killed where it waited in
// printf, at the addresses of these frames: what libc had noted there is not of the jumping one.
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static jmp_buf back;

/* Calls a function some KiB further down the stack. */
__attribute__((noinline)) static void deep(int frames, void (*function)(void)) {
  char frame[4096];
  memset(frame, 0x41, sizeof frame);
  __asm__ volatile("" : : "r"(frame) : "memory");
  if (frames == 0)
    function();
  else
    deep(frames - 1, function);
  __asm__ volatile("" : : "r"(frame) : "memory");
}

/* Fills the pipe that is its standard output, and waits. */
static void print(void) {
  for (;;)
    printf("%s %d\n", "still here", 42);
}

static void jump(void) { longjmp(back, 7); }

int main(void) {
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  const pid_t printer = fork();
  if (printer == 0) {
    dup2(ends[1], STDOUT_FILENO);
    setvbuf(stdout, NULL, _IONBF, 0);
    deep(4, print);
  }
  usleep(100000);
  CHECK_EQ(kill(printer, SIGKILL), 0);
  CHECK_EQ(waitpid(printer, NULL, 0), printer);

  const pid_t jumper = fork();
  if (jumper == 0) {
    const int value = setjmp(back);
    if (value == 0)
      deep(40, jump);
    _exit(value);
  }
  int status;
  CHECK_EQ(waitpid(jumper, &status, 0), jumper);
  CHECK_EQ(status, W_EXITCODE(7, 0));
  return 0;
}
