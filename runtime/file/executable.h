/* What execve(2) makes of a path: which file of the host is to be run, with which arguments. Errors
 * are -errno. */
#ifndef STP_EXECUTABLE_H
#define STP_EXECUTABLE_H

#include <stdbool.h>

#include "process/exec.h"

/* What is asked for. */
struct stp_execution {
  int directory_fd;                /* that relative paths start from, or AT_FDCWD */
  const char* path;                /* null: the file that `directory_fd` itself refers to */
  bool no_follow;                  /* a symbolic link is not followed */
  char *const *argv, *const *envp; /* null-terminated; null: empty */
};

/* Finds the program that the calling process asks for, through the interpreters of scripts, as
 * execve(2) does, and copies the arguments; the program is not loaded yet. Does not block. 0: the
 * caller drops `exec`; else it holds nothing. */
int stp_executable_find(const struct stp_execution* execution, struct stp_exec* exec);

/* The same for a name that is looked up in the directories of PATH if it has no slash
 * (execvpe(3)), with /bin/sh for files of unknown format if `shell`. */
int stp_executable_search(const char* name, char* const* argv, char* const* envp, bool shell,
                          struct stp_exec* exec);

/* Loads the program found. A file that cannot be emulated is refused, for `call`: -ENOEXEC. May
 * let others run at this date. The caller drops `exec`. */
int stp_executable_load(struct stp_exec* exec, const char* call);

#endif
