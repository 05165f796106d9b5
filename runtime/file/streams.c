/* The streams of a process: which there are, who is in them, their beginning and end. */
#include "file/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio_ext.h>
#include <unistd.h>
#include <uthash.h>
#include <utlist.h>

#include "process/process.h"
#include "sync/wait.h"
#include "trace/log.h"

struct stp_stdio {
  struct stp_stream* streams;
  unsigned flush;
};

/* ---- from FILE to stream ---- */

static struct stp_stream *by_file, *last_found;

static struct stp_stream* find(FILE* file) {
  if (last_found && last_found->file == file)
    return last_found;
  struct stp_stream* stream;
  HASH_FIND_PTR(by_file, &file, stream);
  if (stream)
    last_found = stream;
  return stream;
}

static FILE* stream_add(struct stp_process* process, struct stp_stream* stream, FILE* file) {
  if (!file) {
    stp_free(stream);
    return NULL;
  }
  stream->file = file;
  stream->process = process;
  HASH_ADD_PTR(by_file, file, stream);
  DL_APPEND(process->stdio->streams, stream);
  return file;
}

static void stream_remove(struct stp_stream* stream) {
  if (last_found == stream)
    last_found = NULL;
  HASH_DEL(by_file, stream);
  DL_DELETE(stream->process->stdio->streams, stream);
  stp_free(stream);
}

FILE* stp_stream_file(FILE* file) {
  if (file == stdout)
    return STP_STDOUT;
  if (file == stderr)
    return STP_STDERR;
  return file == stdin ? STP_STDIN : file;
}

/* ---- opening and closing ---- */

static FILE* open_in(struct stp_process* process, int fd, const char* mode) {
  struct stp_stream* const stream = stp_alloc(sizeof *stream);
  stream->fd = fd;
  return stream_add(process, stream, fopencookie(stream, mode, stp_stream_functions));
}

FILE* stp_stream_open(int fd, const char* mode) { return open_in(stp_me, fd, mode); }

FILE* stp_stream_custom(void* cookie, const char* mode, cookie_io_functions_t custom) {
  struct stp_stream* const stream = stp_alloc(sizeof *stream);
  stream->fd = -1;
  stream->cookie = cookie;
  stream->custom = custom;
  return stream_add(stp_me, stream, fopencookie(stream, mode, stp_stream_functions));
}

FILE* stp_stream_adopt(FILE* file) {
  struct stp_stream* const stream = stp_alloc(sizeof *stream);
  stream->fd = -1;
  return stream_add(stp_me, stream, file);
}

int stp_stream_close(FILE* file) {
  struct stp_stream* const stream = find(file);
  const int result = fclose(file); /* may block: the stream stays known until it is done */
  if (stream)
    stream_remove(stream);
  return result;
}

int stp_stream_descriptor(FILE* file) {
  const struct stp_stream* const stream = find(stp_stream_file(file));
  return stream && stream->fd >= 0 ? stream->fd : -EBADF;
}

struct stp_stream_wide* stp_stream_wide(FILE* file) {
  struct stp_stream* const stream = find(file);
  return stream ? &stream->wide : NULL;
}

/* ---- one thread at a time ---- */

static bool stream_lock(struct stp_stream* stream, bool wait) {
  while (stream->owner && stream->owner != stp_self) {
    if (!wait)
      return false;
    stp_wait(&stream->entrance, INFINITY);
  }
  stream->owner = stp_self;
  stream->depth++;
  return true;
}

static void stream_unlock(struct stp_stream* stream) {
  if (stream->owner != stp_self || --stream->depth > 0)
    return;
  stream->owner = NULL;
  if (stream->entrance.first)
    stp_wake_one(&stream->entrance);
}

bool stp_stream_lock(FILE* file, bool wait) {
  struct stp_stream* const stream = find(stp_stream_file(file));
  return !stream || stream_lock(stream, wait);
}

void stp_stream_unlock(FILE* file) {
  struct stp_stream* const stream = find(stp_stream_file(file));
  if (stream)
    stream_unlock(stream);
}

