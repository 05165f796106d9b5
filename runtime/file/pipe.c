/* Pipes, after pipe(7) and Linux's fs/pipe.c. Linux keeps pages, which partly filled ones make
 * smaller than the capacity; here the capacity is in bytes. */
#include "file/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

#include "file/bytes.h"
#include "file/description.h"
#include "process/process.h"
#include "process/signals.h"
#include "time/spin.h"

enum { DEFAULT_CAPACITY = 65536, MAX_CAPACITY = 1 << 30 };

struct end {
  struct stp_file file;
  struct pipe* pipe;
  bool closed;
};

struct pipe {
  struct end reader, writer;
  struct stp_bytes bytes;
  size_t used, capacity;
  ino_t inode;
};

static struct pipe* pipe_of(const struct stp_file* file) { return ((const struct end*)file)->pipe; }

static size_t room(const struct pipe* pipe) { return pipe->capacity - pipe->used; }

static const unsigned in = POLLIN | POLLRDNORM, out = POLLOUT | POLLWRNORM;

/* ---- reading ---- */

/* Takes what there is; tells writers if it made room where there was none for an atomic write. */
static size_t take(struct pipe* pipe, struct stp_cursor* to, size_t length) {
  const bool was_full = room(pipe) < PIPE_BUF;
  const size_t taken = length < pipe->used ? length : pipe->used;
  stp_bytes_copy(&pipe->bytes, to, taken);
  stp_bytes_drop(&pipe->bytes, taken);
  pipe->used -= taken;
  if (was_full && !pipe->writer.closed)
    stp_file_notify_for(&pipe->writer.file, out);
  return taken;
}

static ssize_t pipe_read(struct stp_file* file, const struct iovec* vectors, int count,
                         off_t offset) {
  struct pipe* pipe = pipe_of(file);
  if (offset != -1)
    return -ESPIPE;
  struct stp_cursor to = {vectors, count, 0};
  const size_t length = stp_cursor_left(&to);
  if (length == 0)
    return 0;
  while (pipe->used == 0) {
    if (pipe->writer.closed)
      return 0;
    if (stp_file_nonblocking(file)) {
      stp_spin_check();
      return -EAGAIN;
    }
    const int result = stp_wait(&file->changed, INFINITY);
    if (result < 0)
      return result;
  }
  return (ssize_t)take(pipe, &to, length);
}

static unsigned read_poll(struct stp_file* file) {
  const struct pipe* pipe = pipe_of(file);
  return (pipe->used > 0 ? in : 0) | (pipe->writer.closed ? POLLHUP : 0);
}

/* ---- writing ---- */

static void put(struct pipe* pipe, struct stp_cursor* from, size_t length) {
  stp_bytes_put(&pipe->bytes, from, length);
  pipe->used += length;
  stp_file_notify_for(&pipe->reader.file, in);
}

/* Waits for room: all of what is asked if that must be atomic, else any. */
static int await_room(struct stp_file* file, struct pipe* pipe, size_t needed) {
  while (!pipe->reader.closed && room(pipe) < needed) {
    if (stp_file_nonblocking(file)) {
      stp_spin_check();
      return -EAGAIN;
    }
    const int result = stp_wait(&file->changed, INFINITY);
    if (result < 0)
      return result;
  }
  if (!pipe->reader.closed)
    return 0;
  stp_signal_raise(SIGPIPE);
  return -EPIPE;
}

static ssize_t pipe_write(struct stp_file* file, const struct iovec* vectors, int count,
                          off_t offset) {
  struct pipe* pipe = pipe_of(file);
  if (offset != -1)
    return -ESPIPE;
  struct stp_cursor from = {vectors, count, 0};
  const size_t length = stp_cursor_left(&from);
  const size_t needed = length <= PIPE_BUF ? length : 1;
  size_t written = 0;
  while (written < length) {
    const int result = await_room(file, pipe, needed);
    if (result < 0)
      return written > 0 ? (ssize_t)written : result;
    const size_t part = length - written < room(pipe) ? length - written : room(pipe);
    put(pipe, &from, part);
    written += part;
  }
  return (ssize_t)length;
}

static unsigned write_poll(struct stp_file* file) {
  const struct pipe* pipe = pipe_of(file);
  return (room(pipe) >= PIPE_BUF ? out : 0) | (pipe->reader.closed ? POLLERR : 0);
}

/* ---- both ends ---- */

static int pipe_ioctl(struct stp_file* file, unsigned long request, void* argument) {
  if (request != FIONREAD)
    return -ENOTTY;
  *(int*)argument = (int)pipe_of(file)->used;
  return 0;
}

static int pipe_stat(struct stp_file* file, struct stat* result) {
  memset(result, 0, sizeof *result);
  result->st_mode = S_IFIFO | 0600;
  result->st_nlink = 1;
  result->st_blksize = STP_PAGE;
  result->st_ino = pipe_of(file)->inode;
  return 0;
}

static void pipe_close(struct stp_file* file) {
  struct end* end = (struct end*)file;
  struct pipe* pipe = end->pipe;
  end->closed = true;
  struct end* other = end == &pipe->reader ? &pipe->writer : &pipe->reader;
  if (other->closed) {
    stp_bytes_clear(&pipe->bytes);
    stp_free(pipe);
  } else {
    stp_file_notify(&other->file);
  }
}

static const struct stp_file_ops read_operations = {
    .kind = "pipe",
    .read = pipe_read,
    .poll = read_poll,
    .ioctl = pipe_ioctl,
    .stat = pipe_stat,
    .close = pipe_close,
};

static const struct stp_file_ops write_operations = {
    .kind = "pipe",
    .write = pipe_write,
    .poll = write_poll,
    .ioctl = pipe_ioctl,
    .stat = pipe_stat,
    .close = pipe_close,
};

void stp_pipe_create(int flags, struct stp_file** read_end, struct stp_file** write_end) {
  static ino_t last_inode;
  struct pipe* pipe = stp_alloc(sizeof *pipe);
  pipe->capacity = DEFAULT_CAPACITY;
  pipe->inode = ++last_inode;
  pipe->reader.pipe = pipe->writer.pipe = pipe;
  stp_file_init(&pipe->reader.file, &read_operations, O_RDONLY | flags);
  stp_file_init(&pipe->writer.file, &write_operations, O_WRONLY | flags);
  *read_end = &pipe->reader.file;
  *write_end = &pipe->writer.file;
}

bool stp_is_pipe(const struct stp_file* file) {
  return file->ops == &read_operations || file->ops == &write_operations;
}

int stp_pipe_capacity(const struct stp_file* file) {
  return stp_is_pipe(file) ? (int)pipe_of(file)->capacity : -EBADF;
}

int stp_pipe_set_capacity(struct stp_file* file, unsigned size) {
  if (!stp_is_pipe(file))
    return -EBADF;
  struct pipe* pipe = pipe_of(file);
  if (size == 0 || size > MAX_CAPACITY)
    return -EINVAL;
  size_t capacity = STP_PAGE;
  while (capacity < size)
    capacity *= 2;
  if (capacity < pipe->used)
    return -EBUSY;
  const bool grown = capacity > pipe->capacity;
  pipe->capacity = capacity;
  if (grown && !pipe->writer.closed)
    stp_file_notify_for(&pipe->writer.file, out);
  return (int)capacity;
}
