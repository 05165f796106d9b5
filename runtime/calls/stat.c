/* sys/stat.h, utime.h: what is known of files, and changing it. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#include "calls/adapter.h"
#include "file/change.h"
#include "file/description.h"
#include "file/directory.h"
#include "file/fdtable.h"
#include "file/inode.h"
#include "file/keep.h"
#include "file/paths.h"
#include "file/regular.h"
#include "terminal/tty.h"

/* ---- asking ---- */

static int stat_fd(int fd, struct stat* result) {
  struct stp_file* const file = stp_fd_get(fd);
  return file ? stp_file_stat(file, result) : -EBADF;
}

static int stat_at(int directory_fd, const char* path, struct stat* result, int flags) {
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT))
    return -EINVAL;
  if (!path)
    return -EFAULT;
  if (flags & AT_EMPTY_PATH && !path[0] && directory_fd != AT_FDCWD)
    return stat_fd(directory_fd, result);
  STP_LOCATION location;
  const int error =
      stp_path_existing(directory_fd, path[0] || !(flags & AT_EMPTY_PATH) ? path : ".",
                        !(flags & AT_SYMLINK_NOFOLLOW), &location);
  if (error == 0)
    stp_location_stat(&location, result);
  return error;
}

int simterpose_stat(const char* path, struct stat* result) {
  return (int)stp_return(stat_at(AT_FDCWD, path, result, 0));
}

int simterpose_lstat(const char* path, struct stat* result) {
  return (int)stp_return(stat_at(AT_FDCWD, path, result, AT_SYMLINK_NOFOLLOW));
}

int simterpose_fstat(int fd, struct stat* result) { return (int)stp_return(stat_fd(fd, result)); }

int simterpose_fstatat(int directory_fd, const char* path, struct stat* result, int flags) {
  return (int)stp_return(stat_at(directory_fd, path, result, flags));
}

static struct statx_timestamp to_statx(struct timespec time) {
  return (struct statx_timestamp){.tv_sec = time.tv_sec, .tv_nsec = (uint32_t)time.tv_nsec};
}

int simterpose_statx(int directory_fd, const char* path, int flags, unsigned mask,
                     struct statx* result) {
  if (mask & STATX__RESERVED || (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE)
    return (int)stp_return(-EINVAL);
  struct stat stat;
  const int error = stat_at(directory_fd, path, &stat, flags & ~AT_STATX_SYNC_TYPE);
  if (error < 0)
    return (int)stp_return(error);
  *result = (struct statx){
      .stx_mask = STATX_BASIC_STATS,
      .stx_blksize = (uint32_t)stat.st_blksize,
      .stx_nlink = (uint32_t)stat.st_nlink,
      .stx_uid = stat.st_uid,
      .stx_gid = stat.st_gid,
      .stx_mode = (uint16_t)stat.st_mode,
      .stx_ino = stat.st_ino,
      .stx_size = (uint64_t)stat.st_size,
      .stx_blocks = (uint64_t)stat.st_blocks,
      .stx_atime = to_statx(stat.st_atim),
      .stx_mtime = to_statx(stat.st_mtim),
      .stx_ctime = to_statx(stat.st_ctim),
      .stx_rdev_major = major(stat.st_rdev),
      .stx_rdev_minor = minor(stat.st_rdev),
      .stx_dev_major = major(stat.st_dev),
      .stx_dev_minor = minor(stat.st_dev),
  };
  return 0;
}

/* ---- making ---- */

int simterpose_mkdir(const char* path, mode_t mode) {
  return (int)stp_return(stp_make_directory(AT_FDCWD, path, mode));
}

int simterpose_mkdirat(int directory_fd, const char* path, mode_t mode) {
  return (int)stp_return(stp_make_directory(directory_fd, path, mode));
}

int simterpose_mknod(const char* path, mode_t mode, dev_t device) {
  return simterpose_mknodat(AT_FDCWD, path, mode, device);
}

int simterpose_mknodat(int directory_fd, const char* path, mode_t mode, dev_t device) {
  (void)device;
  return (int)stp_return(stp_make_node(directory_fd, path, mode));
}

int simterpose_mkfifo(const char* path, mode_t mode) {
  return simterpose_mknod(path, S_IFIFO | mode, 0);
}

int simterpose_mkfifoat(int directory_fd, const char* path, mode_t mode) {
  return simterpose_mknodat(directory_fd, path, S_IFIFO | mode, 0);
}

mode_t simterpose_umask(mode_t mask) { return stp_path_set_umask(mask); }

/* ---- changing, by path or by descriptor: one function that is given the place ---- */

struct change {
  int (*apply)(struct stp_location* location, const struct change* change);
  mode_t mode;
  uid_t user;
  gid_t group;
  const struct timespec* times;
};

static int apply_mode(struct stp_location* location, const struct change* change) {
  return stp_change_mode(location, change->mode);
}

static int apply_owner(struct stp_location* location, const struct change* change) {
  return stp_change_owner(location, change->user, change->group);
}

static int apply_times(struct stp_location* location, const struct change* change) {
  return stp_change_times(location, change->times);
}

static int change_inode(struct stp_inode* inode, const struct stat* before,
                        const struct change* change) {
  if (change->apply == apply_mode)
    return stp_change_inode_mode(inode, before, change->mode);
  if (change->apply == apply_owner)
    return stp_change_inode_owner(inode, before, change->user, change->group);
  return stp_change_inode_times(inode, before, change->times);
}

static int change_at(int directory_fd, const char* path, int flags, const struct change* change) {
  STP_LOCATION location;
  const int error =
      stp_path_existing(directory_fd, path, !(flags & AT_SYMLINK_NOFOLLOW), &location);
  return error < 0 ? error : change->apply(&location, change);
}

static int change_file(struct stp_file* file, const struct change* change) {
  struct stp_inode* const inode = stp_file_inode(file);
  struct stat before;
  if (stp_directory_path(file) || stp_regular_lower(file)) {
    STP_LOCATION location;
    if (stp_file_location(file, &location) == 0)
      return change->apply(&location, change);
  }
  const struct stp_tty_end* const end = stp_tty_of(file);
  if (end && !end->is_master && change->apply == apply_mode)
    return stp_change_terminal_mode(end->tty, change->mode);
  if (end && !end->is_master && change->apply == apply_owner)
    return stp_change_terminal_owner(end->tty, change->user, change->group);
  if (!inode) /* a socket or pipe: nobody sees it */
    return 0;
  const int error = stp_file_stat(file, &before);
  const int result = error < 0 ? error : change_inode(inode, &before, change);
  if (result == 0 && change->apply != apply_times && stp_regular_descriptor(file) >= 0)
    stp_keep_attributes(inode, NULL, stp_regular_descriptor(file));
  return result;
}

static int change_fd(int fd, const struct change* change) {
  struct stp_file* const file = stp_fd_get(fd);
  return file && !(file->flags & O_PATH) ? change_file(file, change) : -EBADF;
}

static int change_either(int fd, const char* path, int flags, const struct change* change) {
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
    return -EINVAL;
  if (!(flags & AT_EMPTY_PATH) || !path || path[0])
    return change_at(fd, path, flags, change);
  if (fd == AT_FDCWD)
    return change_at(fd, ".", 0, change);
  struct stp_file* const file = stp_fd_get(fd);
  return file ? change_file(file, change) : -EBADF;
}

int simterpose_chmod(const char* path, mode_t mode) {
  const struct change change = {.apply = apply_mode, .mode = mode};
  return (int)stp_return(change_at(AT_FDCWD, path, 0, &change));
}

int simterpose_fchmod(int fd, mode_t mode) {
  const struct change change = {.apply = apply_mode, .mode = mode};
  return (int)stp_return(change_fd(fd, &change));
}

int simterpose_fchmodat(int directory_fd, const char* path, mode_t mode, int flags) {
  const struct change change = {.apply = apply_mode, .mode = mode};
  return (int)stp_return(change_either(directory_fd, path, flags, &change));
}

int simterpose_lchmod(const char* path, mode_t mode) {
  return simterpose_fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW);
}

