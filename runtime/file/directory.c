/* Directories: the host's own entries, with the synthetic and real ones under it that are not
 * hidden. The top directory shows the host's own only: the real one's names are found when asked
 * for. */
#include "file/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <utlist.h>

#include "file/description.h"
#include "file/inode.h"
#include "file/inotify.h"
#include "file/installed.h"
#include "file/locks.h"
#include "file/paths.h"
#include "process/process.h"

struct entry {
  char* name;
  unsigned char type;
  dev_t device; /* of the real file; number 0: synthetic */
  ino_t number;
  size_t order; /* of adding: higher layers first */
};

struct entries {
  struct entry* list;
  size_t count, capacity;
};

struct directory {
  struct stp_file file;
  struct stp_location location;
  bool listed;
  struct entries entries;
  struct dirent current;
  struct stp_inode* inode; /* null: synthetic */
  const struct stp_host* host;
  struct directory *prev, *next; /* of all that are open */
};

static struct directory* open_directories;

/* ---- listing ---- */

static void add(struct entries* entries, struct entry entry) {
  if (entries->count == entries->capacity) {
    const size_t capacity = entries->capacity ? entries->capacity * 2 : 16;
    struct entry* const list = stp_alloc(capacity * sizeof *list);
    if (entries->count > 0)
      memcpy(list, entries->list, entries->count * sizeof *list);
    stp_free(entries->list);
    entries->list = list;
    entries->capacity = capacity;
  }
  entry.name = stp_strdup(entry.name);
  entry.order = entries->count;
  entries->list[entries->count++] = entry;
}

static void drop(struct entries* entries) {
  for (size_t i = 0; i < entries->count; i++)
    stp_free(entries->list[i].name);
  stp_free(entries->list);
  *entries = (struct entries){0};
}

/* Whether the host has removed the entry `name` of the directory `path` of a lower layer. */
static bool removed(const char* path, const char* name) {
  char* const whole = stp_alloc(strlen(path) + strlen(name) + 2);
  stpcpy(stpcpy(stpcpy(whole, path), "/"), name);
  const bool hidden = stp_path_hidden(stp_me->host, whole);
  stp_free(whole);
  return hidden;
}

/* `lower`: its canonical path, if it is of a lower layer. */
static void add_real(struct entries* entries, const char* real, const char* lower) {
  const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  int descriptor = open(real, flags | O_NOATIME); /* fails for another user's */
  if (descriptor < 0 && errno == EPERM)
    descriptor = open(real, flags);
  DIR* const directory = descriptor < 0 ? NULL : fdopendir(descriptor);
  if (!directory)
    return;
  struct stat self = {0};
  fstat(dirfd(directory), &self);
  const struct dirent* entry;
  while ((entry = readdir(directory))) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    if (lower && removed(lower, entry->d_name))
      continue;
    add(entries, (struct entry){(char*)entry->d_name, entry->d_type, self.st_dev, entry->d_ino, 0});
  }
  closedir(directory);
}

struct synthetic {
  struct entries* entries;
  const char* path;
};

static void add_synthetic(void* argument, const char* name, unsigned char type) {
  const struct synthetic* const to = argument;
  if (!removed(to->path, name))
    add(to->entries, (struct entry){(char*)name, type, 0, 0, 0});
}

static void add_base(struct entries* entries, const struct stp_location* location, const char* at) {
  struct stp_location lower = *location;
  lower.layer = STP_REAL;
  lower.in_base = true;
  char* const real = stp_location_real(&lower);
  add_real(entries, real, at);
  stp_free(real);
}

static int rank(const char* name) {
  if (strcmp(name, ".") == 0)
    return 0;
  return strcmp(name, "..") == 0 ? 1 : 2;
}

static int by_name(const void* a, const void* b) {
  const char *const first = ((const struct entry*)a)->name, *const second =
                                                                ((const struct entry*)b)->name;
  const int ranks = rank(first) - rank(second), names = strcmp(first, second);
  if (ranks || names)
    return ranks ? ranks : names;
  return ((const struct entry*)a)->order < ((const struct entry*)b)->order ? -1 : 1;
}

/* A name that several layers have is shown once, as the highest has it. */
static void sort_and_merge(struct entries* entries) {
  qsort(entries->list, entries->count, sizeof *entries->list, by_name);
  size_t kept = 0;
  for (size_t i = 0; i < entries->count; i++)
    if (kept > 0 && strcmp(entries->list[kept - 1].name, entries->list[i].name) == 0)
      stp_free(entries->list[i].name);
    else
      entries->list[kept++] = entries->list[i];
  entries->count = kept;
}

static struct entries list(const struct stp_location* location) {
  struct entries entries = {0};
  const bool top = strcmp(location->path, "/") == 0;
  add(&entries, (struct entry){(char*)".", DT_DIR, 0, 0, 0});
  add(&entries, (struct entry){(char*)"..", DT_DIR, 0, 0, 0});
  char* const in_host = stp_path_in_host(location->path);
  add_real(&entries, in_host, NULL);
  stp_free(in_host);
  const char* const at = top ? "" : location->path;
  if (location->base_visible || location->real_visible)
    stp_installed_list(at, add_synthetic, &(struct synthetic){&entries, at});
  if (location->base_visible && stp_me->host->base && !stp_synthetic_rules(location->path))
    add_base(&entries, location, at);
  if (location->real_visible && !top) {
    stp_synthetic_list(location->path, add_synthetic, &(struct synthetic){&entries, at});
    if (!stp_synthetic_hides(location->path))
      add_real(&entries, location->path, location->path);
  }
  sort_and_merge(&entries);
  return entries;
}

