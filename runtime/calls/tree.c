/* glob.h and ftw.h: libc's glob on the virtual directories; walking trees. */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calls/adapter.h"

/* ---- glob ---- */

static void close_directory(void* directory) { simterpose_closedir(directory); }

static void* open_directory(const char* path) { return simterpose_opendir(path); }

static struct dirent* read_directory(void* directory) { return simterpose_readdir(directory); }

/* The pattern with a leading "~" replaced by HOME (to be freed), or null for another user's. */
static char* expand_home(const char* pattern) {
  const char* const home = simterpose_getenv("HOME");
  if (!home || (pattern[1] && pattern[1] != '/')) {
    stp_refuse("glob", "the home directory of another user");
    return NULL;
  }
  char* const expanded = stp_alloc(strlen(home) + strlen(pattern));
  stpcpy(stpcpy(expanded, home), pattern + 1);
  return expanded;
}

/* What libc allocated becomes the program's own. */
static void* adopt(void* block, size_t size) {
  if (!block || stp_region_holds(block))
    return block;
  void* const copy = stp_heap_alloc(stp_me->heap, size);
  if (copy)
    memcpy(copy, block, size);
  free(block);
  return copy;
}

static int adopt_paths(glob_t* result) {
  const size_t first = result->gl_flags & GLOB_DOOFFS ? result->gl_offs : 0;
  bool complete = true;
  for (size_t i = first; result->gl_pathv && i < first + result->gl_pathc; i++) {
    char** const path = &result->gl_pathv[i];
    *path = adopt(*path, strlen(*path) + 1);
    complete &= *path != NULL;
  }
  const size_t size = (first + result->gl_pathc + 1) * sizeof *result->gl_pathv;
  if (complete && (!result->gl_pathv || (result->gl_pathv = adopt(result->gl_pathv, size))))
    return 0;
  return GLOB_NOSPACE;
}

int simterpose_glob(const char* pattern, int flags, int (*on_error)(const char*, int),
                    glob_t* result) {
  if (flags & GLOB_ALTDIRFUNC) {
    const int error = glob(pattern, flags, on_error, result);
    return error == 0 && adopt_paths(result) != 0 ? GLOB_NOSPACE : error;
  }
  char* expanded = NULL;
  if (flags & (GLOB_TILDE | GLOB_TILDE_CHECK) && pattern[0] == '~')
    expanded = expand_home(pattern);
  result->gl_closedir = close_directory;
  result->gl_readdir = read_directory;
  result->gl_opendir = open_directory;
  result->gl_lstat = simterpose_lstat;
  result->gl_stat = simterpose_stat;
  const int plain = (flags & ~(GLOB_TILDE | GLOB_TILDE_CHECK)) | GLOB_ALTDIRFUNC;
  const int error = glob(expanded ? expanded : pattern, plain, on_error, result);
  result->gl_flags &= ~GLOB_ALTDIRFUNC;
  stp_free(expanded);
  return error == 0 && adopt_paths(result) != 0 ? GLOB_NOSPACE : error;
}

void simterpose_globfree(glob_t* result) { globfree(result); }

/* ---- walking a tree: depth first, in the order of the directories ---- */

struct walk {
  int (*plain)(const char*, const struct stat*, int);
  int (*full)(const char*, const struct stat*, int, struct FTW*);
  int flags;
  dev_t device;
  char path[PATH_MAX];
};

static int report(struct walk* walk, const struct stat* stat, int kind, struct FTW* where) {
  if (walk->plain)
    return walk->plain(walk->path, stat, kind == FTW_SLN ? FTW_NS : kind);
  return walk->full(walk->path, stat, kind, where);
}

/* What stands at the path, and its kind. */
static int classify(const struct walk* walk, struct stat* stat) {
  const bool physical = walk->flags & FTW_PHYS;
  if ((physical ? simterpose_lstat : simterpose_stat)(walk->path, stat) != 0) {
    if (!physical && simterpose_lstat(walk->path, stat) == 0 && S_ISLNK(stat->st_mode))
      return FTW_SLN;
    memset(stat, 0, sizeof *stat);
    return FTW_NS;
  }
  if (S_ISLNK(stat->st_mode))
    return FTW_SL;
  if (!S_ISDIR(stat->st_mode))
    return FTW_F;
  return walk->flags & FTW_DEPTH ? FTW_DP : FTW_D;
}

static int visit(struct walk* walk, int level);

static int visit_children(struct walk* walk, int level) {
  struct dirent** names;
  const int count = simterpose_scandir(walk->path, &names, NULL, alphasort);
  if (count < 0)
    return 0;
  const size_t length = strlen(walk->path);
  int result = 0;
  for (int i = 0; i < count; i++) {
    const char* const name = names[i]->d_name;
    const bool dots = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
    if (!dots && result == 0 && length + strlen(name) + 2 <= sizeof walk->path) {
      const char* const slash = walk->path[length - 1] == '/' ? "" : "/";
      stpcpy(stpcpy(walk->path + length, slash), name);
      result = visit(walk, level + 1);
      walk->path[length] = 0;
    }
    stp_heap_free(stp_me->heap, names[i]);
  }
  stp_heap_free(stp_me->heap, names);
  return result;
}

static int visit(struct walk* walk, int level) {
  struct stat stat;
  const int kind = classify(walk, &stat);
  const char* const slash = strrchr(walk->path, '/');
  struct FTW where = {slash && slash[1] ? (int)(slash + 1 - walk->path) : 0, level};
  if (level == 0 && kind == FTW_NS)
    return -1;
  if (level == 0)
    walk->device = stat.st_dev;
  if (walk->flags & FTW_MOUNT && kind != FTW_NS && stat.st_dev != walk->device)
    return 0;
  if (!S_ISDIR(stat.st_mode))
    return report(walk, &stat, kind, &where);
  int result = kind == FTW_D ? report(walk, &stat, kind, &where) : 0;
  if (result == 0)
    result = visit_children(walk, level);
  if (result == 0 && kind == FTW_DP)
    result = report(walk, &stat, kind, &where);
  return result;
}

static int start(struct walk* walk, const char* path) {
  const size_t length = strlen(path);
  if (length == 0 || length >= sizeof walk->path)
    return (int)stp_return(length == 0 ? -ENOENT : -ENAMETOOLONG);
  strcpy(walk->path, path);
  return visit(walk, 0);
}

int simterpose_ftw(const char* path, int (*function)(const char*, const struct stat*, int),
                   int descriptors) {
  (void)descriptors;
  struct walk walk = {.plain = function};
  return start(&walk, path);
}

int simterpose_nftw(const char* path,
                    int (*function)(const char*, const struct stat*, int, struct FTW*),
                    int descriptors, int flags) {
  (void)descriptors;
  if (flags & ~(FTW_PHYS | FTW_MOUNT | FTW_DEPTH)) {
    stp_refuse("nftw", "FTW_CHDIR or FTW_ACTIONRETVAL");
    return (int)stp_return(-EINVAL);
  }
  struct walk walk = {.full = function, .flags = flags};
  return start(&walk, path);
}
