/* fcntl.h: splice, tee and vmsplice, after Linux's fs/splice.c. Bytes are copied. */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/fdtable.h"
#include "file/pipe.h"

enum { BUFFER = 64 << 10 };

static const unsigned all_flags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_GIFT;

static bool readable(const struct stp_file* file) {
  return (file->flags & O_ACCMODE) != O_WRONLY && !(file->flags & O_PATH);
}

static bool writable(const struct stp_file* file) {
  return (file->flags & O_ACCMODE) != O_RDONLY && !(file->flags & O_PATH);
}

struct splice {
  struct stp_file *in, *out;
  off64_t *from, *to; /* null: their own positions */
  size_t count;
  bool nonblocking;
  char* buffer; /* BUFFER bytes in the process's memory */
};

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* From a pipe to anything: waits for the first bytes only. */
static ssize_t from_pipe(const struct splice* splice) {
  size_t total = 0;
  ssize_t result = 0;
  while (total < splice->count) {
    result = stp_pipe_await_bytes(splice->in, splice->nonblocking || total > 0);
    if (result <= 0)
      break;
    const size_t size = least(least((size_t)result, splice->count - total), BUFFER);
    stp_pipe_peek(splice->in, splice->buffer, size);
    const struct iovec data = {splice->buffer, size};
    result = stp_file_write(splice->out, &data, 1, splice->to ? *splice->to : -1);
    if (result <= 0)
      break;
    stp_pipe_drop(splice->in, (size_t)result);
    total += (size_t)result;
    if (splice->to)
      *splice->to += result;
    if ((size_t)result < size)
      break;
  }
  return total > 0 ? (ssize_t)total : result;
}

/* From anything else to a pipe: what one read gives, as far as there is room. */
static ssize_t to_pipe(const struct splice* splice) {
  const ssize_t room = stp_pipe_await_room(splice->out, splice->nonblocking);
  if (room < 0)
    return room;
  if (splice->nonblocking && !(stp_file_poll(splice->in) & (POLLIN | POLLHUP)))
    return -EAGAIN;
  const struct iovec space = {splice->buffer, least(least((size_t)room, splice->count), BUFFER)};
  const ssize_t got = stp_file_read(splice->in, &space, 1, splice->from ? *splice->from : -1);
  if (got <= 0)
    return got;
  if (splice->from)
    *splice->from += got;
  const struct iovec data = {splice->buffer, (size_t)got};
  return stp_file_write(splice->out, &data, 1, -1);
}

static ssize_t pipe_to_pipe(const struct splice* splice) {
  const ssize_t room = stp_pipe_await_room(splice->out, splice->nonblocking);
  if (room < 0)
    return room;
  struct splice part = *splice;
  part.count = least(splice->count, (size_t)room);
  return from_pipe(&part);
}

static ssize_t splice_files(struct splice* splice) {
  const bool in = stp_is_pipe(splice->in), out = stp_is_pipe(splice->out);
  if (!in && !out)
    return -EINVAL;
  if ((in && splice->from) || (out && splice->to))
    return -ESPIPE;
  if (stp_pipe_same(splice->in, splice->out) || (!out && splice->out->flags & O_APPEND) ||
      (splice->from && !splice->in->ops->seek) || (splice->to && !splice->out->ops->seek))
    return -EINVAL;
  splice->nonblocking |=
      (in && stp_file_nonblocking(splice->out)) || (out && stp_file_nonblocking(splice->in));
  splice->buffer = stp_heap_alloc(stp_me->heap, BUFFER);
  if (!splice->buffer)
    return -ENOMEM;
  const ssize_t result = in && out ? pipe_to_pipe(splice)
                         : in      ? from_pipe(splice)
                                   : to_pipe(splice);
  stp_heap_free(stp_me->heap, splice->buffer);
  return result;
}

