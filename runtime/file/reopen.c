/* What an open file is called and where it lies: /proc/self/fd/N. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "file/description.h"
#include "file/device.h"
#include "file/directory.h"
#include "file/inode.h"
#include "file/inotify.h"
#include "file/paths.h"
#include "file/permission.h"
#include "file/pipe.h"
#include "file/regular.h"
#include "process/process.h"
#include "terminal/tty.h"
#include "trace/log.h"

int stp_file_location(const struct stp_file* file, struct stp_location* location) {
  const struct stp_inode* const inode = stp_file_inode(file);
  const char* path = stp_directory_path(file);
  if (!path)
    path = inode ? stp_inode_path(inode) : NULL;
  *location = (struct stp_location){0};
  if (!path || (inode && stp_inode_is_nameless(inode)))
    return -ENOENT;
  location->path = stp_strdup(path);
  stp_path_see(location);
  const int error = stp_location_look(location);
  return error == 0 && location->layer == STP_ABSENT ? -ENOENT : error;
}

int stp_reopen(struct stp_file* file, int flags, struct stp_file** opened) {
  const int real = stp_regular_descriptor(file);
  struct stat stat;
  const bool regular = real >= 0 && fstat(real, &stat) == 0 && S_ISREG(stat.st_mode);
  const bool lower =
      stp_regular_lower(file) && ((flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC);
  if (stp_directory_path(file) || (real >= 0 && (!regular || lower || flags & O_PATH))) {
    STP_LOCATION location;
    const int error = stp_file_location(file, &location);
    return error < 0 ? error : stp_open_location(&location, flags & ~O_CREAT, opened);
  }
  if (!regular)
    return stp_pipe_reopen(file, flags, opened);
  stp_inode_stat(stp_regular_inode(file), &stat, &stat);
  const int mode = flags & O_ACCMODE;
  const int error = stp_permits(&stat, mode == O_RDONLY   ? R_OK
                                       : mode == O_WRONLY ? W_OK
                                                          : R_OK | W_OK);
  if (error < 0)
    return error;
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", real);
  const int descriptor = open(path, (flags & (O_ACCMODE | O_APPEND | O_TRUNC)) | O_CLOEXEC);
  if (descriptor < 0)
    return stp_real_error();
  *opened = stp_regular_open(descriptor, flags, NULL, stp_regular_lower(file));
  stp_notify(stp_regular_inode(*opened), IN_OPEN);
  return 0;
}

char* stp_file_link(const struct stp_file* file) {
  const struct stp_inode* const inode = stp_file_inode(file);
  const char* path = stp_directory_path(file);
  if (!path)
    path = inode ? stp_inode_path(inode) : NULL;
  struct stat stat = {0};
  if (file->ops->stat)
    file->ops->stat((struct stp_file*)file, &stat);
  const struct stp_tty_end* const tty = stp_tty_of((struct stp_file*)file);
  char* text;
  int length;
  if (path)
    length = asprintf(&text, "%s%s", stp_path_from_root(path),
                      inode && stp_inode_is_nameless(inode) ? " (deleted)" : "");
  else if (S_ISFIFO(stat.st_mode) || S_ISSOCK(stat.st_mode))
    length = asprintf(&text, "%s:[%lu]", S_ISFIFO(stat.st_mode) ? "pipe" : "socket",
                      (unsigned long)stat.st_ino);
  else if (tty && !tty->is_master)
    length = asprintf(&text, "/dev/pts/%d", tty->tty->number);
  else if (tty)
    length = asprintf(&text, "/dev/ptmx");
  else if (S_ISCHR(stat.st_mode))
    length = asprintf(&text, "/dev/%s", stp_device_name(stat.st_rdev));
  else
    length = asprintf(&text, "anon_inode:[%s]", file->ops->kind);
  if (length < 0)
    stp_fatal("out of memory");
  return text;
}

int stp_file_name(const struct stp_file* file, const struct stp_location* location) {
  struct stp_inode* const inode = stp_regular_inode(file);
  if (!inode || stp_regular_lower(file))
    return -EPERM;
  char from[32];
  snprintf(from, sizeof from, "/proc/self/fd/%d", stp_regular_descriptor(file));
  char* const to = stp_path_in_host(location->path);
  const int error = linkat(AT_FDCWD, from, AT_FDCWD, to, AT_SYMLINK_FOLLOW) == 0 ? 0 : -errno;
  stp_free(to);
  if (error == 0) {
    stp_inode_named(inode);
    stp_inode_set_path(inode, location->path);
  }
  return error;
}
