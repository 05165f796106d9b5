/* sys/uio.h: reading and writing several pieces. */
#include <limits.h>
#include <sys/uio.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/fdtable.h"

typedef ssize_t transfer(struct stp_file* file, const struct iovec* vectors, int count,
                         off_t offset);

static ssize_t move(int fd, const struct iovec* vectors, int count, off_t offset,
                    transfer* function) {
  STP_HOLD hold = stp_fd_hold(fd);
  if (!hold.file)
    return -EBADF;
  if (count < 0 || count > IOV_MAX)
    return -EINVAL;
  size_t total = 0;
  for (int i = 0; i < count; i++)
    if (__builtin_add_overflow(total, vectors[i].iov_len, &total) || total > SSIZE_MAX)
      return -EINVAL;
  return function(hold.file, vectors, count, offset);
}

/* At a position: only files that have one. */
static ssize_t move_at(int fd, const struct iovec* vectors, int count, off_t offset,
                       transfer* function) {
  const struct stp_file* const file = stp_fd_get(fd);
  if (!file)
    return -EBADF;
  if (offset < 0)
    return -EINVAL;
  return file->ops->seek ? move(fd, vectors, count, offset, function) : -ESPIPE;
}

ssize_t simterpose_readv(int fd, const struct iovec* vectors, int count) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return stp_return(move(fd, vectors, count, -1, stp_file_read));
}

ssize_t simterpose_writev(int fd, const struct iovec* vectors, int count) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return stp_return(move(fd, vectors, count, -1, stp_file_write));
}

ssize_t simterpose_preadv(int fd, const struct iovec* vectors, int count, off_t offset) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return stp_return(move_at(fd, vectors, count, offset, stp_file_read));
}

ssize_t simterpose_pwritev(int fd, const struct iovec* vectors, int count, off_t offset) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return stp_return(move_at(fd, vectors, count, offset, stp_file_write));
}

/* Flags that only say how the disk is to be treated. */
static bool only_hints(int flags) { return !(flags & ~(RWF_HIPRI | RWF_DSYNC | RWF_SYNC)); }

ssize_t simterpose_preadv2(int fd, const struct iovec* vectors, int count, off_t offset,
                           int flags) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  if (!only_hints(flags)) {
    stp_refuse("preadv2", "a flag");
    return stp_return(-EOPNOTSUPP);
  }
  return offset == -1 ? simterpose_readv(fd, vectors, count)
                      : simterpose_preadv(fd, vectors, count, offset);
}

ssize_t simterpose_pwritev2(int fd, const struct iovec* vectors, int count, off_t offset,
                            int flags) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  if (!only_hints(flags)) {
    stp_refuse("pwritev2", "a flag");
    return stp_return(-EOPNOTSUPP);
  }
  return offset == -1 ? simterpose_writev(fd, vectors, count)
                      : simterpose_pwritev(fd, vectors, count, offset);
}
