/* stdio.h: opening and closing streams. */
#include <fcntl.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/fdtable.h"
#include "file/paths.h"
#include "file/regular.h"
#include "file/streams.h"
#include "trace/strace.h"

static FILE* fail(int error) {
  errno = -error;
  return NULL;
}

/* A fresh descriptor of what is at `path`. */
static int open_path(const char* path, int flags) {
  struct stp_file* file;
  const int error = stp_open(AT_FDCWD, path, flags, 0666, &file);
  const int fd = error < 0 ? error : stp_fd_install(file, 0, flags & O_CLOEXEC);
  if (fd >= 0 && flags & O_APPEND)
    stp_file_seek(file, 0, SEEK_END);
  return fd;
}

FILE* simterpose_fopen(const char* path, const char* mode) {
  STP_CALL();
  struct stp_stream_mode parsed;
  const int error = stp_stream_parse(mode, &parsed);
  if (error < 0)
    return fail(error);
  const int fd = STP_STRACE("openat", open_path(path, parsed.flags), (uintptr_t)AT_FDCWD,
                            (uintptr_t)path, (uintptr_t)parsed.flags, 0666);
  return fd < 0 ? fail(fd) : stp_stream_open(fd, parsed.libc);
}

FILE* simterpose_fdopen(int fd, const char* mode) {
  struct stp_stream_mode parsed;
  const int error = stp_stream_parse(mode, &parsed);
  struct stp_file* const file = stp_fd_get(fd);
  if (error < 0 || !file)
    return fail(error < 0 ? error : -EBADF);
  const int wanted = parsed.flags & O_ACCMODE, allowed = file->flags & O_ACCMODE;
  if (allowed != O_RDWR && wanted != allowed)
    return fail(-EINVAL);
  if (parsed.flags & O_APPEND && !(file->flags & O_APPEND))
    stp_file_set_flags(file, file->flags | O_APPEND);
  if (parsed.flags & O_CLOEXEC)
    stp_fd_set_close_on_exec(fd, true);
  return stp_stream_open(fd, parsed.libc);
}

/* The new file takes the descriptor of the old one; the FILE stays. */
static int reopen(FILE* stream, const char* path, const struct stp_stream_mode* mode) {
  const int fd = stp_stream_descriptor(stream);
  if (!path) {
    struct stp_file* const file = fd < 0 ? NULL : stp_fd_get(fd);
    if (!file)
      return -EBADF;
    stp_file_set_flags(file, (file->flags & ~O_APPEND) | (mode->flags & O_APPEND));
    return 0;
  }
  if (fd < 0)
    return -EBADF;
  struct stp_file* file;
  int error = stp_open(AT_FDCWD, path, mode->flags, 0666, &file);
  if (error < 0) {
    stp_fd_close(fd);
    return error;
  }
  if (mode->flags & O_APPEND)
    stp_file_seek(file, 0, SEEK_END);
  error = stp_fd_replace(fd, file, mode->flags & O_CLOEXEC);
  return error < 0 ? error : 0;
}

FILE* simterpose_freopen(const char* path, const char* mode, FILE* stream) {
  STP_CALL();
  struct stp_stream_mode parsed;
  int error = stp_stream_parse(mode, &parsed);
  if (error < 0)
    return fail(error);
  STP_STREAM entered = stp_stream_enter(stream);
  fflush(entered.file);
  error = reopen(entered.file, path, &parsed);
  if (error < 0)
    return fail(error);
  stp_stream_reset(entered.file, &parsed);
  return entered.file;
}

int simterpose_fclose(FILE* stream) {
  STP_CALL();
  FILE* const file = stp_stream_file(stream);
  stp_stream_lock(file, true);
  return stp_stream_close(file);
}

int simterpose_fcloseall(void) { return stp_streams_flush(); }

int simterpose_fflush(FILE* stream) {
  STP_CALL();
  if (!stream)
    return stp_streams_flush();
  STP_STREAM entered = stp_stream_enter(stream);
  return fflush(entered.file);
}

FILE* simterpose_tmpfile(void) {
  struct stp_file* file;
  const int error = stp_anonymous_open("tmpfile", O_RDWR, &file);
  const int fd = error < 0 ? error : stp_fd_install(file, 0, 0);
  return fd < 0 ? fail(fd) : stp_stream_open(fd, "w+");
}

FILE* simterpose_fopencookie(void* cookie, const char* mode, cookie_io_functions_t functions) {
  return stp_stream_custom(cookie, mode, functions);
}

int simterpose_fileno(FILE* stream) { return (int)stp_return(stp_stream_descriptor(stream)); }

void simterpose_flockfile(FILE* stream) {
  STP_CALL();
  stp_stream_lock(stream, true);
}

int simterpose_ftrylockfile(FILE* stream) { return stp_stream_lock(stream, false) ? 0 : EBUSY; }

void simterpose_funlockfile(FILE* stream) { stp_stream_unlock(stream); }

/* Unsynchronised, std::cout would gather the output of all processes in one buffer. */
bool simterpose__ZNSt8ios_base15sync_with_stdioEb(bool synchronised) {
  (void)synchronised;
  return true;
}
