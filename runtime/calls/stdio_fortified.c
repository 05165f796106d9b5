/* stdio.h, compiled with _FORTIFY_SOURCE: libc's checked formatting, on the process's streams. */
#include <stdarg.h>

#include "calls/adapter.h"
#include "file/streams.h"

int simterpose___vfprintf_chk(FILE* stream, int flag, const char* format, va_list arguments) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return __vfprintf_chk(entered.file, flag, format, arguments);
}

int simterpose___fprintf_chk(FILE* stream, int flag, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose___vfprintf_chk(stream, flag, format, arguments);
  va_end(arguments);
  return result;
}

int simterpose___vprintf_chk(int flag, const char* format, va_list arguments) {
  return simterpose___vfprintf_chk(STP_STDOUT, flag, format, arguments);
}

int simterpose___printf_chk(int flag, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose___vprintf_chk(flag, format, arguments);
  va_end(arguments);
  return result;
}

int simterpose___vdprintf_chk(int fd, int flag, const char* format, va_list arguments) {
  (void)flag;
  return simterpose_vdprintf(fd, format, arguments);
}

int simterpose___dprintf_chk(int fd, int flag, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose___vdprintf_chk(fd, flag, format, arguments);
  va_end(arguments);
  return result;
}
