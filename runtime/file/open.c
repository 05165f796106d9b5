/* open(2) over the layers of a virtual path. */
#include "file/open.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "file/description.h"
#include "file/directory.h"
#include "file/inode.h"
#include "file/inotify.h"
#include "file/paths.h"
#include "file/permission.h"
#include "file/pipe.h"
#include "file/regular.h"
#include "process/process.h"
#include "trace/log.h"

static bool wants_writing(int flags) { return (flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC; }

/* Flags for the real file: it never blocks, and syncing the real disk would only cost time. */
static int real_flags(int flags) { return (flags & (O_ACCMODE | O_APPEND | O_TRUNC)) | O_CLOEXEC; }

/* Flags that a description keeps and the real file does not have. */
static const int kept = O_NONBLOCK | O_SYNC | O_DSYNC | O_NOATIME;

static int open_real(const char* real, int flags, mode_t mode, const struct stp_location* location,
                     struct stp_file** opened) {
  const bool lower = location->layer == STP_REAL;
  int descriptor = -1;
  if (!(flags & O_PATH)) /* reading leaves no trace; fails for another user's file */
    descriptor = open(real, flags | O_NOATIME | O_NOFOLLOW | O_NOCTTY, mode);
  if (descriptor < 0 && (flags & O_PATH || errno == EPERM))
    descriptor = open(real, flags | O_NOFOLLOW | O_NOCTTY, mode);
  if (descriptor < 0)
    return stp_real_error();
  *opened = stp_regular_open(descriptor, flags, location->path, lower);
  return 0;
}

static void note_open(const struct stp_file* file) { stp_notify(stp_regular_inode(file), IN_OPEN); }

static int create(struct stp_location* location, int flags, mode_t mode, struct stp_file** opened) {
  int error = stp_entry_permits(location);
  if (error == 0)
    error = stp_path_prepare(location);
  if (error < 0)
    return error;
  char* const real = stp_path_in_host(location->path);
  location->layer = STP_HOST;
  error =
      open_real(real, real_flags(flags) | O_CREAT | O_EXCL, (mode & 0777) | 0600, location, opened);
  stp_free(real);
  if (error < 0)
    return error;
  struct stat made;
  if (fstat(stp_regular_descriptor(*opened), &made) == 0)
    stp_path_made(location, &made, mode & ~stp_path_umask() & 07777);
  note_open(*opened);
  (*opened)->flags |= flags & kept;
  return 0;
}

static int open_regular(struct stp_location* location, int flags, struct stp_file** opened) {
  int error = wants_writing(flags) ? stp_path_copy_up(location, flags & O_TRUNC) : 0;
  if (error < 0)
    return error;
  char* const real = stp_location_real(location);
  error = open_real(real, real_flags(flags), 0, location, opened);
  stp_free(real);
  if (error < 0)
    return error;
  note_open(*opened);
  if (flags & O_TRUNC) {
    stp_inode_modified(stp_regular_inode(*opened));
    stp_notify(stp_regular_inode(*opened), IN_MODIFY);
  }
  (*opened)->flags |= flags & kept;
  return 0;
}

static int open_fifo(struct stp_location* location, int flags, struct stp_file** opened) {
  int error = stp_path_copy_up(location, false);
  if (error < 0)
    return error;
  struct stp_inode* const inode = stp_inode_of(location->real.st_dev, location->real.st_ino);
  char* const real = stp_location_real(location);
  error = stp_fifo_open(inode, real, flags, opened);
  stp_free(real);
  if (error < 0)
    return error;
  stp_inode_set_path(inode, location->path);
  return 0;
}

/* O_PATH: for looking at. */
static int open_handle(const struct stp_location* location, int flags, struct stp_file** opened) {
  char* const real = stp_location_real(location);
  const int error = open_real(real, (flags & O_PATH) | O_CLOEXEC, 0, location, opened);
  stp_free(real);
  return error;
}

static int check_permissions(const struct stp_location* location, int flags) {
  const int mode = flags & O_ACCMODE;
  int wanted = mode == O_RDONLY ? R_OK : mode == O_WRONLY ? W_OK : R_OK | W_OK;
  if (flags & O_TRUNC)
    wanted |= W_OK;
  const int error = stp_location_permits(location, wanted);
  if (error < 0 || !(flags & O_NOATIME))
    return error;
  struct stat stat;
  stp_location_stat(location, &stat);
  return stp_owner_permits(&stat);
}

static int open_synthetic(struct stp_location* location, int flags, struct stp_file** opened) {
  const struct stp_synthetic* const node = &location->node;
  const bool copied =
      node->kind == STP_SYN_TEXT && wants_writing(flags) && !stp_synthetic_hides(location->path);
  if (node->kind == STP_SYN_TEXT && wants_writing(flags) && !copied)
    return -EACCES;
  return copied ? open_regular(location, flags, opened)
                : stp_synthetic_open(location->path, node, flags, opened);
}

int stp_open_location(struct stp_location* location, int flags, struct stp_file** opened) {
  if ((flags & O_CREAT) && (flags & O_EXCL))
    return -EEXIST;
  const bool directory = stp_location_is_directory(location);
  if (directory && (wants_writing(flags) || flags & O_CREAT))
    return -EISDIR;
  if (!directory && flags & O_DIRECTORY)
    return -ENOTDIR;
  const bool descriptor =
      location->layer == STP_SYNTHETIC && location->node.kind == STP_SYN_DESCRIPTOR;
  if (!(flags & O_PATH) && !stp_location_is_link(location) && !descriptor) {
    const int error = check_permissions(location, flags);
    if (error < 0)
      return error;
  }
  if (directory) {
    *opened = stp_directory_open(location, flags & (O_PATH | O_NONBLOCK | O_DIRECTORY));
    return 0;
  }
  if (location->layer == STP_SYNTHETIC)
    return open_synthetic(location, flags, opened);
  if (flags & O_PATH)
    return open_handle(location, flags, opened);
  if (S_ISREG(location->real.st_mode))
    return open_regular(location, flags, opened);
  if (S_ISFIFO(location->real.st_mode))
    return open_fifo(location, flags, opened);
  if (S_ISLNK(location->real.st_mode)) /* O_NOFOLLOW */
    return -ELOOP;
  if (!S_ISSOCK(location->real.st_mode))
    stp_refuse("open", "a device");
  return -ENXIO;
}

/* O_TMPFILE: a file without a name in the host's directory. */
static int open_nameless(const struct stp_location* location, int flags, mode_t mode,
                         struct stp_file** opened) {
  if (!stp_location_is_directory(location))
    return location->layer == STP_ABSENT ? -ENOENT : -ENOTDIR;
  if ((flags & O_ACCMODE) == O_RDONLY)
    return -EINVAL;
  int error = stp_location_permits(location, W_OK | X_OK);
  if (error < 0)
    return error;
  const int real = openat(stp_host_directory_fd(stp_me->host), ".",
                          O_TMPFILE | O_CLOEXEC | (flags & (O_ACCMODE | O_APPEND)), 0600);
  if (real >= 0)
    *opened = stp_regular_open(real, flags, NULL, false);
  else
    error = stp_anonymous_open("tmpfile", flags, opened); /* it cannot be given a name */
  if (error < 0)
    return error;
  struct stat made;
  if (fstat(stp_regular_descriptor(*opened), &made) == 0)
    stp_inode_nameless(stp_inode_created(&made, mode & ~stp_path_umask() & 07777));
  return 0;
}

static int find_and_open(int directory_fd, const char* path, int flags, mode_t mode,
                         struct stp_file** opened) {
  if (flags & O_PATH)
    flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  if (flags & O_CREAT && flags & O_DIRECTORY)
    return -EINVAL;
  const bool exclusive = (flags & O_CREAT) && (flags & O_EXCL);
  const bool follow = !(flags & O_NOFOLLOW) && !exclusive;
  STP_LOCATION location = {0};
  const int error = flags & O_CREAT ? stp_path_find_new(directory_fd, path, follow, &location)
                                    : stp_path_find(directory_fd, path, follow, &location);
  if (error < 0)
    return error;
  if ((flags & O_TMPFILE) == O_TMPFILE)
    return open_nameless(&location, flags, mode, opened);
  if (location.layer != STP_ABSENT)
    return stp_open_location(&location, flags, opened);
  if (!(flags & O_CREAT))
    return -ENOENT;
  return create(&location, flags, mode, opened);
}

int stp_open(int directory_fd, const char* path, int flags, mode_t mode, struct stp_file** opened) {
  const int error = find_and_open(directory_fd, path, flags, mode, opened);
  return error < 0 ? error : stp_fifo_await(*opened);
}
