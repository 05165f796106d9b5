/* The output directory. A marker file tells an earlier run's output, which may be replaced, from
 * the user's own files, which may not. */
#include "outdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/process.h"
#include "trace/log.h"

static const char marker[] = ".simterpose";

_Noreturn static void refuse(const char* path, const char* reason) {
  stp_fatal("cannot write to the output directory %s: %s", path, reason);
}

static bool is_empty(const char* path) {
  DIR* const directory = opendir(path);
  if (directory == NULL)
    refuse(path, strerror(errno));
  int entries = 0;
  while (entries <= 2 && readdir(directory) != NULL)
    entries++;
  closedir(directory);
  return entries <= 2;
}

static void check_existing(const char* path) {
  char mark[PATH_MAX + sizeof marker];
  snprintf(mark, sizeof mark, "%s/%s", path, marker);
  if (access(mark, F_OK) != 0 && !is_empty(path))
    refuse(path, "it holds files that are not the output of an earlier run; name another with -o");
  if (access(path, W_OK | X_OK) != 0)
    refuse(path, strerror(errno));
}

/* The absolute path of what need not exist yet: the nearest directory above that does decides. */
static char* absolute(const char* directory, const char* path) {
  char real[PATH_MAX];
  if (realpath(path, real) != NULL) {
    if (access(real, W_OK | X_OK) != 0)
      refuse(directory, strerror(errno));
    return stp_strdup(real);
  }
  if (errno != ENOENT || path[0] == '\0')
    refuse(directory, strerror(errno));
  char *const copy = stp_strdup(path), *const name = stp_strdup(path);
  char* const parent = absolute(directory, dirname(copy));
  char* whole;
  if (asprintf(&whole, "%s/%s", strcmp(parent, "/") == 0 ? "" : parent, basename(name)) < 0)
    stp_fatal("out of memory");
  stp_free(copy);
  stp_free(name);
  stp_free(parent);
  return whole;
}

const char* cli_outdir_check(const char* directory) {
  struct stat status;
  if (stat(directory, &status) == 0) {
    if (!S_ISDIR(status.st_mode))
      refuse(directory, "it is not a directory");
    check_existing(directory);
  }
  return absolute(directory, directory);
}

void cli_outdir_make_parents(const char* path) {
  char* const copy = stp_strdup(path);
  for (char* slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    if (mkdir(copy, 0777) != 0 && errno != EEXIST)
      refuse(path, strerror(errno));
    *slash = '/';
  }
  stp_free(copy);
}

static int remove_entry(const char* path, const struct stat* status, int type,
                        struct FTW* position) {
  (void)status;
  if (position->level > 0 && (type == FTW_DP ? rmdir(path) : unlink(path)) != 0)
    refuse(path, strerror(errno));
  return 0;
}

void cli_outdir_make(const char* path) {
  cli_outdir_make_parents(path);
  if (mkdir(path, 0777) != 0) {
    if (errno != EEXIST)
      refuse(path, strerror(errno));
    nftw(path, remove_entry, 64, FTW_DEPTH | FTW_PHYS);
  }
  char mark[PATH_MAX + sizeof marker];
  snprintf(mark, sizeof mark, "%s/%s", path, marker);
  const int fd = open(mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0)
    refuse(path, strerror(errno));
  dprintf(fd, "simterpose run replaces this directory\n");
  close(fd);
}

/* Where one of the runs of --seeds is, if there are such. */
static const char* one_of_many(const char* directory) {
  struct dirent** entries;
  const char* found = NULL;
  const int count = scandir(directory, &entries, NULL, versionsort);
  for (int i = 0; i < count; i++) {
    if (found == NULL && strncmp(entries[i]->d_name, "seed-", 5) == 0 &&
        strchr(entries[i]->d_name, '.') == NULL)
      found = stp_strdup(entries[i]->d_name);
    free(entries[i]);
  }
  if (count >= 0)
    free(entries);
  return found;
}

const char* cli_outdir_file(const char* directory, const char* name, const char* option) {
  char* path;
  if (asprintf(&path, "%s/%s", directory, name) < 0)
    stp_fatal("out of memory");
  if (access(path, R_OK) == 0)
    return path;
  if (errno != ENOENT)
    stp_fatal("%s: %s", path, strerror(errno));
  if (access(directory, F_OK) != 0)
    stp_fatal("%s: no such directory; it is the output of a run that is wanted", directory);
  const char* const one = one_of_many(directory);
  if (one != NULL)
    stp_fatal("%s holds runs with several seeds: say which, like %s/%s", directory, directory, one);
  stp_fatal("%s: there is no %s: run it again with %s", directory, name, option);
}

void cli_outdir_remove(const char* path) {
  nftw(path, remove_entry, 64, FTW_DEPTH | FTW_PHYS);
  if (rmdir(path) != 0)
    refuse(path, strerror(errno));
}
