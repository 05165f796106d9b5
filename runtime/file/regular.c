/* Regular files: a real descriptor each. The real kernel keeps the position and does O_APPEND;
 * dates and numbers are virtual (inode.h). */
#include "file/regular.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/description.h"
#include "file/directory.h"
#include "file/inode.h"
#include "file/inotify.h"
#include "file/locks.h"
#include "file/pipe.h"
#include "process/identity.h"
#include "process/process.h"
#include "process/signals.h"
#include "trace/log.h"

struct regular {
  struct stp_file file;
  int real;
  bool lower;
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
  struct regular* const regular = (struct regular*)file;
  const int real = regular->real;
  ssize_t result;
  if (count == 1) /* most often, and cheaper */
    result = offset < 0 ? read(real, vectors->iov_base, vectors->iov_len)
                        : pread(real, vectors->iov_base, vectors->iov_len, offset);
  else
    result = offset < 0 ? readv(real, vectors, count) : preadv(real, vectors, count, offset);
  if (result < 0)
    return -errno;
  if (!(file->flags & O_NOATIME))
    stp_inode_accessed(regular->inode);
  if (result > 0)
    stp_notify(regular->inode, IN_ACCESS);
  return result;
}

/* How many of the vectors the limit on the size of files lets through: all, the first ones, or, as
 * `part`, a piece of the first. -EFBIG and SIGXFSZ for nothing. */
static int within_limit(const struct regular* regular, const struct iovec* vectors, int count,
                        off_t offset, struct iovec* part) {
  const rlim_t limit = stp_limit(RLIMIT_FSIZE);
  if (limit == RLIM_INFINITY)
    return count;
  const bool append = regular->file.flags & O_APPEND;
  const off_t at = offset >= 0 ? offset : lseek(regular->real, 0, append ? SEEK_END : SEEK_CUR);
  rlim_t room = limit > (rlim_t)at ? limit - (rlim_t)at : 0;
  int whole = 0;
  for (; whole < count && vectors[whole].iov_len <= room; whole++)
    room -= vectors[whole].iov_len;
  if (whole > 0)
    return whole;
  *part = (struct iovec){vectors->iov_base, room};
  if (room > 0)
    return 0;
  stp_signal_raise(SIGXFSZ);
  return -EFBIG;
}

static ssize_t regular_write(struct stp_file* file, const struct iovec* vectors, int count,
                             off_t offset) {
  struct regular* const regular = (struct regular*)file;
  const int real = regular->real;
  struct iovec part = {0};
  count = within_limit(regular, vectors, count, offset, &part);
  if (count < 0)
    return count;
  if (count == 0) {
    vectors = &part;
    count = 1;
  }
  ssize_t result;
  if (count == 1)
    result = offset < 0 ? write(real, vectors->iov_base, vectors->iov_len)
                        : pwrite(real, vectors->iov_base, vectors->iov_len, offset);
  else
    result = offset < 0 ? writev(real, vectors, count) : pwritev(real, vectors, count, offset);
  if (result < 0)
    return -errno;
  if (result > 0) {
    stp_inode_modified(regular->inode);
    stp_notify(regular->inode, IN_MODIFY);
  }
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
  const struct regular* const regular = (struct regular*)file;
  struct stat real;
  if (fstat(regular->real, &real) < 0)
    return -errno;
  stp_inode_stat(regular->inode, &real, result);
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
  if (!(file->flags & O_PATH))
    stp_notify(regular->inode,
               (file->flags & O_ACCMODE) == O_RDONLY ? IN_CLOSE_NOWRITE : IN_CLOSE_WRITE);
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

struct stp_file* stp_regular_open(int real, int flags, const char* path, bool lower) {
  struct regular* const regular = stp_alloc(sizeof *regular);
  const int kept =
      O_ACCMODE | O_APPEND | O_NONBLOCK | O_SYNC | O_DSYNC | O_PATH | O_DIRECT | O_NOATIME;
  stp_file_init(&regular->file, &regular_ops, flags & kept);
  regular->real = real;
  regular->lower = lower;
  struct stat stat = {0};
  fstat(real, &stat);
  regular->inode = stp_inode_of(stat.st_dev, stat.st_ino);
  stp_inode_ref(regular->inode);
  if (path)
    stp_inode_set_path(regular->inode, path);
  return &regular->file;
}

static bool is_regular(const struct stp_file* file) { return file->ops == &regular_ops; }

int stp_regular_descriptor(const struct stp_file* file) {
  return is_regular(file) ? ((const struct regular*)file)->real : -1;
}

struct stp_inode* stp_regular_inode(const struct stp_file* file) {
  return is_regular(file) ? ((const struct regular*)file)->inode : NULL;
}

bool stp_regular_lower(const struct stp_file* file) {
  return is_regular(file) && ((const struct regular*)file)->lower;
}

struct stp_inode* stp_file_inode(const struct stp_file* file) {
  if (is_regular(file))
    return ((const struct regular*)file)->inode;
  return stp_is_pipe(file) ? stp_fifo_inode(file) : stp_directory_inode(file);
}

int stp_anonymous_open(const char* name, int flags, struct stp_file** opened) {
  const int real = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (real < 0)
    return stp_real_error();
  struct stat made;
  char path[NAME_MAX + 16];
  snprintf(path, sizeof path, "/memfd:%s", name);
  struct stp_inode* const inode = fstat(real, &made) == 0 ? stp_inode_created(&made, 0600) : NULL;
  *opened = stp_regular_open(real, flags, path, false);
  if (inode)
    stp_inode_nameless(inode);
  return 0;
}
