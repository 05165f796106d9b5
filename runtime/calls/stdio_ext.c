/* stdio_ext.h: looking into streams. */
#include "calls/adapter.h"
#include "file/streams.h"

size_t simterpose___fpending(FILE* stream) { return __fpending(stp_stream_file(stream)); }

size_t simterpose___fbufsize(FILE* stream) { return __fbufsize(stp_stream_file(stream)); }

void simterpose___fpurge(FILE* stream) { __fpurge(stp_stream_file(stream)); }

int simterpose___freading(FILE* stream) { return __freading(stp_stream_file(stream)); }

int simterpose___fwriting(FILE* stream) { return __fwriting(stp_stream_file(stream)); }

int simterpose___freadable(FILE* stream) { return __freadable(stp_stream_file(stream)); }

int simterpose___fwritable(FILE* stream) { return __fwritable(stp_stream_file(stream)); }

int simterpose___flbf(FILE* stream) { return __flbf(stp_stream_file(stream)); }

int simterpose___fsetlocking(FILE* stream, int type) {
  return __fsetlocking(stp_stream_file(stream), type);
}

void simterpose__flushlbf(void) { stp_streams_flush(); }
