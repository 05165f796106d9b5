/* dirent.h: listing directories. A DIR is ours, in the process's memory. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/directory.h"
#include "file/fdtable.h"
#include "file/regular.h"

struct __dirstream {
  int fd;
  size_t position;
  struct dirent entry;
};

static DIR* fail(int error) {
  errno = -error;
  return NULL;
}

DIR* simterpose_fdopendir(int fd) {
  const struct stp_file* const file = stp_fd_get(fd);
  if (!file || file->flags & O_PATH)
    return fail(-EBADF);
  if (!stp_directory_path(file))
    return fail(-ENOTDIR);
  DIR* const directory = stp_heap_alloc(stp_me->heap, sizeof *directory);
  if (!directory)
    return fail(-ENOMEM);
  directory->fd = fd;
  directory->position = 0;
  return directory;
}

DIR* simterpose_opendir(const char* path) {
  const int fd = simterpose_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return NULL;
  DIR* const directory = simterpose_fdopendir(fd);
  if (!directory)
    stp_fd_close(fd);
  return directory;
}

int simterpose_closedir(DIR* directory) {
  const int fd = directory->fd;
  stp_heap_free(stp_me->heap, directory);
  return (int)stp_return(stp_fd_close(fd));
}

int simterpose_dirfd(DIR* directory) { return directory->fd; }

struct dirent* simterpose_readdir(DIR* directory) {
  struct stp_file* const file = stp_fd_get(directory->fd);
  if (!file || !stp_directory_path(file)) {
    errno = EBADF;
    return NULL;
  }
  const int saved = errno;
  const struct dirent* const entry = stp_directory_read(file, directory->position);
  errno = saved;
  if (!entry)
    return NULL;
  directory->position++;
  directory->entry = *entry;
  return &directory->entry;
}

int simterpose_readdir_r(DIR* directory, struct dirent* entry, struct dirent** result) {
  const struct dirent* const next = simterpose_readdir(directory);
  if (next)
    memcpy(entry, next, sizeof *entry);
  *result = next ? entry : NULL;
  return 0;
}

void simterpose_rewinddir(DIR* directory) {
  struct stp_file* const file = stp_fd_get(directory->fd);
  if (file && stp_directory_path(file))
    stp_directory_rewind(file);
  directory->position = 0;
}

long simterpose_telldir(DIR* directory) { return (long)directory->position; }

void simterpose_seekdir(DIR* directory, long position) { directory->position = (size_t)position; }

/* ---- scandir ---- */

struct names {
  struct dirent** list;
  size_t count, capacity;
};

static bool add(struct names* names, const struct dirent* entry) {
  if (names->count == names->capacity) {
    const size_t capacity = names->capacity ? names->capacity * 2 : 16;
    struct dirent** const list =
        stp_heap_resize(stp_me->heap, names->list, capacity * sizeof *list);
    if (!list)
      return false;
    names->list = list;
    names->capacity = capacity;
  }
  struct dirent* const copy = stp_heap_alloc(stp_me->heap, sizeof *copy);
  if (copy)
    names->list[names->count++] = memcpy(copy, entry, sizeof *copy);
  return copy != NULL;
}

typedef int filter(const struct dirent*);
typedef int compare(const struct dirent**, const struct dirent**);

static int scan(DIR* directory, struct dirent*** result, filter* wanted, compare* order) {
  struct names names = {stp_heap_alloc(stp_me->heap, sizeof(struct dirent*)), 0, 1};
  const struct dirent* entry;
  bool room = names.list != NULL;
  while (room && (entry = simterpose_readdir(directory)))
    if (!wanted || wanted(entry))
      room = add(&names, entry);
  simterpose_closedir(directory);
  if (!room) {
    while (names.count > 0)
      stp_heap_free(stp_me->heap, names.list[--names.count]);
    if (names.list)
      stp_heap_free(stp_me->heap, names.list);
    return -ENOMEM;
  }
  if (order)
    qsort(names.list, names.count, sizeof *names.list, (int (*)(const void*, const void*))order);
  *result = names.list;
  return (int)names.count;
}

int simterpose_scandirat(int directory_fd, const char* path, struct dirent*** result,
                         filter* wanted, compare* order) {
  const int fd =
      simterpose_openat(directory_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
  DIR* const directory = fd < 0 ? NULL : simterpose_fdopendir(fd);
  if (!directory)
    return -1;
  return (int)stp_return(scan(directory, result, wanted, order));
}

int simterpose_scandir(const char* path, struct dirent*** result, filter* wanted, compare* order) {
  return simterpose_scandirat(AT_FDCWD, path, result, wanted, order);
}
