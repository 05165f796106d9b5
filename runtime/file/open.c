/* open(2) over the layers of a virtual path. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "file/description.h"
#include "file/directory.h"
#include "file/inode.h"
#include "file/paths.h"
#include "file/regular.h"
#include "process/process.h"
#include "trace/log.h"

static bool wants_writing(int flags) { return (flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC; }

/* Flags for the real file: it never blocks, and syncing the real disk would only cost time. */
static int real_flags(int flags) { return (flags & (O_ACCMODE | O_APPEND | O_TRUNC)) | O_CLOEXEC; }

static int open_real(const char* path, int flags, struct stp_file** opened) {
  int real = open(path, flags | O_NOFOLLOW | O_NOCTTY, 0666);
  if (real < 0 && errno == EPERM && flags & O_NOATIME) /* another user's file */
    real = open(path, (flags & ~O_NOATIME) | O_NOFOLLOW | O_NOCTTY, 0666);
  if (real < 0)
    return stp_real_error();
  *opened = stp_regular_open(real, flags);
  return 0;
}

static int create(struct stp_location* location, int flags, mode_t mode, struct stp_file** opened) {
  int error = stp_path_prepare(location);
  if (error < 0)
    return error;
  char* const real = stp_path_in_host(location->path);
  error = open_real(real, real_flags(flags) | O_CREAT | O_EXCL | O_NOATIME, opened);
  stp_free(real);
  if (error < 0)
    return error;
  struct stat made;
  if (fstat(stp_regular_descriptor(*opened), &made) == 0)
    stp_inode_created(&made, mode & ~stp_path_umask() & 07777);
  stp_path_touch_parent(location->path);
  (*opened)->flags |= flags & (O_NONBLOCK | O_SYNC | O_DSYNC);
  return 0;
}

static int open_regular(struct stp_location* location, int flags, struct stp_file** opened) {
  int error = wants_writing(flags) ? stp_path_copy_up(location, flags & O_TRUNC) : 0;
  if (error < 0)
    return error;
  if (location->layer == STP_REAL) {
    error = open_real(location->path, real_flags(flags), opened);
  } else {
    char* const real = stp_path_in_host(location->path);
    error = open_real(real, real_flags(flags) | O_NOATIME, opened);
    stp_free(real);
  }
  if (error < 0)
    return error;
  if (flags & O_TRUNC)
    stp_inode_modified(stp_regular_inode(*opened));
  (*opened)->flags |= flags & (O_NONBLOCK | O_SYNC | O_DSYNC | O_PATH);
  return 0;
}

static int open_existing(struct stp_location* location, int flags, struct stp_file** opened) {
  if ((flags & O_CREAT) && (flags & O_EXCL))
    return -EEXIST;
  if (stp_location_is_directory(location)) {
    if (wants_writing(flags) || flags & O_CREAT)
      return -EISDIR;
    *opened = stp_directory_open(location, flags & (O_PATH | O_NONBLOCK | O_DIRECTORY));
    return 0;
  }
  if (flags & O_DIRECTORY)
    return -ENOTDIR;
  if (location->layer == STP_SYNTHETIC) {
    const bool copied = location->node.kind == STP_SYN_TEXT && wants_writing(flags);
    if (!copied)
      return stp_synthetic_open(&location->node, flags, opened);
    const int error = stp_path_copy_up(location, flags & O_TRUNC);
    return error == 0 ? open_regular(location, flags, opened) : error == -EPERM ? -EACCES : error;
  }
  if (S_ISREG(location->real.st_mode))
    return open_regular(location, flags, opened);
  if (S_ISLNK(location->real.st_mode)) /* O_NOFOLLOW */
    return -ELOOP;
  if (!S_ISSOCK(location->real.st_mode))
    stp_refuse("open", S_ISFIFO(location->real.st_mode) ? "a FIFO" : "a device");
  return -ENXIO;
}

int stp_open(int directory_fd, const char* path, int flags, mode_t mode, struct stp_file** opened) {
  if ((flags & O_TMPFILE) == O_TMPFILE) {
    stp_refuse("open", "O_TMPFILE");
    return -EOPNOTSUPP;
  }
  if (flags & O_PATH)
    flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const bool exclusive = (flags & O_CREAT) && (flags & O_EXCL);
  STP_LOCATION location;
  const int error =
      stp_path_find(directory_fd, path, !(flags & O_NOFOLLOW) && !exclusive, &location);
  if (error < 0)
    return error;
  if (location.layer != STP_ABSENT)
    return open_existing(&location, flags, opened);
  if (!(flags & O_CREAT))
    return -ENOENT;
  if (location.wants_directory)
    return -EISDIR;
  return create(&location, flags, mode, opened);
}
