/* Children for test programs. A failed check in a child ends it with 1, which the parent's check of
 * its status then finds. */
#ifndef CHILD_H
#define CHILD_H

#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* Calls function(argument) in a child, which then ends with 0. */
static inline pid_t child_start(void (*function)(void*), void* argument) {
  fflush(NULL);
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    function(argument);
    fflush(NULL);
    _exit(0);
  }
  return pid;
}

/* Waits for a child; its status. */
static inline int child_status(pid_t pid) {
  int status = -1;
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  return status;
}

/* function(argument) in a child, until it has ended well. */
static inline void in_child(void (*function)(void*), void* argument) {
  CHECK_EQ(child_status(child_start(function, argument)), 0);
}

/* For a block that runs in a child until that has ended well:
 * `if (child_enters()) { ...; _exit(0); }`. */
static inline int child_enters(void) {
  fflush(stdout);
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0)
    return 1;
  CHECK_EQ(child_status(pid), 0);
  return 0;
}

#endif
