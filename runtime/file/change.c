/* Changing names: links are made and removed in the host's directory; what shows through from below
 * is hidden. */
#include "file/change.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file/directory.h"
#include "file/inode.h"
#include "file/paths.h"
#include "process/process.h"
#include "trace/log.h"

/* Finds a place where nothing is, and prepares the host's directory for it; its real path in
 * *real. */
static int find_free(int directory_fd, const char* path, bool directory,
                     struct stp_location* location, char** real) {
  int error = stp_path_find(directory_fd, path, false, location);
  if (error == 0 && location->layer != STP_ABSENT)
    error = -EEXIST;
  if (error == 0 && location->wants_directory && !directory)
    error = -ENOENT;
  if (error == 0)
    error = stp_path_prepare(location);
  *real = error == 0 ? stp_path_in_host(location->path) : NULL;
  return error;
}

/* Records the file just made at `real` (which is freed), if `result` says that it was. */
static int made(const struct stp_location* location, char* real, int result, mode_t mode) {
  int error = result == 0 ? 0 : -errno;
  struct stat stat;
  if (error == 0 && lstat(real, &stat) == 0)
    stp_inode_created(&stat, mode & 07777);
  if (error == 0)
    stp_path_touch_parent(location->path);
  stp_free(real);
  return error;
}

int stp_make_directory(int directory_fd, const char* path, mode_t mode) {
  STP_LOCATION location;
  char* real;
  const int error = find_free(directory_fd, path, true, &location, &real);
  if (error < 0)
    return error;
  return made(&location, real, mkdir(real, 0777), mode & ~stp_path_umask() & 01777);
}

int stp_make_node(int directory_fd, const char* path, mode_t mode) {
  const mode_t type = mode & S_IFMT;
  if (type && type != S_IFREG && type != S_IFSOCK) {
    stp_refuse("mknod", S_ISFIFO(mode) ? "a FIFO" : "a device");
    return -EPERM;
  }
  STP_LOCATION location;
  char* real;
  const int error = find_free(directory_fd, path, false, &location, &real);
  if (error < 0)
    return error;
  return made(&location, real, mknod(real, type | 0666, 0), mode & ~stp_path_umask());
}

int stp_make_link(const char* target, int directory_fd, const char* path) {
  if (!target[0])
    return -ENOENT;
  STP_LOCATION location;
  char* real;
  const int error = find_free(directory_fd, path, false, &location, &real);
  if (error < 0)
    return error;
  return made(&location, real, symlink(target, real), 0777);
}

int stp_link(int from_fd, const char* from, int to_fd, const char* to, bool follow) {
  STP_LOCATION old, location = {0};
  int error = stp_path_existing(from_fd, from, follow, &old);
  if (error == 0 && stp_location_is_directory(&old))
    error = -EPERM;
  char* real = NULL;
  if (error == 0)
    error = find_free(to_fd, to, false, &location, &real);
  if (error == 0)
    error = stp_path_copy_up(&old, false);
  if (error == 0) {
    char* const real_old = stp_path_in_host(old.path);
    error = link(real_old, real) == 0 ? 0 : -errno;
    stp_free(real_old);
    stp_path_touch_parent(location.path);
  }
  stp_free(real);
  return error;
}

/* ---- removing ---- */

static int remove_name(struct stp_location* location, bool directory) {
  if (location->layer == STP_SYNTHETIC && stp_synthetic_hides(location->path))
    return -EPERM;
  if (location->layer == STP_HOST) {
    char* const real = stp_path_in_host(location->path);
    const int result = directory ? rmdir(real) : unlink(real);
    const int error = result == 0 ? 0 : -errno;
    stp_free(real);
    if (error < 0)
      return error;
    stp_inode_unlinked(&location->real);
    stp_path_touch_parent(location->path);
  }
  stp_path_hide(location);
  return 0;
}

int stp_unlink(int directory_fd, const char* path) {
  STP_LOCATION location;
  const int error = stp_path_existing(directory_fd, path, false, &location);
  if (error < 0)
    return error;
  return stp_location_is_directory(&location) ? -EISDIR : remove_name(&location, false);
}

int stp_remove_directory(int directory_fd, const char* path) {
  const size_t length = strlen(path);
  if (length > 0 && path[length - 1] == '.' && (length == 1 || path[length - 2] == '/'))
    return -EINVAL;
  STP_LOCATION location;
  const int error = stp_path_existing(directory_fd, path, false, &location);
  if (error < 0)
    return error;
  if (!stp_location_is_directory(&location))
    return -ENOTDIR;
  if (strcmp(location.path, "/") == 0)
    return -EBUSY;
  return stp_directory_empty(&location) ? remove_name(&location, true) : -ENOTEMPTY;
}

/* ---- renaming ---- */

static int check_rename(const struct stp_location* old, const struct stp_location* new,
                        bool replace) {
  const bool directory = stp_location_is_directory(old);
  const size_t length = strlen(old->path);
  if (directory && strncmp(old->path, new->path, length) == 0 && new->path[length] == '/')
    return -EINVAL;
  if (new->layer == STP_ABSENT)
    return new->wants_directory && !directory ? -ENOTDIR : 0;
  if (!replace)
    return -EEXIST;
  if (stp_location_is_directory(new) != directory)
    return directory ? -ENOTDIR : -EISDIR;
  if (directory && !stp_directory_empty(new))
    return -ENOTEMPTY;
  return 0;
}

static bool shows_through(const struct stp_location* location) {
  struct stat real;
  return location->real_visible && lstat(location->path, &real) == 0;
}

static int move(struct stp_location* old, struct stp_location* new) {
  char* const from = stp_path_in_host(old->path);
  char* const to = stp_path_in_host(new->path);
  const int error = rename(from, to) == 0 ? 0 : -errno;
  stp_free(from);
  stp_free(to);
  if (error < 0)
    return error;
  if (new->layer == STP_HOST)
    stp_inode_unlinked(&new->real);
  stp_path_hide(old);
  if (stp_location_is_directory(old))
    stp_path_hide(new);
  stp_path_touch_parent(old->path);
  stp_path_touch_parent(new->path);
  return 0;
}

int stp_rename(int from_fd, const char* from, int to_fd, const char* to, bool replace) {
  STP_LOCATION old, new = {0};
  int error = stp_path_existing(from_fd, from, false, &old);
  if (error == 0)
    error = stp_path_find(to_fd, to, false, &new);
  if (error < 0)
    return error;
  if (strcmp(old.path, new.path) == 0)
    return replace ? 0 : -EEXIST;
  error = check_rename(&old, &new, replace);
  if (error < 0)
    return error;
  if (strcmp(old.path, "/") == 0)
    return -EBUSY;
  if (old.layer == STP_HOST && new.layer == STP_HOST &&
      old.real.st_ino == new.real.st_ino&& old.real.st_dev == new.real.st_dev)
    return 0; /* two names of one file */
  if (stp_location_is_directory(&old) && (old.layer != STP_HOST || shows_through(&old)))
    return -EXDEV;
  error = stp_path_copy_up(&old, false);
  if (error == 0)
    error = stp_path_prepare(&new);
  return error == 0 ? move(&old, &new) : error;
}
