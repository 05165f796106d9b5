/* Names and files for temporary use (stdlib.h, stdio.h). */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "file/change.h"
#include "file/fdtable.h"
#include "file/paths.h"
#include "file/regular.h"
#include "file/streams.h"
#include "process/random.h"

enum { TRIES = 100, LETTERS = 6 };

/* Tries names in place of the six Xs before the suffix, until `make` gives something else than
 * -EEXIST. */
static int try_names(char* name, int suffix, int flags, int (*make)(const char* name, int flags)) {
  static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const size_t length = strlen(name);
  if (suffix < 0 || length < LETTERS + (size_t)suffix)
    return -EINVAL;
  char* const letters = name + length - (size_t)suffix - LETTERS;
  if (memcmp(letters, "XXXXXX", LETTERS) != 0)
    return -EINVAL;
  int result = -EEXIST;
  for (int i = 0; i < TRIES && result == -EEXIST; i++) {
    uint64_t random = stp_random_next();
    for (int j = 0; j < LETTERS; j++, random /= 62)
      letters[j] = alphabet[random % 62];
    result = make(name, flags);
  }
  return result;
}

static int make_file(const char* name, int flags) {
  struct stp_file* file;
  const int all = (flags & ~O_ACCMODE) | O_RDWR | O_CREAT | O_EXCL;
  const int error = stp_open(AT_FDCWD, name, all, 0600, &file);
  return error < 0 ? error : stp_fd_install(file, 0, flags & O_CLOEXEC);
}

static int make_directory(const char* name, int flags) {
  (void)flags;
  return stp_make_directory(AT_FDCWD, name, 0700);
}

static int make_nothing(const char* name, int flags) {
  (void)flags;
  STP_LOCATION location;
  const int error = stp_path_find(AT_FDCWD, name, false, &location);
  return error == 0 && location.layer != STP_ABSENT ? -EEXIST : error;
}

int simterpose_mkostemps(char* name, int suffix, int flags) {
  return (int)stp_return(try_names(name, suffix, flags, make_file));
}

int simterpose_mkostemp(char* name, int flags) { return simterpose_mkostemps(name, 0, flags); }

int simterpose_mkstemps(char* name, int suffix) { return simterpose_mkostemps(name, suffix, 0); }

int simterpose_mkstemp(char* name) { return simterpose_mkostemps(name, 0, 0); }

char* simterpose_mkdtemp(char* name) {
  return stp_return(try_names(name, 0, 0, make_directory)) < 0 ? NULL : name;
}

char* simterpose_mktemp(char* name) {
  if (stp_return(try_names(name, 0, 0, make_nothing)) < 0)
    name[0] = 0;
  return name;
}

char* simterpose_tmpnam(char* name) {
  if (!name) {
    stp_refuse("tmpnam", "a null argument");
    return NULL;
  }
  strcpy(name, P_tmpdir "/fileXXXXXX");
  return simterpose_mktemp(name)[0] ? name : NULL;
}

char* simterpose_tempnam(const char* directory, const char* prefix) {
  const char* const set = simterpose_getenv("TMPDIR");
  if (set && set[0])
    directory = set;
  if (!directory)
    directory = P_tmpdir;
  const size_t room = strlen(directory) + 1 + 5 + LETTERS + 1;
  char* const name = stp_heap_alloc(stp_me->heap, room);
  if (!name)
    return NULL;
  snprintf(name, room, "%s/%.5sXXXXXX", directory, prefix ? prefix : "file");
  if (simterpose_mktemp(name)[0])
    return name;
  stp_heap_free(stp_me->heap, name);
  return NULL;
}
