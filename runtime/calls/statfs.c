/* sys/statfs.h and sys/statvfs.h: one file system, always half full. sys/file.h: flock. */
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/fdtable.h"
#include "file/locks.h"
#include "file/paths.h"
#include "file/regular.h"

enum { EXT4 = 0xef53, BLOCK = 4096, BLOCKS = 64 << 20, FILES = 16 << 20 };

static int path_exists(const char* path) {
  STP_LOCATION location;
  return stp_path_existing(AT_FDCWD, path, true, &location);
}

static int describe(int error, struct statfs* result) {
  if (error == 0)
    *result = (struct statfs){
        .f_type = EXT4,
        .f_bsize = BLOCK,
        .f_blocks = BLOCKS,
        .f_bfree = BLOCKS / 2,
        .f_bavail = BLOCKS / 2,
        .f_files = FILES,
        .f_ffree = FILES / 2,
        .f_namelen = NAME_MAX,
        .f_frsize = BLOCK,
    };
  return (int)stp_return(error);
}

int simterpose_statfs(const char* path, struct statfs* result) {
  return describe(path_exists(path), result);
}

int simterpose_fstatfs(int fd, struct statfs* result) {
  return describe(stp_fd_get(fd) ? 0 : -EBADF, result);
}

static int describe_posix(int error, struct statvfs* result) {
  if (error == 0)
    *result = (struct statvfs){
        .f_bsize = BLOCK,
        .f_frsize = BLOCK,
        .f_blocks = BLOCKS,
        .f_bfree = BLOCKS / 2,
        .f_bavail = BLOCKS / 2,
        .f_files = FILES,
        .f_ffree = FILES / 2,
        .f_favail = FILES / 2,
        .f_namemax = NAME_MAX,
    };
  return (int)stp_return(error);
}

int simterpose_statvfs(const char* path, struct statvfs* result) {
  return describe_posix(path_exists(path), result);
}

int simterpose_fstatvfs(int fd, struct statvfs* result) {
  return describe_posix(stp_fd_get(fd) ? 0 : -EBADF, result);
}

static int lock_whole(int fd, int operation) {
  STP_HOLD hold = stp_fd_hold(fd);
  if (!hold.file || hold.file->flags & O_PATH)
    return -EBADF;
  const int kind = operation & ~LOCK_NB;
  if (kind != LOCK_SH && kind != LOCK_EX && kind != LOCK_UN)
    return -EINVAL;
  struct stp_inode* const inode = stp_file_inode(hold.file);
  if (!inode)
    return 0; /* nobody else can have it */
  const short type = kind == LOCK_UN ? F_UNLCK : kind == LOCK_SH ? F_RDLCK : F_WRLCK;
  const struct stp_lock_request request = {STP_LOCK_WHOLE, hold.file, stp_me->pid,
                                           type,           0,         LONG_MAX};
  return stp_lock_set(inode, &request, !(operation & LOCK_NB));
}

int simterpose_flock(int fd, int operation) {
  STP_CALL();
  return (int)stp_return(lock_whole(fd, operation));
}
