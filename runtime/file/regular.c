/* Regular files: a real descriptor each. The real kernel keeps the position and does O_APPEND;
 * dates and numbers are virtual (inode.h). */
#include "file/regular.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/description.h"
#include "file/inode.h"
#include "file/locks.h"
#include "process/process.h"
#include "trace/log.h"

struct regular {
  struct stp_file file;
  int real;
  struct stp_inode* inode;
};

int stp_real_error(void) {
  const int error = errno;
  if (error != EMFILE && error != ENFILE)
    return -error;
  static bool reported;
  struct rlimit limit = {0};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (!reported)
    stp_warn("the emulated programs together have more files open than this system allows "
             "Simterpose (%lu): raise the limit with \"ulimit -n\"",
             (unsigned long)limit.rlim_cur);
  reported = true;
  return -ENFILE;
}

static ssize_t regular_read(struct stp_file* file, const struct iovec* vectors, int count,
                            off_t offset) {
  const int real = ((struct regular*)file)->real;
  ssize_t result;
  if (count == 1) /* most often, and cheaper */
    result = offset < 0 ? read(real, vectors->iov_base, vectors->iov_len)
                        : pread(real, vectors->iov_base, vectors->iov_len, offset);
  else
    result = offset < 0 ? readv(real, vectors, count) : preadv(real, vectors, count, offset);
  return result < 0 ? -errno : result;
}

static ssize_t regular_write(struct stp_file* file, const struct iovec* vectors, int count,
                             off_t offset) {
  struct regular* const regular = (struct regular*)file;
  const int real = regular->real;
  ssize_t result;
  if (count == 1)
    result = offset < 0 ? write(real, vectors->iov_base, vectors->iov_len)
                        : pwrite(real, vectors->iov_base, vectors->iov_len, offset);
  else
    result = offset < 0 ? writev(real, vectors, count) : pwritev(real, vectors, count, offset);
  if (result < 0)
    return -errno;
  if (result > 0)
    stp_inode_modified(regular->inode);
  return result;
}

static off_t regular_seek(struct stp_file* file, off_t offset, int whence) {
  const off_t result = lseek(((struct regular*)file)->real, offset, whence);
  return result < 0 ? -errno : result;
}

static int regular_ioctl(struct stp_file* file, unsigned long request, void* argument) {
  if (request != FIONREAD)
    return -ENOTTY;
  return ioctl(((struct regular*)file)->real, FIONREAD, argument) < 0 ? -errno : 0;
}

static int regular_stat(struct stp_file* file, struct stat* result) {
  struct stat real;
  if (fstat(((struct regular*)file)->real, &real) < 0)
    return -errno;
  stp_inode_present(&real, result);
  return 0;
}

static void regular_set_flags(struct stp_file* file, int flags) {
  fcntl(((struct regular*)file)->real, F_SETFL, flags & O_APPEND);
}

static void regular_detach(struct stp_file* file, struct stp_process* process) {
  stp_locks_drop(((struct regular*)file)->inode, process, STP_LOCK_RECORD);
}

static void regular_close(struct stp_file* file) {
  struct regular* const regular = (struct regular*)file;
  stp_locks_drop(regular->inode, file, STP_LOCK_ANY);
  struct stat real;
  if (fstat(regular->real, &real) == 0 && real.st_nlink == 0)
    stp_inode_unlinked(&real);
  stp_inode_unref(regular->inode);
  close(regular->real);
  stp_free(regular);
}

static const struct stp_file_ops regular_ops = {
    .kind = "file",
    .read = regular_read,
    .write = regular_write,
    .seek = regular_seek,
    .ioctl = regular_ioctl,
    .stat = regular_stat,
    .set_flags = regular_set_flags,
    .detach = regular_detach,
    .close = regular_close,
};

struct stp_file* stp_regular_open(int real, int flags) {
  struct regular* const regular = stp_alloc(sizeof *regular);
  const int kept = O_ACCMODE | O_APPEND | O_NONBLOCK | O_SYNC | O_DSYNC | O_PATH | O_DIRECT;
  stp_file_init(&regular->file, &regular_ops, flags & kept);
  regular->real = real;
  struct stat stat = {0};
  fstat(real, &stat);
  regular->inode = stp_inode_of(stat.st_dev, stat.st_ino);
  stp_inode_ref(regular->inode);
  return &regular->file;
}

int stp_regular_descriptor(const struct stp_file* file) {
  return file->ops == &regular_ops ? ((const struct regular*)file)->real : -1;
}

struct stp_inode* stp_regular_inode(const struct stp_file* file) {
  return file->ops == &regular_ops ? ((const struct regular*)file)->inode : NULL;
}

int stp_anonymous_open(const char* name, int flags, struct stp_file** opened) {
  const int real = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (real < 0)
    return stp_real_error();
  struct stat made;
  if (fstat(real, &made) == 0)
    stp_inode_created(&made, 0600);
  *opened = stp_regular_open(real, flags);
  return 0;
}
