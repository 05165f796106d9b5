/* sys/sendfile.h and copy_file_range: from a file to anything that can be written, through a buffer
 * in the process's memory. */
#include <fcntl.h>
#include <limits.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/directory.h"
#include "file/fdtable.h"
#include "file/regular.h"

enum { BUFFER = 64 << 10 };

/* Moves up to `count` bytes from *from of `in` to *to of `out` (null: its own position), advancing
 * both. Stops early at the end of `in`, or where `out` takes no more. */
static ssize_t copy(struct stp_file* out, struct stp_file* in, off_t* from, off_t* to,
                    size_t count) {
  char* const buffer = stp_heap_alloc(stp_me->heap, BUFFER);
  if (!buffer)
    return -ENOMEM;
  size_t total = 0;
  ssize_t result = 0;
  while (total < count) {
    const size_t size = count - total < BUFFER ? count - total : BUFFER;
    const struct iovec room = {buffer, size};
    result = stp_file_read(in, &room, 1, *from);
    if (result <= 0)
      break;
    const ssize_t got = result;
    const struct iovec data = {buffer, (size_t)got};
    result = stp_file_write(out, &data, 1, to ? *to : -1);
    if (result <= 0)
      break;
    total += (size_t)result;
    *from += result;
    if (to)
      *to += result;
    if (result < got)
      break;
  }
  stp_heap_free(stp_me->heap, buffer);
  return total > 0 ? (ssize_t)total : result;
}

static ssize_t send_file(int out_fd, int in_fd, off_t* offset, size_t count) {
  STP_HOLD in = stp_fd_hold(in_fd);
  STP_HOLD out = stp_fd_hold(out_fd);
  if (!in.file || !out.file || (in.file->flags & O_ACCMODE) == O_WRONLY ||
      (out.file->flags & O_ACCMODE) == O_RDONLY)
    return -EBADF;
  if (offset && !in.file->ops->seek)
    return -ESPIPE;
  if (!in.file->ops->seek || (offset && *offset < 0) || out.file->flags & O_APPEND)
    return -EINVAL;
  off_t from = offset ? *offset : stp_file_seek(in.file, 0, SEEK_CUR);
  if (from < 0)
    return -EINVAL;
  const ssize_t result = copy(out.file, in.file, &from, NULL, count);
  if (result > 0 && offset)
    *offset = from;
  else if (result > 0)
    stp_file_seek(in.file, from, SEEK_SET);
  return result;
}

ssize_t simterpose_sendfile(int out_fd, int in_fd, off_t* offset, size_t count) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return stp_return(send_file(out_fd, in_fd, offset, count));
}

static ssize_t copy_range(int in_fd, off_t* in_offset, int out_fd, off_t* out_offset, size_t count,
                          unsigned flags) {
  STP_HOLD in = stp_fd_hold(in_fd);
  STP_HOLD out = stp_fd_hold(out_fd);
  if (!in.file || !out.file || out.file->flags & O_APPEND ||
      (in.file->flags & O_ACCMODE) == O_WRONLY || (out.file->flags & O_ACCMODE) == O_RDONLY)
    return -EBADF;
  if (stp_directory_path(in.file) || stp_directory_path(out.file))
    return -EISDIR;
  if (flags || !stp_regular_inode(in.file) || !stp_regular_inode(out.file))
    return -EINVAL;
  off_t from = in_offset ? *in_offset : stp_file_seek(in.file, 0, SEEK_CUR);
  off_t to = out_offset ? *out_offset : stp_file_seek(out.file, 0, SEEK_CUR);
  const off_t size = (off_t)(count < SSIZE_MAX / 2 ? count : SSIZE_MAX / 2);
  const bool overlap = from < to + size && to < from + size;
  if (from < 0 || to < 0 || (overlap && stp_regular_inode(in.file) == stp_regular_inode(out.file)))
    return -EINVAL;
  const ssize_t result = copy(out.file, in.file, &from, &to, count);
  if (in_offset)
    *in_offset = from;
  else
    stp_file_seek(in.file, from, SEEK_SET);
  if (out_offset)
    *out_offset = to;
  else
    stp_file_seek(out.file, to, SEEK_SET);
  return result;
}

ssize_t simterpose_copy_file_range(int in_fd, off_t* in_offset, int out_fd, off_t* out_offset,
                                   size_t count, unsigned flags) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return stp_return(copy_range(in_fd, in_offset, out_fd, out_offset, count, flags));
}
