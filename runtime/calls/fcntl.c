/* fcntl.h: opening files, and the many commands of fcntl. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/fdtable.h"
#include "file/inode.h"
#include "file/inotify.h"
#include "file/locks.h"
#include "file/owner.h"
#include "file/pipe.h"
#include "file/regular.h"

/* ---- opening ---- */

static int open_at(int directory_fd, const char* path, int flags, mode_t mode) {
  struct stp_file* file;
  const int error = stp_open(directory_fd, path, flags, mode, &file);
  return error < 0 ? error : stp_fd_install(file, 0, flags & O_CLOEXEC);
}

/* The argument `mode`, where the flags say that there is one. */
static bool has_mode(int flags) { return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE; }

int simterpose_open(const char* path, int flags, ...) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = has_mode(flags) ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return (int)stp_return(open_at(AT_FDCWD, path, flags, mode));
}

int simterpose_openat(int directory_fd, const char* path, int flags, ...) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = has_mode(flags) ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return (int)stp_return(open_at(directory_fd, path, flags, mode));
}

int simterpose_creat(const char* path, mode_t mode) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return (int)stp_return(open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode));
}

int simterpose___open_2(const char* path, int flags) { return simterpose_open(path, flags); }

int simterpose___openat_2(int directory_fd, const char* path, int flags) {
  return simterpose_openat(directory_fd, path, flags);
}

/* ---- locks ---- */

/* The bytes that `lock` means; 0, or -errno as Linux checks them. */
static int lock_range(struct stp_file* file, const struct flock* lock, off_t* start, off_t* end) {
  struct stat stat;
  off_t base = 0;
  if (lock->l_whence == SEEK_CUR) {
    base = stp_file_seek(file, 0, SEEK_CUR);
    base = base < 0 ? 0 : base;
  } else if (lock->l_whence == SEEK_END) {
    base = stp_file_stat(file, &stat) == 0 ? stat.st_size : 0;
  } else if (lock->l_whence != SEEK_SET) {
    return -EINVAL;
  }
  *start = base + lock->l_start;
  *end = lock->l_len > 0 ? *start + lock->l_len - 1 : INT64_MAX;
  if (lock->l_len < 0) {
    *end = *start - 1;
    *start += lock->l_len;
  }
  return *start < 0 || *end < *start ? -EINVAL : 0;
}

static int record_lock(struct stp_file* file, int command, struct flock* lock) {
  const bool of_description =
      command == F_OFD_GETLK || command == F_OFD_SETLK || command == F_OFD_SETLKW;
  const void* const owner = of_description ? (const void*)file : stp_me;
  const bool test = command == F_GETLK || command == F_OFD_GETLK;
  if (lock->l_type != F_RDLCK && lock->l_type != F_WRLCK && (test || lock->l_type != F_UNLCK))
    return -EINVAL;
  if (of_description && lock->l_pid != 0)
    return -EINVAL;
  off_t start, end;
  const int error = lock_range(file, lock, &start, &end);
  if (error < 0)
    return error;
  struct stp_inode* const inode = stp_file_inode(file);
  const int mode = file->flags & O_ACCMODE;
  if (!test && ((lock->l_type == F_RDLCK && mode == O_WRONLY) ||
                (lock->l_type == F_WRLCK && mode == O_RDONLY)))
    return -EBADF;
  if (!inode) { /* nobody else can have it */
    if (test)
      lock->l_type = F_UNLCK;
    return 0;
  }
  const struct stp_lock_request request = {
      STP_LOCK_RECORD, owner, of_description ? -1 : stp_me->pid, lock->l_type, start, end};
  if (!test)
    return stp_lock_set(inode, &request, command == F_SETLKW || command == F_OFD_SETLKW);
  stp_lock_test(inode, &request, lock);
  return 0;
}

/* ---- fcntl ---- */

static int other_command(struct stp_file* file, int command, long argument) {
  const int real = stp_regular_descriptor(file);
  switch (command) {
  case F_GETPIPE_SZ:
    return stp_pipe_capacity(file);
  case F_SETPIPE_SZ:
    return stp_pipe_set_capacity(file, (unsigned)argument);
  case F_ADD_SEALS:
  case F_GET_SEALS: {
    const int result = real < 0 ? -1 : fcntl(real, command, (int)argument);
    return result < 0 ? -(real < 0 ? EINVAL : errno) : result;
  }
  case F_SETOWN:
    return stp_owner_set_id(file, (int)argument);
  case F_GETOWN_EX:
    *(struct f_owner_ex*)argument = stp_owner_of(file);
    return 0;
  case F_SETOWN_EX:
    return stp_owner_set(file, (struct f_owner_ex*)argument);
  case F_GETSIG:
    return stp_owner_signal(file);
  case F_SETSIG:
    return stp_owner_set_signal(file, (int)argument);
  default: {
    char what[32];
    snprintf(what, sizeof what, "command %d", command);
    stp_refuse("fcntl", what);
    return -EINVAL;
  }
  }
}