int simterpose_chown(const char* path, uid_t user, gid_t group) {
  return simterpose_fchownat(AT_FDCWD, path, user, group, 0);
}

int simterpose_lchown(const char* path, uid_t user, gid_t group) {
  return simterpose_fchownat(AT_FDCWD, path, user, group, AT_SYMLINK_NOFOLLOW);
}

int simterpose_fchown(int fd, uid_t user, gid_t group) {
  const struct change change = {.apply = apply_owner, .user = user, .group = group};
  return (int)stp_return(change_fd(fd, &change));
}

int simterpose_fchownat(int directory_fd, const char* path, uid_t user, gid_t group, int flags) {
  const struct change change = {.apply = apply_owner, .user = user, .group = group};
  return (int)stp_return(change_either(directory_fd, path, flags, &change));
}

/* ---- times ---- */

static bool valid_time(const struct timespec* time) {
  return time->tv_nsec == UTIME_NOW || time->tv_nsec == UTIME_OMIT ||
         (time->tv_nsec >= 0 && time->tv_nsec < 1000000000);
}

static const struct timespec now[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};

/* Without a path: of the descriptor. */
static int set_times(int fd, const char* path, const struct timespec times[2], int flags) {
  const struct change change = {.apply = apply_times, .times = times ? times : now};
  if (!valid_time(&change.times[0]) || !valid_time(&change.times[1]))
    return -EINVAL;
  return path ? change_either(fd, path, flags, &change) : change_fd(fd, &change);
}

int simterpose_utimensat(int directory_fd, const char* path, const struct timespec times[2],
                         int flags) {
  return (int)stp_return(set_times(directory_fd, path, times, flags));
}

int simterpose_futimens(int fd, const struct timespec times[2]) {
  return (int)stp_return(set_times(fd, NULL, times, 0));
}

static int set_timevals(int fd, const char* path, const struct timeval times[2], int flags) {
  struct timespec precise[2];
  for (int i = 0; times && i < 2; i++) {
    if (times[i].tv_usec < 0 || times[i].tv_usec >= 1000000)
      return (int)stp_return(-EINVAL);
    precise[i] = (struct timespec){times[i].tv_sec, times[i].tv_usec * 1000};
  }
  return (int)stp_return(set_times(fd, path, times ? precise : NULL, flags));
}

int simterpose_utimes(const char* path, const struct timeval times[2]) {
  return set_timevals(AT_FDCWD, path, times, 0);
}

int simterpose_lutimes(const char* path, const struct timeval times[2]) {
  return set_timevals(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
}

int simterpose_futimes(int fd, const struct timeval times[2]) {
  return set_timevals(fd, NULL, times, 0);
}

int simterpose_futimesat(int directory_fd, const char* path, const struct timeval times[2]) {
  return set_timevals(directory_fd, path, times, 0);
}

int simterpose_utime(const char* path, const struct utimbuf* times) {
  if (!times)
    return simterpose_utimes(path, NULL);
  const struct timespec precise[2] = {{.tv_sec = times->actime}, {.tv_sec = times->modtime}};
  return simterpose_utimensat(AT_FDCWD, path, precise, 0);
}
