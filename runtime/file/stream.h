/* A stream, for streams.c, which keeps them, stream_file.c, which makes their FILEs, and
 * stream_io.c, which does what libc asks of them. */
#ifndef STP_STREAM_H
#define STP_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "file/streams.h"

struct stp_process;

enum { STP_FILE_SPACE = 320 };

/* Lies in the heap of its process, buffer and all: a fork copies it. Refers to nothing outside. */
struct stp_stream {
  _Alignas(16) char file[STP_FILE_SPACE]; /* what fopencookie makes: a FILE and what follows it */
  uint64_t magic;
  char* buffer; /* ours, made when first used; null */
  int fd;       /* -1: none */
  void* cookie;
  cookie_io_functions_t custom; /* of a stream over the program's functions */
  int owner;                    /* tid of the thread that is in it, or 0, and how deep */
  unsigned depth;
  struct stp_stream_wide wide;
  unsigned flush;                 /* the last flush of all streams that reached it */
  struct stp_stream *prev, *next; /* of the process */
};

/* Flags of struct _IO_FILE that glibc's libio.h keeps to itself. */
enum {
  IO_USER_BUF = 0x1,
  IO_UNBUFFERED = 0x2,
  IO_NO_READS = 0x4,
  IO_NO_WRITES = 0x8,
  IO_LINKED = 0x80,
  IO_IN_BACKUP = 0x100,
  IO_CURRENTLY_PUTTING = 0x800,
  IO_IS_APPENDING = 0x1000,
};

static inline FILE* stp_stream_file_of(struct stp_stream* stream) { return (FILE*)stream->file; }

/* The stream of a FILE, or null for one that libc made. */
struct stp_stream* stp_stream_of(FILE* file);

/* Makes a stream in zeroed memory, without descriptor or functions. */
void stp_stream_make(struct stp_stream* stream, const char* mode);

/* Gives it its buffer if it needs one and has none. Calling process. */
void stp_stream_give_buffer(struct stp_stream* stream);

/* Writes out what it holds, closes what is under it, and gives back what it holds in the calling
 * process's heap but its own struct. May block. 0 or EOF with errno. */
int stp_stream_finish(struct stp_stream* stream);

/* Gives a forked child its own copy of bytes pushed back that lie in libc's memory. */
void stp_stream_fork_backup(const struct stp_stream* stream, struct stp_process* child);

/* What fopencookie is given, with the stream as cookie: they run on the user stack of the thread
 * that uses the stream. */
extern const cookie_io_functions_t stp_stream_functions;

int stp_stream_close_under(struct stp_stream* stream); /* the last of them */

#endif
