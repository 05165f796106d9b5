/* unistd.h: the exec family. */
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "file/executable.h"

/* Goes on as the program found, or fails. */
static int replace(int error, struct stp_exec* exec, const char* call) {
  if (error == 0) {
    error = stp_executable_load(exec, call);
    if (error == 0)
      stp_exec(exec);
    stp_exec_drop(exec);
  }
  return (int)stp_return(error);
}

int simterpose_execveat(int directory_fd, const char* path, char* const argv[], char* const envp[],
                        int flags) {
  STP_CALL();
  if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW))
    return (int)stp_return(-EINVAL);
  const bool empty = path[0] == 0 && flags & AT_EMPTY_PATH;
  struct stp_exec exec;
  const struct stp_execution execution = {directory_fd, empty ? NULL : path,
                                          flags & AT_SYMLINK_NOFOLLOW, argv, envp};
  return replace(stp_executable_find(&execution, &exec), &exec, "execve");
}

int simterpose_execve(const char* path, char* const argv[], char* const envp[]) {
  return simterpose_execveat(AT_FDCWD, path, argv, envp, 0);
}

int simterpose_fexecve(int fd, char* const argv[], char* const envp[]) {
  if (fd < 0)
    return (int)stp_return(-EINVAL);
  return simterpose_execveat(fd, "", argv, envp, AT_EMPTY_PATH);
}

int simterpose_execv(const char* path, char* const argv[]) {
  return simterpose_execve(path, argv, stp_me->libc->environ_);
}

int simterpose_execvpe(const char* name, char* const argv[], char* const envp[]) {
  STP_CALL();
  struct stp_exec exec;
  return replace(stp_executable_search(name, argv, envp, true, &exec), &exec, "execve");
}

int simterpose_execvp(const char* name, char* const argv[]) {
  return simterpose_execvpe(name, argv, stp_me->libc->environ_);
}

/* ---- arguments one by one ---- */

/* The arguments up to the null pointer, and that; a block of the process. */
static char** gather(const char* first, va_list* rest) {
  va_list again;
  va_copy(again, *rest);
  size_t count = first != NULL;
  while (first && va_arg(again, char*))
    count++;
  va_end(again);
  char** const argv = stp_heap_alloc(stp_me->heap, (count + 1) * sizeof *argv);
  if (!argv) {
    errno = ENOMEM;
    return NULL;
  }
  argv[0] = (char*)first;
  for (size_t i = 1; i <= count; i++)
    argv[i] = va_arg(*rest, char*);
  return argv;
}

static int give_back(char** argv, int result) {
  stp_heap_free(stp_me->heap, argv);
  return result;
}

int simterpose_execl(const char* path, const char* argument, ...) {
  va_list rest;
  va_start(rest, argument);
  char** const argv = gather(argument, &rest);
  va_end(rest);
  return argv ? give_back(argv, simterpose_execv(path, argv)) : -1;
}

int simterpose_execle(const char* path, const char* argument, ...) {
  va_list rest;
  va_start(rest, argument);
  char** const argv = gather(argument, &rest);
  char** const envp = va_arg(rest, char**);
  va_end(rest);
  return argv ? give_back(argv, simterpose_execve(path, argv, envp)) : -1;
}

int simterpose_execlp(const char* name, const char* argument, ...) {
  va_list rest;
  va_start(rest, argument);
  char** const argv = gather(argument, &rest);
  va_end(rest);
  return argv ? give_back(argv, simterpose_execvp(name, argv)) : -1;
}
