/* rename(2) over the layers of a virtual path. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file/change.h"
#include "file/directory.h"
#include "file/inode.h"
#include "file/inotify.h"
#include "file/paths.h"
#include "file/permission.h"
#include "process/process.h"

static bool is_below(const struct stp_location* directory, const struct stp_location* other) {
  const size_t length = strlen(directory->path);
  return stp_location_is_directory(directory) &&
         strncmp(directory->path, other->path, length) == 0 && other->path[length] == '/';
}

/* The checks of do_renameat2, in its order. */
static int check_names(const struct stp_location* old, const struct stp_location* new,
                       unsigned flags) {
  if (old->last != STP_LAST_NAME)
    return -EBUSY;
  if (new->last != STP_LAST_NAME)
    return flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
  const bool exchange = flags & RENAME_EXCHANGE;
  if (old->layer == STP_ABSENT)
    return -ENOENT;
  if (flags & RENAME_NOREPLACE && new->layer != STP_ABSENT)
    return -EEXIST;
  if (exchange && new->layer == STP_ABSENT)
    return -ENOENT;
  if (exchange && !stp_location_is_directory(new) && new->wants_directory)
    return -ENOTDIR;
  if (!stp_location_is_directory(old) &&
      (old->wants_directory || (!exchange && new->wants_directory)))
    return -ENOTDIR;
  if (is_below(old, new))
    return -EINVAL;
  if (is_below(new, old))
    return exchange ? -EINVAL : -ENOTEMPTY;
  return 0;
}

static int check_kinds(const struct stp_location* old, const struct stp_location* new,
                       unsigned flags) {
  const bool directory = stp_location_is_directory(old);
  if (new->layer == STP_ABSENT || flags & RENAME_EXCHANGE)
    return 0;
  if (stp_location_is_directory(new) != directory)
    return directory ? -ENOTDIR : -EISDIR;
  return directory && !stp_directory_empty(new) ? -ENOTEMPTY : 0;
}

static int check_permissions(const struct stp_location* old, const struct stp_location* new) {
  const int error = stp_removal_permits(old);
  if (error < 0)
    return error;
  return new->layer == STP_ABSENT ? stp_entry_permits(new) : stp_removal_permits(new);
}

/* Directories that are not the host's own alone stay where they are. */
static bool immovable(const struct stp_location* location) {
  return stp_location_is_directory(location) &&
         (location->layer != STP_HOST || stp_path_shows_through(location));
}

static struct stp_inode* inode_of(const struct stp_location* location) {
  return stp_inode_of(location->real.st_dev, location->real.st_ino);
}

/* An open file has another path now. */
static void set_path(const struct stp_location* location, const char* path) {
  struct stp_inode* const inode = inode_of(location);
  if (stp_inode_path(inode))
    stp_inode_set_path(inode, path);
  stp_inode_changed(inode);
}

static void set_paths(const struct stp_location* old, const struct stp_location* new,
                      bool exchange) {
  const bool other = exchange && stp_location_is_directory(new);
  static const char aside[] = "//exchange"; /* where no path leads */
  if (other)
    stp_paths_moved(new->path, aside);
  if (stp_location_is_directory(old))
    stp_paths_moved(old->path, new->path);
  if (other)
    stp_paths_moved(aside, old->path);
  set_path(old, new->path);
  if (exchange)
    set_path(new, old->path);
}

static void tell(const struct stp_location* from, const char* to) {
  const struct stp_host* const host = stp_me->host;
  const unsigned directory = stp_location_is_directory(from) ? IN_ISDIR : 0;
  const uint32_t cookie = stp_notify_cookie();
  stp_notify_entry(host, from->path, IN_MOVED_FROM | directory, cookie);
  stp_notify_entry(host, to, IN_MOVED_TO | directory, cookie);
}

static int move(struct stp_location* old, struct stp_location* new, unsigned flags) {
  char* const from = stp_path_in_host(old->path);
  char* const to = stp_path_in_host(new->path);
  const bool exchange = flags & RENAME_EXCHANGE;
  const int result =
      exchange ? renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) : rename(from, to);
  const int error = result == 0 ? 0 : -errno;
  stp_free(from);
  stp_free(to);
  if (error < 0)
    return error;
  if (!exchange)
    stp_path_hide(old);
  if (stp_location_is_directory(old))
    stp_path_hide(new);
  set_paths(old, new, exchange);
  stp_path_touch_parent(old->path);
  stp_path_touch_parent(new->path);
  tell(old, new->path);
  if (exchange) {
    tell(new, old->path);
    stp_notify_self(inode_of(new), IN_MOVE_SELF);
  } else if (new->layer == STP_HOST) {
    stp_notify_self(inode_of(new), IN_ATTRIB);
  }
  stp_notify_self(inode_of(old), IN_MOVE_SELF);
  if (!exchange && new->layer == STP_HOST)
    stp_inode_unlinked(&new->real);
  return 0;
}

static bool same_file(const struct stp_location* old, const struct stp_location* new) {
  return old->layer == STP_HOST && new->layer == STP_HOST && old->real.st_ino == new->real.st_ino &&
         old->real.st_dev == new->real.st_dev;
}

int stp_rename(int from_fd, const char* from, int to_fd, const char* to, unsigned flags) {
  STP_LOCATION old = {0}, new = {0};
  int error = stp_path_find_entry(from_fd, from, &old);
  if (error == 0)
    error = stp_path_find_entry(to_fd, to, &new);
  if (error == 0)
    error = check_names(&old, &new, flags);
  if (error < 0)
    return error;
  if (strcmp(old.path, new.path) == 0 || same_file(&old, &new))
    return 0; /* two names of one file */
  error = check_permissions(&old, &new);
  if (error == 0)
    error = check_kinds(&old, &new, flags);
  if (error < 0)
    return error;
  if (immovable(&old) || (flags & RENAME_EXCHANGE && immovable(&new)))
    return -EXDEV;
  error = stp_path_copy_up(&old, false);
  if (error == 0)
    error = flags & RENAME_EXCHANGE ? stp_path_copy_up(&new, false) : stp_path_prepare(&new);
  return error == 0 ? move(&old, &new, flags) : error;
}
