/* From a name to a program: along PATH, and by the shell (execvp(3), as glibc does it). */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "file/executable.h"
#include "process/process.h"

/* A file of unknown format is given to the shell. */
static int find_or_shell(const char* path, char* const* argv, char* const* envp, bool shell,
                         struct stp_exec* exec) {
  const int error = stp_executable_find(
      &(struct stp_execution){.directory_fd = AT_FDCWD, .path = path, .argv = argv, .envp = envp},
      exec);
  if (error != -ENOEXEC || !shell)
    return error;
  size_t count = 0;
  while (argv && argv[count])
    count++;
  const char** const arguments = stp_alloc((count + 3) * sizeof *arguments);
  arguments[0] = "/bin/sh";
  arguments[1] = path;
  for (size_t i = 1; i < count; i++)
    arguments[i + 1] = argv[i];
  const int result = find_or_shell("/bin/sh", (char**)arguments, envp, false, exec);
  stp_free(arguments);
  return result;
}

static const char* search_path(void) {
  for (char** variable = stp_me->libc->environ_; variable && *variable; variable++)
    if (strncmp(*variable, "PATH=", 5) == 0)
      return *variable + 5;
  return "/bin:/usr/bin";
}

/* Errors after which the next directory is tried. */
static bool goes_on(int error) {
  return error == -EACCES || error == -ENOENT || error == -ESTALE || error == -ENOTDIR ||
         error == -ENODEV || error == -ETIMEDOUT;
}

int stp_executable_search(const char* name, char* const* argv, char* const* envp, bool shell,
                          struct stp_exec* exec) {
  *exec = (struct stp_exec){0};
  if (name[0] == 0)
    return -ENOENT;
  if (strchr(name, '/'))
    return find_or_shell(name, argv, envp, shell, exec);
  if (strlen(name) > NAME_MAX)
    return -ENAMETOOLONG;
  bool forbidden = false;
  int error = -ENOENT;
  char path[PATH_MAX + NAME_MAX + 2];
  const char *from = search_path(), *end;
  for (;; from = end + 1) {
    end = strchrnul(from, ':');
    const int length = (int)(end - from);
    if (length < PATH_MAX) {
      snprintf(path, sizeof path, "%.*s%s%s", length, from, length > 0 ? "/" : "", name);
      error = find_or_shell(path, argv, envp, shell, exec);
      if (!goes_on(error))
        return error;
      forbidden |= error == -EACCES;
    }
    if (!*end)
      return forbidden ? -EACCES : error;
  }
}
