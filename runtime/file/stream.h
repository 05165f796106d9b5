/* A stream, for streams.c, which keeps them, and stream_io.c, which does what libc asks of them. */
#ifndef STP_STREAM_H
#define STP_STREAM_H

#include <uthash.h>

#include "file/streams.h"
#include "sync/wait.h"

struct stp_stream {
  FILE* file;
  struct stp_process* process;
  int fd; /* -1: none */
  void* cookie;
  cookie_io_functions_t custom; /* of a stream over the program's functions */
  struct stp_thread* owner;     /* who is in it, and how deep */
  unsigned depth;
  struct stp_waitq entrance;
  struct stp_stream_wide wide;
  unsigned flush;                  /* the last flush of all streams that reached it */
  const struct standard* standard; /* which of the three it was made as, or null */
  UT_hash_handle hh;
  struct stp_stream *prev, *next; /* of the process */
};

/* Flags of struct _IO_FILE that glibc's libio.h keeps to itself. */
enum { IO_UNBUFFERED = 0x2, IO_NO_READS = 0x4, IO_NO_WRITES = 0x8, IO_IS_APPENDING = 0x1000 };

/* What fopencookie is given, with the stream as cookie. They run on the user stack of the thread
 * that uses the stream; without one (the process has ended) they do nothing, so that FILEs can be
 * freed. */
extern const cookie_io_functions_t stp_stream_functions;

#endif