struct stp_entered stp_stream_enter(FILE* file) {
  file = stp_stream_file(file);
  struct stp_stream* const stream = find(file);
  if (stream)
    stream_lock(stream, true);
  return (struct stp_entered){file, stream};
}

void stp_stream_leave(struct stp_entered* entered) {
  if (entered->stream)
    stream_unlock(entered->stream);
}

/* ---- all streams of a process ---- */

static struct stp_stream* next_to_flush(const struct stp_stdio* stdio, unsigned flush) {
  struct stp_stream* stream;
  DL_FOREACH(stdio->streams, stream)
  if (stream->flush != flush && __fwriting(stream->file))
    return stream;
  return NULL;
}

int stp_streams_flush(void) {
  struct stp_stdio* const stdio = stp_me->stdio;
  const unsigned flush = ++stdio->flush;
  int result = 0;
  struct stp_stream* stream; /* the list may change while a stream blocks */
  while ((stream = next_to_flush(stdio, flush))) {
    stream->flush = flush;
    STP_STREAM entered = stp_stream_enter(stream->file);
    if (fflush(entered.file) != 0)
      result = EOF;
  }
  return result;
}

/* ---- the standard streams ----
 *
 * libc chains all FILEs of the (real) process and walks the chain to close one: with thousands of
 * processes that would cost more than all else. So the three of a process that has ended are kept
 * for the next one, unless the program left them in a state that cannot be undone from outside. */

static const struct standard {
  int fd;
  struct stp_stream_mode mode;
  int buffering;
} standards[] = {
    {STDIN_FILENO, {O_RDONLY, "r"}, _IOFBF},
    /* By lines, as on a terminal: a line's date is that of its writing. */
    {STDOUT_FILENO, {O_WRONLY, "w"}, _IOLBF},
    {STDERR_FILENO, {O_WRONLY, "w"}, _IONBF},
};

static struct stp_stream* spare[sizeof standards / sizeof *standards]; /* linked by next */

static bool reusable(const struct stp_stream* stream) {
  const FILE* const file = stream->file;
  return stream->standard && stream->fd == stream->standard->fd && !stream->owner &&
         !stp_region_holds(file->_IO_buf_base) &&
         (file->_flags & IO_UNBUFFERED) ==
             (stream->standard->buffering == _IONBF ? IO_UNBUFFERED : 0);
}

static void keep(struct stp_stream* stream) {
  DL_DELETE(stream->process->stdio->streams, stream);
  stream->process = NULL;
  struct stp_stream** const list = &spare[stream->standard - standards];
  stream->next = *list;
  *list = stream;
}

static FILE* open_standard(struct stp_process* process, const struct standard* standard) {
  struct stp_stream* stream = spare[standard - standards];
  if (stream) {
    spare[standard - standards] = stream->next;
    stream->process = process;
    stream->flush = 0;
    stp_stream_reset(stream->file, &standard->mode);
    DL_APPEND(process->stdio->streams, stream);
    setvbuf(stream->file, NULL, standard->buffering, 0);
    return stream->file;
  }
  FILE* const file = open_in(process, standard->fd, standard->mode.libc);
  if (!file)
    stp_fatal("out of memory (a standard stream)");
  setvbuf(file, NULL, standard->buffering, 0);
  find(file)->standard = standard;
  return file;
}

static void start(struct stp_process* process) {
  process->stdio = stp_alloc(sizeof *process->stdio);
  process->libc->stdin_ = open_standard(process, &standards[0]);
  process->libc->stdout_ = open_standard(process, &standards[1]);
  process->libc->stderr_ = open_standard(process, &standards[2]);
}

static void end(struct stp_process* process) {
  while (process->stdio->streams) {
    struct stp_stream* const stream = process->stdio->streams;
    __fpurge(stream->file);
    if (reusable(stream)) {
      keep(stream);
    } else {
      fclose(stream->file);
      stream_remove(stream);
    }
  }
  stp_free(process->stdio);
  process->stdio = NULL;
}

const struct stp_process_hooks stp_stdio_hooks = {start, end};