/* What may be done with a descriptor opened with O_PATH. */
static bool for_any(int command) {
  return command == F_DUPFD || command == F_DUPFD_CLOEXEC || command == F_GETFD ||
         command == F_SETFD || command == F_GETFL;
}

static int control(int fd, int command, long argument) {
  STP_HOLD hold = stp_fd_hold(fd);
  if (!hold.file || (hold.file->flags & O_PATH && !for_any(command)))
    return -EBADF;
  switch (command) {
  case F_DUPFD:
  case F_DUPFD_CLOEXEC:
    return stp_fd_install(stp_file_ref(hold.file), (int)argument, command == F_DUPFD_CLOEXEC);
  case F_GETFD:
    return stp_fd_close_on_exec(fd) ? FD_CLOEXEC : 0;
  case F_SETFD:
    stp_fd_set_close_on_exec(fd, argument & FD_CLOEXEC);
    return 0;
  case F_GETFL:
    return hold.file->flags;
  case F_SETFL:
    if (!hold.file->ops->async)
      argument &= ~O_ASYNC; /* as Linux has it */
    else if (argument & ~hold.file->flags & O_ASYNC)
      stp_owner_set_async(hold.file, fd);
    stp_file_set_flags(hold.file, (int)argument);
    return 0;
  case F_GETLK:
  case F_SETLK:
  case F_SETLKW:
  case F_OFD_GETLK:
  case F_OFD_SETLK:
  case F_OFD_SETLKW: /* a pointer */
    return record_lock(hold.file, command, (struct flock*)argument);
  default:
    return other_command(hold.file, command, argument);
  }
}

/* A group is a negative number, which is no error. */
static int owner_of(int fd) {
  STP_HOLD hold = stp_fd_hold(fd);
  if (!hold.file || hold.file->flags & O_PATH)
    return (int)stp_return(-EBADF);
  return stp_owner_id(hold.file);
}

/* The argument of a command is an int (whose upper half says nothing) or a pointer. */
int simterpose_fcntl(int fd, int command, ...) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  va_list arguments;
  va_start(arguments, command);
  const long argument = va_arg(arguments, long);
  va_end(arguments);
  if (command == F_GETOWN)
    return owner_of(fd);
  return (int)stp_return(control(fd, command, argument));
}

/* ---- space and advice ---- */

static int allocate(int fd, int mode, off_t offset, off_t length) {
  const struct stp_file* const file = stp_fd_get(fd);
  if (!file)
    return -EBADF;
  if (offset < 0 || length <= 0)
    return -EINVAL;
  struct stp_inode* const inode = stp_regular_inode(file);
  if (!inode)
    return file->ops->seek ? -ENODEV : -ESPIPE;
  if ((file->flags & O_ACCMODE) == O_RDONLY)
    return -EBADF;
  if (fallocate(stp_regular_descriptor(file), mode, offset, length) != 0)
    return -errno;
  stp_inode_modified(inode);
  stp_notify(inode, IN_MODIFY);
  return 0;
}

int simterpose_fallocate(int fd, int mode, off_t offset, off_t length) {
  return (int)stp_return(allocate(fd, mode, offset, length));
}

int simterpose_posix_fallocate(int fd, off_t offset, off_t length) {
  return -allocate(fd, 0, offset, length);
}

int simterpose_posix_fadvise(int fd, off_t offset, off_t length, int advice) {
  (void)offset;
  const struct stp_file* const file = stp_fd_get(fd);
  if (!file)
    return EBADF;
  if (length < 0 || advice < POSIX_FADV_NORMAL || advice > POSIX_FADV_NOREUSE)
    return EINVAL;
  return file->ops->seek ? 0 : ESPIPE;
}

ssize_t simterpose_readahead(int fd, off64_t offset, size_t count) {
  (void)offset, (void)count;
  const struct stp_file* const file = stp_fd_get(fd);
  if (!file)
    return stp_return(-EBADF);
  return stp_return(stp_regular_inode(file) ? 0 : -EINVAL);
}

int simterpose_sync_file_range(int fd, off64_t offset, off64_t count, unsigned flags) {
  (void)offset, (void)count, (void)flags;
  const struct stp_file* const file = stp_fd_get(fd);
  if (!file)
    return (int)stp_return(-EBADF);
  return (int)stp_return(stp_regular_inode(file) ? 0 : -ESPIPE);
}
