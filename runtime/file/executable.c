/* From a path to a program: permissions, scripts and their interpreters (execve(2); Linux,
 * fs/exec.c and fs/binfmt_script.c). */
#include "file/executable.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file/description.h"
#include "file/fdtable.h"
#include "file/inode.h"
#include "file/paths.h"
#include "file/permission.h"
#include "file/regular.h"
#include "process/identity.h"
#include "process/process.h"
#include "process/program.h"
#include "trace/log.h"

enum {
  HEAD = 256,               /* of a file, that Linux looks at (BINPRM_BUF_SIZE) */
  MOST_INTERPRETERS = 5,    /* of interpreters */
  LONGEST_STRING = 1 << 17, /* MAX_ARG_STRLEN, zero byte included */
};

/* ---- arguments ---- */

/* Adds the sizes of strings, and of the pointers to them. */
static int measure(char* const* strings, size_t* total) {
  for (; strings && *strings; strings++) {
    const size_t size = strlen(*strings) + 1;
    if (size > LONGEST_STRING)
      return -E2BIG;
    *total += size + sizeof(char*);
  }
  return 0;
}

static int copy_arguments(char* const* argv, char* const* envp, struct stp_exec* exec) {
  static char* const none[] = {"", NULL};
  if (!argv || !argv[0])
    argv = none; /* since Linux 5.18 */
  size_t total = 0;
  if (measure(argv, &total) < 0 || measure(envp, &total) < 0)
    return -E2BIG;
  const rlim_t quarter = stp_limit(RLIMIT_STACK) / 4, most = 6 << 20, least = 128 << 10;
  if (total > (quarter > most ? most : quarter < least ? least : quarter))
    return -E2BIG;
  exec->argv = stp_exec_copy(argv);
  exec->envp = stp_exec_copy(envp);
  return 0;
}

/* argv[0] gives way to an interpreter, its argument if any, and the script. */
static void insert_interpreter(struct stp_exec* exec, char* interpreter, char* argument,
                               char* script) {
  size_t count = 0;
  while (exec->argv[count])
    count++;
  char** const strings = stp_alloc((count + 3) * sizeof *strings);
  size_t used = 0;
  strings[used++] = interpreter;
  if (argument)
    strings[used++] = argument;
  strings[used++] = script;
  for (size_t i = 1; i < count; i++)
    strings[used++] = exec->argv[i];
  char** const old = exec->argv;
  exec->argv = stp_exec_copy(strings);
  stp_free(strings);
  stp_free(old);
}

/* ---- one file ---- */

static int check_mode(const struct stat* stat) {
  return S_ISREG(stat->st_mode) ? stp_permits(stat, X_OK) : -EACCES;
}

