/* glob.h: libc's glob on the virtual directories. */
#include <dirent.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "calls/adapter.h"

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

static void drop(void* block) {
  if (stp_region_holds(block))
    stp_heap_free(stp_me->heap, block);
  else
    free(block);
}

void simterpose_globfree(glob_t* result) {
  if (!result->gl_pathv)
    return;
  for (size_t i = 0; i < result->gl_pathc; i++)
    drop(result->gl_pathv[result->gl_offs + i]);
  drop(result->gl_pathv);
  result->gl_pathv = NULL;
}