ssize_t simterpose_splice(int in_fd, off64_t* from, int out_fd, off64_t* to, size_t count,
                          unsigned flags) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  if (count == 0)
    return 0;
  if (flags & ~all_flags)
    return stp_return(-EINVAL);
  STP_HOLD in = stp_fd_hold(in_fd);
  STP_HOLD out = stp_fd_hold(out_fd);
  if (!in.file || !out.file || !readable(in.file) || !writable(out.file))
    return stp_return(-EBADF);
  struct splice splice = {in.file, out.file, from, to, count, flags & SPLICE_F_NONBLOCK, NULL};
  return stp_return(splice_files(&splice));
}

/* Copies what is in one pipe to another, and leaves it. */
static ssize_t copy(struct stp_file* in, struct stp_file* out, size_t count, bool nonblocking) {
  const ssize_t ready = stp_pipe_await_bytes(in, nonblocking);
  if (ready <= 0)
    return ready;
  const ssize_t room = stp_pipe_await_room(out, nonblocking);
  if (room < 0)
    return room;
  const size_t size = least(least((size_t)ready, (size_t)room), count);
  char* const buffer = stp_heap_alloc(stp_me->heap, size);
  if (!buffer)
    return -ENOMEM;
  stp_pipe_peek(in, buffer, size);
  const struct iovec data = {buffer, size};
  const ssize_t result = stp_file_write(out, &data, 1, -1);
  stp_heap_free(stp_me->heap, buffer);
  return result;
}

ssize_t simterpose_tee(int in_fd, int out_fd, size_t count, unsigned flags) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  if (flags & ~all_flags)
    return stp_return(-EINVAL);
  if (count == 0)
    return 0;
  STP_HOLD in = stp_fd_hold(in_fd);
  STP_HOLD out = stp_fd_hold(out_fd);
  if (!in.file || !out.file || !readable(in.file) || !writable(out.file))
    return stp_return(-EBADF);
  if (!stp_is_pipe(in.file) || !stp_is_pipe(out.file) || stp_pipe_same(in.file, out.file))
    return stp_return(-EINVAL);
  const bool nonblocking =
      flags & SPLICE_F_NONBLOCK || stp_file_nonblocking(in.file) || stp_file_nonblocking(out.file);
  return stp_return(copy(in.file, out.file, count, nonblocking));
}

/* As much as there is room for, once there is any. */
static ssize_t give(struct stp_file* out, const struct iovec* vectors, size_t count,
                    bool nonblocking) {
  ssize_t room = stp_pipe_await_room(out, nonblocking), total = 0;
  if (room < 0)
    return room;
  for (size_t i = 0; i < count && room > 0; i++) {
    const struct iovec part = {vectors[i].iov_base, least(vectors[i].iov_len, (size_t)room)};
    const ssize_t written = part.iov_len > 0 ? stp_file_write(out, &part, 1, -1) : 0;
    if (written < 0)
      return total > 0 ? total : written;
    total += written;
    room -= written;
  }
  return total;
}

ssize_t simterpose_vmsplice(int fd, const struct iovec* vectors, size_t count, unsigned flags) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  STP_HOLD hold = stp_fd_hold(fd);
  if (flags & ~all_flags)
    return stp_return(-EINVAL);
  if (!hold.file)
    return stp_return(-EBADF);
  if (count > IOV_MAX)
    return stp_return(-EINVAL);
  size_t total = 0;
  for (size_t i = 0; i < count; i++)
    total += vectors[i].iov_len;
  if (total == 0)
    return 0;
  if (!stp_is_pipe(hold.file))
    return stp_return(-EBADF);
  const bool nonblocking = flags & SPLICE_F_NONBLOCK || stp_file_nonblocking(hold.file);
  if (writable(hold.file))
    return stp_return(give(hold.file, vectors, count, nonblocking));
  const ssize_t ready = stp_pipe_await_bytes(hold.file, nonblocking);
  return stp_return(ready <= 0 ? ready : stp_file_read(hold.file, vectors, (int)count, -1));
}