bool stp_directory_empty(const struct stp_location* location) {
  struct entries entries = list(location);
  const bool empty = entries.count == 2;
  drop(&entries);
  return empty;
}

/* Tells those who watch the directory or the one above it. */
static void note(const struct directory* directory, unsigned mask) {
  if (directory->inode && !(directory->file.flags & O_PATH))
    stp_notify(directory->inode, mask | IN_ISDIR);
}

struct dirent* stp_directory_read(struct stp_file* file, size_t position) {
  struct directory* const directory = (struct directory*)file;
  if (!directory->listed) {
    if (directory->inode)
      stp_inode_accessed(directory->inode);
    note(directory, IN_ACCESS);
    if (!directory->inode || !stp_inode_is_nameless(directory->inode))
      directory->entries = list(&directory->location);
    directory->listed = true;
  }
  if (position >= directory->entries.count)
    return NULL;
  const struct entry* const entry = &directory->entries.list[position];
  struct dirent* const result = &directory->current;
  result->d_ino = entry->number ? stp_inode_number(stp_inode_of(entry->device, entry->number)) : 1;
  result->d_off = (off_t)position + 1;
  result->d_reclen = sizeof *result;
  result->d_type = entry->type;
  strncpy(result->d_name, entry->name, sizeof result->d_name - 1);
  return result;
}

void stp_directory_rewind(struct stp_file* file) {
  struct directory* const directory = (struct directory*)file;
  drop(&directory->entries);
  directory->listed = false;
}

/* ---- the description ---- */

static ssize_t directory_read(struct stp_file* file, const struct iovec* vectors, int count,
                              off_t offset) {
  (void)file, (void)vectors, (void)count, (void)offset;
  return -EISDIR;
}

static off_t directory_seek(struct stp_file* file, off_t offset, int whence) {
  if (whence == SEEK_SET && offset == 0)
    stp_directory_rewind(file);
  return whence == SEEK_SET ? offset : 0;
}

static int directory_stat(struct stp_file* file, struct stat* result) {
  const struct directory* const directory = (struct directory*)file;
  struct stp_location location = directory->location;
  if (location.layer == STP_HOST) /* its number may be another's by now */
    stp_inode_stat(directory->inode, &location.real, result);
  else
    stp_location_stat(&location, result);
  if (location.layer == STP_HOST && stp_inode_is_nameless(directory->inode))
    result->st_nlink = 0;
  return 0;
}

static void directory_detach(struct stp_file* file, struct stp_process* process) {
  struct directory* const directory = (struct directory*)file;
  if (directory->inode)
    stp_locks_drop(directory->inode, process, STP_LOCK_RECORD);
}

static void directory_close(struct stp_file* file) {
  struct directory* const directory = (struct directory*)file;
  note(directory, IN_CLOSE_NOWRITE);
  DL_DELETE(open_directories, directory);
  if (directory->inode) {
    stp_locks_drop(directory->inode, file, STP_LOCK_ANY);
    stp_inode_unref(directory->inode);
  }
  drop(&directory->entries);
  stp_location_drop(&directory->location);
  stp_free(directory);
}

static const struct stp_file_ops directory_ops = {
    .kind = "directory",
    .read = directory_read,
    .seek = directory_seek,
    .stat = directory_stat,
    .detach = directory_detach,
    .close = directory_close,
};

struct stp_file* stp_directory_open(const struct stp_location* location, int flags) {
  struct directory* const directory = stp_alloc(sizeof *directory);
  stp_file_init(&directory->file, &directory_ops, flags);
  directory->location = *location;
  directory->location.path = stp_strdup(location->path);
  directory->host = stp_me->host;
  if (location->layer != STP_SYNTHETIC) {
    directory->inode = stp_inode_of(location->real.st_dev, location->real.st_ino);
    stp_inode_ref(directory->inode);
    stp_inode_set_path(directory->inode, location->path);
  }
  DL_APPEND(open_directories, directory);
  note(directory, IN_OPEN);
  return &directory->file;
}

void stp_directories_moved(const struct stp_host* host, const char* from, const char* to) {
  const size_t length = strlen(from);
  struct directory* directory;
  DL_FOREACH(open_directories, directory) {
    char* const path = directory->location.path;
    if (directory->host != host || strncmp(path, from, length) != 0 ||
        (path[length] && path[length] != '/'))
      continue;
    directory->location.path = stp_alloc(strlen(to) + strlen(path + length) + 1);
    stpcpy(stpcpy(directory->location.path, to), path + length);
    if (directory->inode)
      stp_inode_set_path(directory->inode, directory->location.path);
    stp_free(path);
  }
}

struct stp_inode* stp_directory_inode(const struct stp_file* file) {
  return file->ops == &directory_ops ? ((const struct directory*)file)->inode : NULL;
}

const char* stp_directory_path(const struct stp_file* file) {
  return file->ops == &directory_ops ? ((const struct directory*)file)->location.path : NULL;
}

bool stp_directory_own(const struct stp_file* file) {
  return stp_location_own(&((const struct directory*)file)->location);
}
