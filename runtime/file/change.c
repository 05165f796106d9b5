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
#include "file/fdtable.h"
#include "file/inode.h"
#include "file/inotify.h"
#include "file/open.h"
#include "file/paths.h"
#include "file/permission.h"
#include "file/regular.h"
#include "process/process.h"
#include "trace/log.h"

/* Finds a place where nothing is, and prepares the host's directory for it; its real path in
 * *real. */
static int find_free(int directory_fd, const char* path, bool directory,
                     struct stp_location* location, char** real) {
  int error = stp_path_find_entry(directory_fd, path, location);
  if (error == 0 && (location->last != STP_LAST_NAME || location->layer != STP_ABSENT))
    error = -EEXIST;
  if (error == 0 && location->wants_directory && !directory)
    error = -ENOENT;
  if (error == 0)
    error = stp_entry_permits(location);
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
    stp_path_made(location, &stat, mode);
  stp_free(real);
  return error;
}

int stp_make_directory(int directory_fd, const char* path, mode_t mode) {
  STP_LOCATION location;
  char* real;
  const int error = find_free(directory_fd, path, true, &location, &real);
  if (error < 0)
    return error;
  return made(&location, real, mkdir(real, (mode & 0777) | 0700), mode & ~stp_path_umask() & 01777);
}

int stp_make_node(int directory_fd, const char* path, mode_t mode) {
  const mode_t type = mode & S_IFMT;
  if (type == S_IFDIR)
    return -EPERM;
  if (type && type != S_IFREG && type != S_IFSOCK && type != S_IFIFO) {
    if (type == S_IFCHR || type == S_IFBLK)
      stp_refuse("mknod", "a device");
    return type == S_IFCHR || type == S_IFBLK ? -EPERM : -EINVAL;
  }
  STP_LOCATION location;
  char* real;
  const int error = find_free(directory_fd, path, false, &location, &real);
  if (error < 0)
    return error;
  return made(&location, real, mknod(real, type | (mode & 0777) | 0600, 0),
              mode & ~stp_path_umask() & 07777);
}

int stp_make_link(const char* target, int directory_fd, const char* path) {
  if (!target[0])
    return -ENOENT;
  if (strlen(target) >= PATH_MAX)
    return -ENAMETOOLONG;
  STP_LOCATION location;
  char* real;
  const int error = find_free(directory_fd, path, false, &location, &real);
  if (error < 0)
    return error;
  return made(&location, real, symlink(target, real), 0777);
}

/* Gives the file at `old` another name, `real` at `location`. */
static int add_name(struct stp_location* old, const struct stp_location* location,
                    const char* real) {
  int error = stp_path_copy_up(old, false);
  if (error < 0)
    return error;
  char* const real_old = stp_path_in_host(old->path);
  error = link(real_old, real) == 0 ? 0 : -errno;
  stp_free(real_old);
  if (error == 0)
    stp_notify_named(location, &old->real);
  return error;
}

static bool of_descriptor(const struct stp_location* location) {
  return location->layer == STP_SYNTHETIC && location->node.kind == STP_SYN_DESCRIPTOR;
}

/* The same for an open file: one of a lower layer must be brought up by its name. */
static int add_name_to_open(const struct stp_file* file, const struct stp_location* location,
                            const char* real) {
  if (!stp_regular_lower(file))
    return stp_file_name(file, location);
  STP_LOCATION old;
  const int error = stp_file_location(file, &old);
  return error < 0 ? error : add_name(&old, location, real);
}

static int link_to(struct stp_location* old, int to_fd, const char* to) {
  STP_LOCATION location = {0};
  char* real = NULL;
  int error = find_free(to_fd, to, false, &location, &real);
  if (error == 0 && stp_location_is_directory(old))
    error = -EPERM;
  if (error == 0)
    error = of_descriptor(old) ? add_name_to_open(stp_fd_get(old->node.value), &location, real)
                               : add_name(old, &location, real);
  stp_free(real);
  return error;
}

int stp_link(int from_fd, const char* from, int to_fd, const char* to, bool follow) {
  STP_LOCATION old = {0};
  const int error = stp_path_existing(from_fd, from, follow, &old);
  return error < 0 ? error : link_to(&old, to_fd, to);
}

int stp_link_open(int fd, int to_fd, const char* to) {
  STP_LOCATION old = {.path = stp_strdup("/proc/self/fd"),
                      .layer = STP_SYNTHETIC,
                      .node = {.kind = STP_SYN_DESCRIPTOR, .value = fd}};
  const struct stp_file* const file = stp_fd_get(fd);
  if (!file)
    return -EBADF;
  return stp_directory_path(file) ? -EPERM : link_to(&old, to_fd, to);
}

/* ---- removing ---- */

static int remove_name(struct stp_location* location, bool directory) {
  if (location->layer == STP_SYNTHETIC && stp_synthetic_hides(location->path))
    return -EPERM;
  const int denied = stp_removal_permits(location);
  if (denied < 0)
    return denied;
  if (location->layer == STP_HOST) {
    char* const real = stp_path_in_host(location->path);
    const int result = directory ? rmdir(real) : unlink(real);
    const int error = result == 0 ? 0 : -errno;
    stp_free(real);
    if (error < 0)
      return error;
  } else {
    const int error = stp_path_prepare(location); /* its directory changes */
    if (error < 0)
      return error;
  }
  stp_path_touch_parent(location->path);
  stp_path_hide(location);
  struct stp_inode* const inode = location->layer == STP_HOST
                                      ? stp_inode_of(location->real.st_dev, location->real.st_ino)
                                      : NULL;
  if (inode && !directory)
    stp_notify_self(inode, IN_ATTRIB);
  stp_notify_entry(stp_me->host, location->path, IN_DELETE | (directory ? IN_ISDIR : 0), 0);
  if (inode)
    stp_inode_unlinked(&location->real);
  return 0;
}

int stp_unlink(int directory_fd, const char* path) {
  STP_LOCATION location;
  const int error = stp_path_find_entry(directory_fd, path, &location);
  if (error < 0)
    return error;
  if (location.last != STP_LAST_NAME)
    return -EISDIR;
  if (location.layer == STP_ABSENT)
    return -ENOENT;
  if (stp_location_is_directory(&location))
    return -EISDIR;
  return location.wants_directory ? -ENOTDIR : remove_name(&location, false);
}

int stp_remove_directory(int directory_fd, const char* path) {
  static const int refusals[] = {
      [STP_LAST_ROOT] = -EBUSY, [STP_LAST_DOT] = -EINVAL, [STP_LAST_DOTS] = -ENOTEMPTY};
  STP_LOCATION location;
  const int error = stp_path_find_entry(directory_fd, path, &location);
  if (error < 0)
    return error;
  if (location.last != STP_LAST_NAME)
    return refusals[location.last];
  if (location.layer == STP_ABSENT)
    return -ENOENT;
  if (!stp_location_is_directory(&location))
    return -ENOTDIR;
  return stp_directory_empty(&location) ? remove_name(&location, true) : -ENOTEMPTY;
}
