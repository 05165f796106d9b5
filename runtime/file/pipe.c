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

#include "file/description.h"
#include "file/ring.h"
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
  struct stp_ring ring;
  size_t capacity; /* >= ring.used */
  ino_t inode;
};

static struct pipe* pipe_of(const struct stp_file* file) { return ((const struct end*)file)->pipe; }

static size_t room(const struct pipe* pipe) { return pipe->capacity - pipe->ring.used; }

static const unsigned in = POLLIN | POLLRDNORM, out = POLLOUT | POLLWRNORM;

/* ---- reading ---- */

/* Takes what there is; tells writers if it made room where there was none for an atomic write. */
static ssize_t take(struct pipe* pipe, const struct iovec* vectors, int count) {
  const bool was_full = room(pipe) < PIPE_BUF;
  size_t taken = 0;
  for (int i = 0; i < count && pipe->ring.used > 0; i++)
    taken += stp_ring_get(&pipe->ring, vectors[i].iov_base, vectors[i].iov_len);
  if (was_full && taken > 0 && !pipe->writer.closed)
    stp_file_notify_for(&pipe->writer.file, out);
  return (ssize_t)taken;
}

static size_t length_of(const struct iovec* vectors, int count) {
  size_t length = 0;
  for (int i = 0; i < count; i++)
    length += vectors[i].iov_len;
  return length;
}

static ssize_t pipe_read(struct stp_file* file, const struct iovec* vectors, int count,
                         off_t offset) {
  struct pipe* pipe = pipe_of(file);
  if (offset != -1)
    return -ESPIPE;
  if (length_of(vectors, count) == 0)
    return 0;
  while (pipe->ring.used == 0) {
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
  return take(pipe, vectors, count);
}

static unsigned read_poll(struct stp_file* file) {
  const struct pipe* pipe = pipe_of(file);
  return (pipe->ring.used > 0 ? in : 0) | (pipe->writer.closed ? POLLHUP : 0);
}

/* ---- writing ---- */

/* What is left to write of a vector. */
struct rest {
  const struct iovec* vectors;
  size_t skipped; /* bytes written of the first one */
  size_t length;
};

static void put(struct pipe* pipe, struct rest* rest, size_t length) {
  rest->length -= length;
  while (length > 0) {
    const size_t left = rest->vectors->iov_len - rest->skipped;
    const size_t now = left < length ? left : length;
    stp_ring_put(&pipe->ring, (const char*)rest->vectors->iov_base + rest->skipped, now);
    rest->skipped += now;
    length -= now;
    if (rest->skipped == rest->vectors->iov_len) {
      rest->vectors++;
      rest->skipped = 0;
    }
  }
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
  struct rest rest = {.vectors = vectors, .length = length_of(vectors, count)};
  const size_t length = rest.length;
  const bool atomic = length <= PIPE_BUF;
  while (rest.length > 0) {
    const int result = await_room(file, pipe, atomic ? length : 1);
    if (result < 0)
      return rest.length < length ? (ssize_t)(length - rest.length) : result;
    put(pipe, &rest, rest.length < room(pipe) ? rest.length : room(pipe));
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
  *(int*)argument = (int)pipe_of(file)->ring.used;
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
    stp_ring_free(&pipe->ring);
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
  if (capacity < pipe->ring.used)
    return -EBUSY;
  const bool grown = capacity > pipe->capacity;
  pipe->capacity = capacity;
  if (grown && !pipe->writer.closed)
    stp_file_notify_for(&pipe->writer.file, out);
  return (int)capacity;
}