static const char* last_component(const char* path) {
  const char* const slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* The file of a path: its names in `exec`. */
static int find_path(int directory_fd, const char* path, bool follow, struct stp_exec* exec) {
  STP_LOCATION location;
  int error = stp_path_existing(directory_fd, path, follow, &location);
  if (error < 0)
    return error;
  if (stp_location_is_link(&location))
    return -ELOOP;
  struct stat stat;
  stp_location_stat(&location, &stat);
  error = location.layer == STP_SYNTHETIC ? -EACCES : check_mode(&stat);
  if (error < 0)
    return error;
  exec->path = stp_strdup(location.path);
  exec->real_path = stp_location_real(&location);
  return 0;
}

/* The file of a descriptor. */
static int find_descriptor(int fd, struct stp_exec* exec) {
  const struct stp_file* const file = stp_fd_get(fd);
  if (!file)
    return -EBADF;
  struct stat real, stat;
  const int descriptor = stp_regular_descriptor(file);
  if (descriptor < 0 || fstat(descriptor, &real) != 0)
    return -EACCES;
  stp_inode_present(&real, &stat);
  const int error = check_mode(&stat);
  if (error < 0)
    return error;
  char link[64], target[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t size = readlink(link, target, sizeof target - 1);
  target[size < 0 ? 0 : size] = 0;
  const char* const top = stp_me->host->directory;
  const size_t length = strlen(top);
  const bool in_host = strncmp(target, top, length) == 0 && target[length] == '/';
  const char* const opened = stp_inode_path(stp_regular_inode(file));
  exec->path = stp_strdup(opened ? opened : in_host ? target + length : target);
  exec->real_path = stp_strdup(link);
  return 0;
}

/* The first bytes of the file, zeroes after its end. */
static int read_head(const struct stp_exec* exec, char head[HEAD + 1]) {
  memset(head, 0, HEAD + 1);
  const int real = open(exec->real_path, O_RDONLY | O_CLOEXEC);
  if (real < 0)
    return -EACCES;
  const ssize_t size = pread(real, head, HEAD, 0);
  close(real);
  return size < 0 ? -EIO : 0;
}

/* Cuts the first line of a script into interpreter and argument (null if there is none). */
static int parse_script(char head[HEAD + 1], char** interpreter, char** argument) {
  char* const line = head + 2 + strspn(head + 2, " \t");
  char* const end = strchr(line, '\n');
  char* const blank = line + strcspn(line, " \t\n");
  if (blank == line || (!end && strlen(head) == HEAD && !*blank)) /* none, or cut off */
    return -ENOEXEC;
  if (end)
    *end = 0;
  *interpreter = line;
  *argument = NULL;
  if (blank == end || !*blank)
    return 0;
  *blank = 0;
  char* const rest = blank + 1 + strspn(blank + 1, " \t");
  size_t length = strlen(rest);
  while (length > 0 && (rest[length - 1] == ' ' || rest[length - 1] == '\t'))
    rest[--length] = 0;
  *argument = length > 0 ? rest : NULL;
  return 0;
}

/* ---- all of it ---- */

static void forget_file(struct stp_exec* exec) {
  stp_free(exec->path);
  stp_free(exec->real_path);
  exec->path = exec->real_path = NULL;
}

/* Replaces a script, found as `name`, by its interpreter, found. */
static int enter_interpreter(struct stp_exec* exec, char head[HEAD + 1], char** name) {
  char *interpreter, *argument;
  int error = parse_script(head, &interpreter, &argument);
  if (error < 0)
    return error;
  insert_interpreter(exec, interpreter, argument, *name);
  stp_free(*name);
  *name = stp_strdup(interpreter);
  forget_file(exec);
  return find_path(AT_FDCWD, interpreter, true, exec);
}

/* What a script is called, by which its interpreter opens it. */
static char* script_name(const struct stp_execution* execution) {
  char prefix[32] = "";
  const char* const path = execution->path ? execution->path : "";
  if (path[0] != '/' && execution->directory_fd != AT_FDCWD)
    snprintf(prefix, sizeof prefix, "/dev/fd/%d%s", execution->directory_fd, *path ? "/" : "");
  char* const name = stp_alloc(strlen(prefix) + strlen(path) + 1);
  stpcpy(stpcpy(name, prefix), path);
  return name;
}

/* Whether the path is the relative one by which the user has started this program, from a
 * directory that the host does not have: programs start themselves again by argv[0]. */
static bool is_own_name(const char* path) {
  const char* const own = stp_me->executable ? stp_me->executable : stp_me->program->path;
  return path[0] != '/' && strchr(path, '/') && stp_me->argc > 0 &&
         strcmp(path, stp_me->argv[0]) == 0 &&
         strcmp(last_component(path), last_component(own)) == 0;
}

static int find_file(const struct stp_execution* execution, struct stp_exec* exec) {
  if (!execution->path)
    return find_descriptor(execution->directory_fd, exec);
  const int error =
      find_path(execution->directory_fd, execution->path, !execution->no_follow, exec);
  if (error != -ENOENT || !is_own_name(execution->path))
    return error;
  return find_path(AT_FDCWD, "/proc/self/exe", true, exec);
}

static int find(const struct stp_execution* execution, char** name, struct stp_exec* exec) {
  int error = find_file(execution, exec);
  char head[HEAD + 1];
  for (int level = 0; error == 0; level++) {
    error = level > MOST_INTERPRETERS ? -ELOOP : read_head(exec, head);
    if (error < 0 || memcmp(head, ELFMAG, SELFMAG) == 0)
      return error;
    const bool closed =
        level == 0 && !execution->path && stp_fd_close_on_exec(execution->directory_fd);
    if (memcmp(head, "#!", 2) != 0)
      return -ENOEXEC;
    error = closed ? -ENOENT : enter_interpreter(exec, head, name);
  }
  return error;
}

int stp_executable_find(const struct stp_execution* execution, struct stp_exec* exec) {
  *exec = (struct stp_exec){0};
  char* name = script_name(execution);
  exec->name = stp_strdup(last_component(name));
  int error = copy_arguments(execution->argv, execution->envp, exec);
  if (error == 0)
    error = find(execution, &name, exec);
  stp_free(name);
  if (error < 0)
    stp_exec_drop(exec);
  return error;
}

/* ---- loading ---- */

struct loading {
  struct stp_exec* exec;
  enum stp_program_error error;
  char message[1024];
};

static void load(void* argument) {
  struct loading* const loading = argument;
  loading->exec->program = stp_program_load(loading->exec->real_path, &loading->error,
                                            loading->message, sizeof loading->message);
}

int stp_executable_load(struct stp_exec* exec, const char* call) {
  exec->program = stp_program_loaded(exec->real_path);
  if (exec->program)
    return 0;
  struct loading* const loading = stp_alloc(sizeof *loading);
  struct stp_exec* const copy = stp_alloc(sizeof *copy); /* `exec` may lie in a region */
  *copy = *exec;
  loading->exec = copy;
  stp_in_maestro(load, loading);
  exec->program = copy->program;
  if (!exec->program)
    stp_warn_once("%s: cannot be emulated: %s", call, loading->message);
  stp_free(copy);
  stp_free(loading);
  return exec->program ? 0 : -ENOEXEC;
}
