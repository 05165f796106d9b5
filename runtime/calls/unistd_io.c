/* unistd.h: descriptors. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "file/change.h"
#include "file/description.h"
#include "file/fdtable.h"
#include "file/inode.h"
#include "file/inotify.h"
#include "file/regular.h"

/* ---- reading and writing ---- */

ssize_t simterpose_read(int fd, void* buffer, size_t size) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  STP_HOLD hold = stp_fd_hold(fd);
  const struct iovec vector = {buffer, size};
  return stp_return(hold.file ? stp_file_read(hold.file, &vector, 1, -1) : -EBADF);
}

ssize_t simterpose___read_chk(int fd, void* buffer, size_t size, size_t room) {
  if (size > room)
    stp_process_abort("buffer overflow detected in read");
  return simterpose_read(fd, buffer, size);
}

ssize_t simterpose_write(int fd, const void* buffer, size_t size) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  STP_HOLD hold = stp_fd_hold(fd);
  const struct iovec vector = {(void*)buffer, size};
  return stp_return(hold.file ? stp_file_write(hold.file, &vector, 1, -1) : -EBADF);
}

ssize_t simterpose_pread(int fd, void* buffer, size_t size, off_t offset) {
  const struct iovec vector = {buffer, size};
  return simterpose_preadv(fd, &vector, 1, offset);
}

ssize_t simterpose___pread_chk(int fd, void* buffer, size_t size, off_t offset, size_t room) {
  if (size > room)
    stp_process_abort("buffer overflow detected in pread");
  return simterpose_pread(fd, buffer, size, offset);
}

ssize_t simterpose_pwrite(int fd, const void* buffer, size_t size, off_t offset) {
  const struct iovec vector = {(void*)buffer, size};
  return simterpose_pwritev(fd, &vector, 1, offset);
}

off_t simterpose_lseek(int fd, off_t offset, int whence) {
  struct stp_file* const file = stp_fd_get(fd);
  return stp_return(file ? stp_file_seek(file, offset, whence) : -EBADF);
}

/* ---- the table ---- */

int simterpose_close(int fd) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return (int)stp_return(stp_fd_close(fd));
}

static int close_from_to(unsigned first, unsigned last, int flags) {
  if (first > last || flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC))
    return -EINVAL;
  if (first > INT_MAX)
    return 0;
  for (int fd = stp_fd_next((int)first); fd >= 0 && (unsigned)fd <= last; fd = stp_fd_next(fd + 1))
    if (flags & CLOSE_RANGE_CLOEXEC)
      stp_fd_set_close_on_exec(fd, true);
    else
      stp_fd_close(fd);
  return 0;
}

int simterpose_close_range(unsigned first, unsigned last, int flags) {
  STP_CALL();
  return (int)stp_return(close_from_to(first, last, flags));
}

void simterpose_closefrom(int first) {
  STP_CALL();
  close_from_to(first < 0 ? 0 : (unsigned)first, UINT_MAX, 0);
}

int simterpose_dup(int fd) {
  struct stp_file* const file = stp_fd_get(fd);
  return (int)stp_return(file ? stp_fd_install(stp_file_ref(file), 0, false) : -EBADF);
}

static int replace(int from, int to, bool close_on_exec) {
  struct stp_file* const file = stp_fd_get(from);
  return file ? stp_fd_replace(to, stp_file_ref(file), close_on_exec) : -EBADF;
}

int simterpose_dup2(int from, int to) {
  STP_CALL();
  if (from == to)
    return (int)stp_return(stp_fd_get(from) ? to : -EBADF);
  return (int)stp_return(replace(from, to, false));
}

int simterpose_dup3(int from, int to, int flags) {
  STP_CALL();
  if (from == to || flags & ~O_CLOEXEC)
    return (int)stp_return(-EINVAL);
  return (int)stp_return(replace(from, to, flags & O_CLOEXEC));
}

/* ---- synchronising: the real disk may take its time ---- */

int simterpose_fsync(int fd) {
  struct stp_file* const file = stp_fd_get(fd);
  struct stat stat;
  if (!file)
    return (int)stp_return(-EBADF);
  const bool can =
      stp_file_stat(file, &stat) == 0 && (S_ISREG(stat.st_mode) || S_ISDIR(stat.st_mode));
  return (int)stp_return(can ? 0 : -EINVAL);
}

int simterpose_fdatasync(int fd) { return simterpose_fsync(fd); }

int simterpose_syncfs(int fd) { return (int)stp_return(stp_fd_get(fd) ? 0 : -EBADF); }

void simterpose_sync(void) {}

/* ---- size ---- */

static int truncate_to(const struct stp_file* file, off_t size) {
  if (!file)
    return -EBADF;
  if (file->flags & O_PATH)
    return -EBADF;
  struct stp_inode* const inode = stp_regular_inode(file);
  if (!inode || size < 0 || (file->flags & O_ACCMODE) == O_RDONLY)
    return -EINVAL;
  const int error = stp_size_permits(size);
  if (error < 0)
    return error;
  if (ftruncate(stp_regular_descriptor(file), size) != 0)
    return -errno;
  stp_inode_modified(inode);
  stp_notify(inode, IN_MODIFY);
  return 0;
}

int simterpose_ftruncate(int fd, off_t size) {
  STP_CALL();
  return (int)stp_return(truncate_to(stp_fd_get(fd), size));
}

int simterpose_lockf(int fd, int command, off_t length) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_len = length};
  switch (command) {
  case F_LOCK:
    return simterpose_fcntl(fd, F_SETLKW, &lock);
  case F_TLOCK:
    return simterpose_fcntl(fd, F_SETLK, &lock);
  case F_ULOCK:
    lock.l_type = F_UNLCK;
    return simterpose_fcntl(fd, F_SETLK, &lock);
  case F_TEST:
    if (simterpose_fcntl(fd, F_GETLK, &lock) < 0)
      return -1;
    return (int)stp_return(lock.l_type == F_UNLCK ? 0 : -EACCES);
  default:
    return (int)stp_return(-EINVAL);
  }
}
