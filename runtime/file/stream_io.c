/* What libc calls to fill and empty the buffers of a stream, and how its mode is read and changed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio_ext.h>
#include <string.h>

#include "file/description.h"
#include "file/fdtable.h"
#include "file/stream.h"
#include "process/process.h"
#include "trace/strace.h"

/* ---- transfers ---- */

static ssize_t fail(ssize_t result) {
  if (result >= 0)
    return result;
  errno = (int)-result;
  return -1;
}

/* A cancellation point, like the call that libc makes of its own. */
static ssize_t transfer(struct stp_file* file, int fd, char* bytes, size_t size, bool in) {
  const bool point = stp_self->cancel_point;
  const struct iovec vector = {bytes, size};
  stp_self->cancel_point = true;
  const ssize_t result =
      STP_STRACE(in ? "read" : "write",
                 in ? stp_file_read(file, &vector, 1, -1) : stp_file_write(file, &vector, 1, -1),
                 (uintptr_t)fd, (uintptr_t)bytes, size);
  stp_cancel_note(result);
  stp_self->cancel_point = point;
  return result;
}

static ssize_t stream_read(void* cookie, char* buffer, size_t size) {
  const struct stp_stream* const stream = cookie;
  if (stream->fd < 0)
    return stream->custom.read ? stream->custom.read(stream->cookie, buffer, size) : 0;
  STP_HOLD hold = stp_fd_hold(stream->fd);
  return fail(hold.file ? transfer(hold.file, stream->fd, buffer, size, true) : -EBADF);
}

static ssize_t stream_write(void* cookie, const char* buffer, size_t size) {
  const struct stp_stream* const stream = cookie;
  if (stream->fd < 0)
    return stream->custom.write ? stream->custom.write(stream->cookie, buffer, size)
                                : (ssize_t)size;
  STP_HOLD hold = stp_fd_hold(stream->fd);
  if (!hold.file)
    return fail(-EBADF);
  size_t done = 0;
  while (done < size) { /* as libc does for its own files */
    const ssize_t result =
        transfer(hold.file, stream->fd, (char*)buffer + done, size - done, false);
    if (result < 0) {
      errno = (int)-result;
      break;
    }
    done += (size_t)result;
  }
  return (ssize_t)done;
}

static int stream_seek(void* cookie, off64_t* position, int whence) {
  const struct stp_stream* const stream = cookie;
  if (stream->fd < 0)
    return stream->custom.seek ? stream->custom.seek(stream->cookie, position, whence)
                               : (int)fail(-ESPIPE);
  struct stp_file* const file = stp_fd_get(stream->fd);
  const off_t result = STP_STRACE("lseek", file ? stp_file_seek(file, *position, whence) : -EBADF,
                                  (uintptr_t)stream->fd, (uintptr_t)*position, (uintptr_t)whence);
  if (result < 0)
    return (int)fail(result);
  *position = result;
  return 0;
}

int stp_stream_close_under(struct stp_stream* stream) {
  const int result =
      stream->fd < 0
          ? 0
          : (int)fail(STP_STRACE("close", stp_fd_close(stream->fd), (uintptr_t)stream->fd));
  return stream->custom.close ? stream->custom.close(stream->cookie) : result;
}

const cookie_io_functions_t stp_stream_functions = {stream_read, stream_write, stream_seek, NULL};

/* ---- modes ---- */

int stp_stream_parse(const char* mode, struct stp_stream_mode* parsed) {
  switch (mode[0]) {
  case 'r':
    parsed->flags = O_RDONLY;
    break;
  case 'w':
    parsed->flags = O_WRONLY | O_CREAT | O_TRUNC;
    break;
  case 'a':
    parsed->flags = O_WRONLY | O_CREAT | O_APPEND;
    break;
  default:
    return -EINVAL;
  }
  memcpy(parsed->libc, (char[3]){mode[0]}, sizeof parsed->libc);
  for (int i = 1; i < 7 && mode[i] && mode[i] != ','; i++)
    if (mode[i] == '+') {
      parsed->flags = (parsed->flags & ~O_ACCMODE) | O_RDWR;
      parsed->libc[1] = '+';
    } else if (mode[i] == 'x') {
      parsed->flags |= O_EXCL;
    } else if (mode[i] == 'e') {
      parsed->flags |= O_CLOEXEC;
    }
  return 0;
}

void stp_stream_reset(FILE* file, const struct stp_stream_mode* mode) {
  __fpurge(file);
  clearerr(file);
  file->_flags &= ~(IO_NO_READS | IO_NO_WRITES | IO_IS_APPENDING);
  if (mode->libc[0] == 'a')
    file->_flags |= IO_IS_APPENDING;
  if (mode->libc[1] != '+')
    file->_flags |= mode->libc[0] == 'r' ? IO_NO_WRITES : IO_NO_READS;
  file->_offset = -1; /* unknown */
  struct stp_stream_wide* const wide = stp_stream_wide(file);
  if (wide)
    *wide = (struct stp_stream_wide){0};
}
