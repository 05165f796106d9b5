/* Pipes and FIFOs, after pipe(7), fifo(7) and Linux's fs/pipe.c. Linux keeps pages, which partly
 * filled ones make smaller than the capacity; here the capacity is in bytes. */
#include "file/pipe_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utlist.h>

#include "file/bytes.h"
#include "file/description.h"
#include "file/fdtable.h"
#include "file/inode.h"
#include "file/inotify.h"
#include "file/locks.h"
#include "file/regular.h"
#include "process/process.h"
#include "process/signals.h"
#include "time/spin.h"

enum { DEFAULT_CAPACITY = 65536, MAX_CAPACITY = 1 << 30 };

static size_t room(const struct stp_pipe* pipe) { return pipe->capacity - pipe->used; }

static const unsigned in = POLLIN | POLLRDNORM, out = POLLOUT | POLLWRNORM;

static bool reads(const struct stp_file* file) { return (file->flags & O_ACCMODE) != O_WRONLY; }
static bool writes(const struct stp_file* file) { return (file->flags & O_ACCMODE) != O_RDONLY; }

static void notify_readers(struct stp_pipe* pipe, unsigned events) {
  struct stp_pipe_end* end;
  DL_FOREACH(pipe->ends, end)
  if (reads(&end->file))
    stp_file_notify_for(&end->file, events);
}

static void notify_writers(struct stp_pipe* pipe, unsigned events) {
  struct stp_pipe_end* end;
  DL_FOREACH(pipe->ends, end)
  if (writes(&end->file))
    stp_file_notify_for(&end->file, events);
}

/* ---- reading ---- */

ssize_t stp_pipe_await_bytes(struct stp_file* file, bool nonblocking) {
  const struct stp_pipe* pipe = stp_pipe_of(file);
  while (pipe->used == 0) {
    if (pipe->writers == 0)
      return 0;
    if (nonblocking) {
      stp_spin_check();
      return -EAGAIN;
    }
    const int result = stp_wait(&file->changed, INFINITY);
    if (result < 0)
      return result;
  }
  return (ssize_t)pipe->used;
}

void stp_pipe_peek(struct stp_file* file, void* to, size_t size) {
  const struct iovec vector = {to, size};
  struct stp_cursor cursor = {&vector, 1, 0};
  stp_bytes_copy(&stp_pipe_of(file)->bytes, 0, &cursor, size);
}

/* Tells writers if it made room where there was none for an atomic write. */
void stp_pipe_drop(struct stp_file* file, size_t size) {
  struct stp_pipe* pipe = stp_pipe_of(file);
  const bool was_full = room(pipe) < PIPE_BUF;
  if (size > pipe->used)
    size = pipe->used;
  stp_bytes_drop(&pipe->bytes, size);
  pipe->used -= size;
  if (was_full)
    notify_writers(pipe, out);
}

static ssize_t pipe_read(struct stp_file* file, const struct iovec* vectors, int count,
                         off_t offset) {
  struct stp_pipe* pipe = stp_pipe_of(file);
  if (offset != -1)
    return -ESPIPE;
  struct stp_cursor to = {vectors, count, 0};
  const size_t length = stp_cursor_left(&to);
  if (length == 0)
    return 0;
  const ssize_t ready = stp_pipe_await_bytes(file, stp_file_nonblocking(file));
  if (ready <= 0)
    return ready;
  const size_t taken = length < (size_t)ready ? length : (size_t)ready;
  stp_bytes_copy(&pipe->bytes, 0, &to, taken);
  stp_pipe_drop(file, taken);
  if (pipe->inode) {
    stp_inode_accessed(pipe->inode);
    stp_notify(pipe->inode, IN_ACCESS);
  }
  return (ssize_t)taken;
}

/* ---- writing ---- */

/* Waits for room: all of what is asked if that must be atomic, else any. */
static int await_room(struct stp_file* file, size_t needed, bool nonblocking) {
  const struct stp_pipe* pipe = stp_pipe_of(file);
  while (pipe->readers > 0 && room(pipe) < needed) {
    if (nonblocking) {
      stp_spin_check();
      return -EAGAIN;
    }
    const int result = stp_wait(&file->changed, INFINITY);
    if (result < 0)
      return result;
  }
  if (pipe->readers > 0)
    return 0;
  stp_signal_raise(SIGPIPE);
  return -EPIPE;
}

ssize_t stp_pipe_await_room(struct stp_file* file, bool nonblocking) {
  const int error = await_room(file, 1, nonblocking);
  return error < 0 ? error : (ssize_t)room(stp_pipe_of(file));
}

static void put(struct stp_pipe* pipe, struct stp_cursor* from, size_t length) {
  stp_bytes_put(&pipe->bytes, from, length);
  pipe->used += length;
  notify_readers(pipe, in);
}

static ssize_t pipe_write(struct stp_file* file, const struct iovec* vectors, int count,
                          off_t offset) {
  struct stp_pipe* pipe = stp_pipe_of(file);
  if (offset != -1)
    return -ESPIPE;
  struct stp_cursor from = {vectors, count, 0};
  const size_t length = stp_cursor_left(&from);
  const size_t needed = length <= PIPE_BUF ? length : 1;
  size_t written = 0;
  while (written < length) {
    const int result = await_room(file, needed, stp_file_nonblocking(file));
    if (result < 0)
      return written > 0 ? (ssize_t)written : result;
    const size_t part = length - written < room(pipe) ? length - written : room(pipe);
    put(pipe, &from, part);
    written += part;
  }
  if (pipe->inode && length > 0) {
    stp_inode_modified(pipe->inode);
    stp_notify(pipe->inode, IN_MODIFY);
  }
  return (ssize_t)length;
}

