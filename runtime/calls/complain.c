/* Messages that libc itself prints for its caller. */
#include "calls/complain.h"

#include <stdio.h>

#include "calls/adapter.h"
#include "file/streams.h"

void stp_complain(const char* format, ...) {
  const int saved = errno;
  STP_STREAM out = stp_stream_enter(STP_STDERR);
  va_list arguments;
  va_start(arguments, format);
  vfprintf(out.file, format, arguments);
  va_end(arguments);
  fflush(out.file);
  errno = saved;
}

const char* stp_program_name(void) {
  const char* name = stp_me->libc->program_invocation_short_name_;
  return name ? name : "";
}
