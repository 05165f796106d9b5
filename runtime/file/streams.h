/* stdio streams: FILEs of glibc over the descriptors of a virtual process, so that all of libc's
 * formatting and buffering works on them. They and their buffers lie in the process's memory, which
 * fork copies. Each process has a list of its own, and its own stdin, stdout and stderr.
 *
 * libc's own lock of a FILE cannot tell virtual threads apart (they share one kernel thread), so
 * adapters enter a stream before they use it: a write may block halfway through a buffer. */
#ifndef STP_STREAMS_H
#define STP_STREAMS_H

#include <stdbool.h>
#include <stdio.h>
#include <wchar.h>

struct stp_process_hooks;
struct stp_stream;

/* What a mode string ("r+e" ...) asks for. */
struct stp_stream_mode {
  int flags;    /* of open: O_RDWR | O_CREAT ... */
  char libc[3]; /* the part that fopencookie takes */
};
int stp_stream_parse(const char* mode, struct stp_stream_mode* parsed); /* 0 or -EINVAL */

/* A new stream of the calling process over descriptor `fd`, which it owns from now on. */
FILE* stp_stream_open(int fd, const char* mode);

/* Makes libc's functions on `file` forget what they knew of its descriptor, and use it as `mode`
 * says: for freopen. The stream must be flushed. */
void stp_stream_reset(FILE* file, const struct stp_stream_mode* mode);

/* A stream over functions of the program's or of an adapter's. */
FILE* stp_stream_custom(void* cookie, const char* mode, cookie_io_functions_t functions);

/* After ungetc: libc's memory for bytes pushed back becomes the process's. */
void stp_stream_keep_backup(FILE* file);

/* When a stream over a descriptor has been closed, function(argument) has the last word: fclose
 * returns its result. Both lie in the process's memory or program. */
void stp_stream_on_close(FILE* file, void* argument, int (*function)(void*));

/* Closes a stream; as fclose. The caller has entered it (and must not leave it). */
int stp_stream_close(FILE* file);

/* The descriptor of a stream; -EBADF if it has none. */
int stp_stream_descriptor(FILE* file);

/* Wide characters: libc makes streams of fopencookie for bytes only, so wchar.c converts.
 * Orientation is as fwide says it. */
struct stp_stream_wide {
  int orientation;
  mbstate_t in, out;
};
struct stp_stream_wide* stp_stream_wide(FILE* file); /* null: libc's own, which can do it */

/* The calling process's stream where code without source hands in the real stdin, stdout or
 * stderr; else `file`. */
FILE* stp_stream_file(FILE* file);

/* Waits until no other thread of the process is in the stream (recursive). False: another has it,
 * and `wait` is false. */
bool stp_stream_lock(FILE* file, bool wait);
void stp_stream_unlock(FILE* file);

/* The stream to use for `file`, locked until the end of the scope:
 *     STP_STREAM stream = stp_stream_enter(file);
 *     return fputs(text, stream.file); */
struct stp_entered {
  FILE* file;
  struct stp_stream* stream; /* null: one that libc made, which cannot block */
};
struct stp_entered stp_stream_enter(FILE* file);
void stp_stream_leave(struct stp_entered* entered);
#define STP_STREAM __attribute__((cleanup(stp_stream_leave))) struct stp_entered

/* The calling process's own. */
#define STP_STDIN ((FILE*)stp_me->libc->stdin_)
#define STP_STDOUT ((FILE*)stp_me->libc->stdout_)
#define STP_STDERR ((FILE*)stp_me->libc->stderr_)

/* Writes out what all streams of the calling process hold. 0 or EOF, as fflush(NULL). */
int stp_streams_flush(void);

/* The same at the end of a process; and puts descriptors back to where the program has read, for
 * those who share them. */
void stp_streams_finish(void);

/* Makes stdin, stdout and stderr. What was not flushed when the process ends is lost. */
extern const struct stp_process_hooks stp_stdio_hooks;

#endif
