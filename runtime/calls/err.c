/* err.h and error.h: messages on the process's standard error, led by the program's name. */
#include <stdarg.h>
#include <string.h>

#include "calls/adapter.h"
#include "calls/complain.h"
#include "calls/exit.h"
#include "file/streams.h"

static void put(const char* format, ...) __attribute__((format(printf, 1, 2)));

static void put(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(STP_STDERR, format, arguments);
  va_end(arguments);
}

void simterpose_vwarnx(const char* format, va_list arguments) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(STP_STDERR);
  put("%s: ", stp_program_name());
  if (format)
    vfprintf(entered.file, format, arguments);
  put("\n");
}

void simterpose_vwarn(const char* format, va_list arguments) {
  STP_CALL();
  const int error = errno;
  STP_STREAM entered = stp_stream_enter(STP_STDERR);
  put("%s: ", stp_program_name());
  if (format) {
    vfprintf(entered.file, format, arguments);
    put(": ");
  }
  put("%s\n", strerror(error));
  errno = error;
}

void simterpose_verrx(int status, const char* format, va_list arguments) {
  simterpose_vwarnx(format, arguments);
  stp_exit(status);
}

void simterpose_verr(int status, const char* format, va_list arguments) {
  simterpose_vwarn(format, arguments);
  stp_exit(status);
}

void simterpose_warnx(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  simterpose_vwarnx(format, arguments);
  va_end(arguments);
}

void simterpose_warn(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  simterpose_vwarn(format, arguments);
  va_end(arguments);
}

void simterpose_errx(int status, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  simterpose_vwarnx(format, arguments);
  va_end(arguments);
  stp_exit(status);
}

void simterpose_err(int status, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  simterpose_vwarn(format, arguments);
  va_end(arguments);
  stp_exit(status);
}

/* ---- error.h ---- */

static void report(int error, const char* file, unsigned line, const char* format,
                   va_list arguments) {
  simterpose_fflush(STP_STDOUT);
  STP_STREAM entered = stp_stream_enter(STP_STDERR);
  put("%s:", stp_me->argc > 0 ? stp_me->argv[0] : stp_program_name());
  if (file)
    put("%s:%u: ", file, line);
  else
    put(" ");
  vfprintf(entered.file, format, arguments);
  if (error)
    put(": %s", strerror(error));
  put("\n");
}

void simterpose_error(int status, int error, const char* format, ...) {
  STP_CALL();
  va_list arguments;
  va_start(arguments, format);
  report(error, NULL, 0, format, arguments);
  va_end(arguments);
  if (status)
    stp_exit(status);
}

void simterpose_error_at_line(int status, int error, const char* file, unsigned line,
                              const char* format, ...) {
  STP_CALL();
  va_list arguments;
  va_start(arguments, format);
  report(error, file, line, format, arguments);
  va_end(arguments);
  if (status)
    stp_exit(status);
}
