/* unistd.h and stdio.h: names of files. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "file/change.h"
#include "file/directory.h"
#include "file/fdtable.h"
#include "file/open.h"
#include "file/paths.h"
#include "file/permission.h"

/* ---- working directory and root ---- */

int simterpose_chdir(const char* path) {
  return (int)stp_return(stp_path_change_directory(AT_FDCWD, path));
}

int simterpose_fchdir(int fd) {
  const struct stp_file* const file = stp_fd_get(fd);
  if (!file)
    return (int)stp_return(-EBADF);
  if (!stp_directory_path(file))
    return (int)stp_return(-ENOTDIR);
  return (int)stp_return(stp_path_change_directory(fd, "."));
}

int simterpose_chroot(const char* path) { return (int)stp_return(stp_path_change_root(path)); }

/* A string in the process's memory: `buffer` of `size` bytes, or a new block of at least `size`. */
static char* give(const char* text, char* buffer, size_t size) {
  const size_t needed = strlen(text) + 1;
  if (!buffer && size == 0)
    size = needed;
  if (size < needed) {
    errno = ERANGE;
    return NULL;
  }
  if (!buffer)
    buffer = stp_heap_alloc(stp_me->heap, size);
  if (!buffer) {
    errno = ENOMEM;
    return NULL;
  }
  return memcpy(buffer, text, needed);
}

char* simterpose_getcwd(char* buffer, size_t size) {
  if (buffer && size == 0) {
    errno = EINVAL;
    return NULL;
  }
  STP_LOCATION location;
  if (stp_path_existing(AT_FDCWD, ".", true, &location) == -ENOENT) {
    errno = ENOENT; /* it has been removed */
    return NULL;
  }
  return give(stp_path_working_directory(), buffer, size);
}

char* simterpose___getcwd_chk(char* buffer, size_t size, size_t room) {
  if (size > room)
    stp_process_abort("buffer overflow detected in getcwd");
  return simterpose_getcwd(buffer, size);
}

char* simterpose_getwd(char* buffer) { return simterpose_getcwd(buffer, PATH_MAX); }

char* simterpose_get_current_dir_name(void) { return simterpose_getcwd(NULL, 0); }

/* ---- following ---- */

char* simterpose_realpath(const char* path, char* resolved) {
  STP_LOCATION location = {0};
  const int error = path ? stp_path_existing(AT_FDCWD, path, true, &location) : -EINVAL;
  if (error < 0) {
    errno = -error;
    return NULL;
  }
  return give(stp_path_from_root(location.path), resolved, resolved ? PATH_MAX : 0);
}

char* simterpose___realpath_chk(const char* path, char* resolved, size_t room) {
  if (room < PATH_MAX)
    stp_process_abort("buffer overflow detected in realpath");
  return simterpose_realpath(path, resolved);
}

char* simterpose_canonicalize_file_name(const char* path) {
  return simterpose_realpath(path, NULL);
}

/* A path, or without one what was opened with O_PATH. */
static int find_link(int directory_fd, const char* path, struct stp_location* location) {
  *location = (struct stp_location){0};
  const struct stp_file* const file =
      path && !path[0] && directory_fd != AT_FDCWD ? stp_fd_get(directory_fd) : NULL;
  return file ? stp_file_location(file, location)
              : stp_path_existing(directory_fd, path, false, location);
}

static ssize_t read_link(int directory_fd, const char* path, char* buffer, size_t size) {
  if (size == 0 || size > SSIZE_MAX)
    return -EINVAL;
  STP_LOCATION location;
  int error = find_link(directory_fd, path, &location);
  if (error == 0 && path && !path[0] && !stp_location_is_link(&location))
    error = -ENOENT;
  if (error < 0)
    return error;
  char* const target = stp_location_link(&location, &error);
  if (!target)
    return error;
  const size_t length = strlen(target), copied = length < size ? length : size;
  memcpy(buffer, target, copied);
  stp_free(target);
  return (ssize_t)copied;
}

ssize_t simterpose_readlink(const char* path, char* buffer, size_t size) {
  return stp_return(read_link(AT_FDCWD, path, buffer, size));
}

ssize_t simterpose_readlinkat(int directory_fd, const char* path, char* buffer, size_t size) {
  return stp_return(read_link(directory_fd, path, buffer, size));
}

ssize_t simterpose___readlink_chk(const char* path, char* buffer, size_t size, size_t room) {
  if (size > room)
    stp_process_abort("buffer overflow detected in readlink");
  return simterpose_readlink(path, buffer, size);
}

ssize_t simterpose___readlinkat_chk(int directory_fd, const char* path, char* buffer, size_t size,
                                    size_t room) {
  if (size > room)
    stp_process_abort("buffer overflow detected in readlinkat");
  return simterpose_readlinkat(directory_fd, path, buffer, size);
}