/* ---- both ends ---- */

static unsigned pipe_poll(struct stp_file* file) {
  const struct stp_pipe* pipe = stp_pipe_of(file);
  unsigned events = 0;
  if (reads(file) && pipe->used > 0)
    events |= in;
  if (reads(file) && pipe->writers == 0 &&
      ((const struct stp_pipe_end*)file)->writers_before != pipe->writers_ever)
    events |= POLLHUP;
  if (writes(file) && room(pipe) >= PIPE_BUF)
    events |= out;
  if (writes(file) && pipe->readers == 0)
    events |= POLLERR;
  return events;
}

static int pipe_ioctl(struct stp_file* file, unsigned long request, void* argument) {
  if (request != FIONREAD)
    return -ENOTTY;
  *(int*)argument = (int)stp_pipe_of(file)->used;
  return 0;
}

static int pipe_stat(struct stp_file* file, struct stat* result) {
  const struct stp_pipe* pipe = stp_pipe_of(file);
  struct stat real;
  if (pipe->inode) {
    if (fstat(pipe->real, &real) != 0)
      return -errno;
    stp_inode_stat(pipe->inode, &real, result);
    return 0;
  }
  memset(result, 0, sizeof *result);
  result->st_mode = S_IFIFO | 0600;
  result->st_nlink = 1;
  result->st_blksize = STP_PAGE;
  result->st_ino = pipe->number;
  return 0;
}

static void pipe_free(struct stp_pipe* pipe) {
  stp_bytes_clear(&pipe->bytes);
  if (pipe->inode) {
    *stp_inode_pipe(pipe->inode) = NULL;
    stp_inode_unref(pipe->inode);
    close(pipe->real);
  }
  stp_free(pipe);
}

static void pipe_detach(struct stp_file* file, struct stp_process* process) {
  if (stp_pipe_of(file)->inode)
    stp_locks_drop(stp_pipe_of(file)->inode, process, STP_LOCK_RECORD);
}

static void pipe_close(struct stp_file* file) {
  struct stp_pipe_end* end = (struct stp_pipe_end*)file;
  struct stp_pipe* pipe = end->pipe;
  DL_DELETE(pipe->ends, end);
  pipe->readers -= reads(file);
  pipe->writers -= writes(file);
  if (reads(file) && pipe->readers == 0)
    notify_writers(pipe, 0);
  if (writes(file) && pipe->writers == 0)
    notify_readers(pipe, 0);
  if (pipe->inode) {
    stp_locks_drop(pipe->inode, file, STP_LOCK_ANY);
    stp_notify(pipe->inode, writes(file) ? IN_CLOSE_WRITE : IN_CLOSE_NOWRITE);
  }
  if (!pipe->ends)
    pipe_free(pipe);
  stp_free(end);
}

static const struct stp_file_ops pipe_ops = {
    .kind = "pipe",
    .async = true,
    .read = pipe_read,
    .write = pipe_write,
    .poll = pipe_poll,
    .ioctl = pipe_ioctl,
    .stat = pipe_stat,
    .detach = pipe_detach,
    .close = pipe_close,
};

/* ---- opening ---- */

struct stp_pipe* stp_pipe_new(void) {
  static ino_t last_number;
  struct stp_pipe* pipe = stp_alloc(sizeof *pipe);
  pipe->capacity = DEFAULT_CAPACITY;
  pipe->number = ++last_number;
  return pipe;
}

struct stp_file* stp_pipe_add_end(struct stp_pipe* pipe, int flags) {
  struct stp_pipe_end* end = stp_alloc(sizeof *end);
  stp_file_init(&end->file, &pipe_ops, flags);
  end->pipe = pipe;
  end->writers_before = UINT_MAX;
  DL_APPEND(pipe->ends, end);
  pipe->readers += reads(&end->file);
  pipe->readers_ever += reads(&end->file);
  pipe->writers += writes(&end->file);
  pipe->writers_ever += writes(&end->file);
  return &end->file;
}

void stp_pipe_create(int flags, struct stp_file** read_end, struct stp_file** write_end) {
  struct stp_pipe* pipe = stp_pipe_new();
  *read_end = stp_pipe_add_end(pipe, O_RDONLY | flags);
  *write_end = stp_pipe_add_end(pipe, O_WRONLY | flags);
}

int stp_pipe_reopen(struct stp_file* file, int flags, struct stp_file** opened) {
  if (!stp_is_pipe(file))
    *opened = stp_file_ref(file);
  else
    *opened = stp_pipe_add_end(stp_pipe_of(file), flags & (O_ACCMODE | O_NONBLOCK | O_APPEND));
  return 0;
}

bool stp_is_pipe(const struct stp_file* file) { return file->ops == &pipe_ops; }

bool stp_pipe_same(const struct stp_file* one, const struct stp_file* other) {
  return stp_is_pipe(one) && stp_is_pipe(other) && stp_pipe_of(one) == stp_pipe_of(other);
}

int stp_pipe_capacity(const struct stp_file* file) {
  return stp_is_pipe(file) ? (int)stp_pipe_of(file)->capacity : -EBADF;
}

int stp_pipe_set_capacity(struct stp_file* file, unsigned size) {
  if (!stp_is_pipe(file))
    return -EBADF;
  struct stp_pipe* pipe = stp_pipe_of(file);
  if (size == 0 || size > MAX_CAPACITY)
    return -EINVAL;
  size_t capacity = STP_PAGE;
  while (capacity < size)
    capacity *= 2;
  if (capacity < pipe->used)
    return -EBUSY;
  const bool grown = capacity > pipe->capacity;
  pipe->capacity = capacity;
  if (grown)
    notify_writers(pipe, out);
  return (int)capacity;
}
