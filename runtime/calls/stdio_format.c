/* stdio.h: formatted output and input. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/fdtable.h"
#include "file/streams.h"

/* ---- output ---- */

int simterpose_vfprintf(FILE* stream, const char* format, va_list arguments) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return vfprintf(entered.file, format, arguments);
}

int simterpose_fprintf(FILE* stream, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose_vfprintf(stream, format, arguments);
  va_end(arguments);
  return result;
}

int simterpose_vprintf(const char* format, va_list arguments) {
  return simterpose_vfprintf(STP_STDOUT, format, arguments);
}

int simterpose_printf(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose_vprintf(format, arguments);
  va_end(arguments);
  return result;
}

/* Writes it all, as libc does. */
static int write_text(int fd, const char* text, int length) {
  STP_HOLD hold = stp_fd_hold(fd);
  if (!hold.file)
    return -EBADF;
  for (int done = 0; done < length;) {
    const struct iovec vector = {(char*)text + done, (size_t)(length - done)};
    const ssize_t written = stp_file_write(hold.file, &vector, 1, -1);
    if (written < 0)
      return (int)written;
    done += (int)written;
  }
  return length;
}

int simterpose_vdprintf(int fd, const char* format, va_list arguments) {
  STP_CALL();
  va_list again;
  va_copy(again, arguments);
  const int length = vsnprintf(NULL, 0, format, arguments);
  /* In the process's memory, so that nothing is lost if it is killed while it writes. */
  char* const text = length < 0 ? NULL : stp_heap_alloc(stp_me->heap, (size_t)length + 1);
  if (text)
    vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  if (!text)
    return length < 0 ? length : (int)stp_return(-ENOMEM);
  const int result = write_text(fd, text, length);
  stp_heap_free(stp_me->heap, text);
  return (int)stp_return(result);
}

int simterpose_dprintf(int fd, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose_vdprintf(fd, format, arguments);
  va_end(arguments);
  return result;
}

void simterpose_perror(const char* text) {
  const char* const message = strerror(errno);
  if (text && text[0])
    simterpose_fprintf(STP_STDERR, "%s: %s\n", text, message);
  else
    simterpose_fprintf(STP_STDERR, "%s\n", message);
}

/* ---- input ---- */

int simterpose_vfscanf(FILE* stream, const char* format, va_list arguments) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return vfscanf(entered.file, format, arguments);
}

int simterpose_fscanf(FILE* stream, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose_vfscanf(stream, format, arguments);
  va_end(arguments);
  return result;
}

int simterpose_vscanf(const char* format, va_list arguments) {
  return simterpose_vfscanf(STP_STDIN, format, arguments);
}

int simterpose_scanf(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose_vscanf(format, arguments);
  va_end(arguments);
  return result;
}