static int check_access(int directory_fd, const char* path, int mode, int flags) {
  if (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
    return -EINVAL;
  STP_LOCATION location = {0};
  const struct stp_file* const file =
      flags & AT_EMPTY_PATH && path && !path[0] ? stp_fd_get(directory_fd) : NULL;
  const int error =
      file ? stp_file_location(file, &location)
           : stp_path_existing(directory_fd, path, !(flags & AT_SYMLINK_NOFOLLOW), &location);
  return error < 0 ? error : stp_check_access(&location, mode, flags & AT_EACCESS);
}

int simterpose_access(const char* path, int mode) {
  return (int)stp_return(check_access(AT_FDCWD, path, mode, 0));
}

int simterpose_faccessat(int directory_fd, const char* path, int mode, int flags) {
  return (int)stp_return(check_access(directory_fd, path, mode, flags));
}

int simterpose_euidaccess(const char* path, int mode) {
  return simterpose_faccessat(AT_FDCWD, path, mode, AT_EACCESS);
}

/* ---- making and removing names ---- */

int simterpose_link(const char* from, const char* to) {
  return (int)stp_return(stp_link(AT_FDCWD, from, AT_FDCWD, to, false));
}

int simterpose_linkat(int from_fd, const char* from, int to_fd, const char* to, int flags) {
  if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
    return (int)stp_return(-EINVAL);
  if (flags & AT_EMPTY_PATH && !from[0] && from_fd != AT_FDCWD)
    return (int)stp_return(stp_link_open(from_fd, to_fd, to));
  return (int)stp_return(stp_link(from_fd, from, to_fd, to, flags & AT_SYMLINK_FOLLOW));
}

int simterpose_symlink(const char* target, const char* path) {
  return (int)stp_return(stp_make_link(target, AT_FDCWD, path));
}

int simterpose_symlinkat(const char* target, int directory_fd, const char* path) {
  return (int)stp_return(stp_make_link(target, directory_fd, path));
}

int simterpose_unlink(const char* path) { return (int)stp_return(stp_unlink(AT_FDCWD, path)); }

int simterpose_rmdir(const char* path) {
  return (int)stp_return(stp_remove_directory(AT_FDCWD, path));
}

int simterpose_unlinkat(int directory_fd, const char* path, int flags) {
  if (flags & ~AT_REMOVEDIR)
    return (int)stp_return(-EINVAL);
  return (int)stp_return(flags ? stp_remove_directory(directory_fd, path)
                               : stp_unlink(directory_fd, path));
}

int simterpose_remove(const char* path) {
  int error = stp_unlink(AT_FDCWD, path);
  if (error == -EISDIR)
    error = stp_remove_directory(AT_FDCWD, path);
  return (int)stp_return(error);
}

int simterpose_rename(const char* from, const char* to) {
  return (int)stp_return(stp_rename(AT_FDCWD, from, AT_FDCWD, to, 0));
}

int simterpose_renameat(int from_fd, const char* from, int to_fd, const char* to) {
  return (int)stp_return(stp_rename(from_fd, from, to_fd, to, 0));
}

int simterpose_renameat2(int from_fd, const char* from, int to_fd, const char* to, unsigned flags) {
  if (flags & RENAME_WHITEOUT)
    stp_refuse("renameat2", "RENAME_WHITEOUT");
  if (flags & ~(unsigned)(RENAME_NOREPLACE | RENAME_EXCHANGE) ||
      flags == (RENAME_NOREPLACE | RENAME_EXCHANGE))
    return (int)stp_return(-EINVAL);
  return (int)stp_return(stp_rename(from_fd, from, to_fd, to, flags));
}

int simterpose_truncate(const char* path, off_t size) {
  STP_CALL();
  STP_LOCATION location;
  const int error = stp_path_existing(AT_FDCWD, path, true, &location);
  return (int)stp_return(error < 0 ? error : stp_change_size(&location, size));
}

/* ---- limits of the file system ---- */

static long limit_of(int name) {
  switch (name) {
  case _PC_LINK_MAX:
    return 127;
  case _PC_NAME_MAX:
    return NAME_MAX;
  case _PC_PATH_MAX:
    return PATH_MAX;
  case _PC_PIPE_BUF:
    return PIPE_BUF;
  case _PC_MAX_CANON:
  case _PC_MAX_INPUT:
    return 255;
  case _PC_CHOWN_RESTRICTED:
  case _PC_NO_TRUNC:
    return 1;
  case _PC_VDISABLE:
    return 0;
  case _PC_FILESIZEBITS:
    return 64;
  case _PC_REC_XFER_ALIGN:
  case _PC_REC_MIN_XFER_SIZE:
  case _PC_ALLOC_SIZE_MIN:
    return 4096;
  case _PC_2_SYMLINKS:
    return 1;
  case _PC_SYNC_IO:
  case _PC_ASYNC_IO:
  case _PC_PRIO_IO:
  case _PC_SOCK_MAXBUF:
  case _PC_REC_INCR_XFER_SIZE:
  case _PC_REC_MAX_XFER_SIZE:
  case _PC_SYMLINK_MAX:
    errno = 0; /* -1 without an error: no limit */
    return -1;
  default:
    return stp_return(-EINVAL);
  }
}

long simterpose_pathconf(const char* path, int name) {
  STP_LOCATION location;
  const int error = stp_path_existing(AT_FDCWD, path, true, &location);
  return error < 0 ? stp_return(error) : limit_of(name);
}

long simterpose_fpathconf(int fd, int name) {
  return stp_fd_get(fd) ? limit_of(name) : stp_return(-EBADF);
}
