/* The streams of a process: which there are, who is in them, their beginning and end. */
#include "file/stream.h"

#include <errno.h>
#include <math.h>
#include <stdio_ext.h>
#include <unistd.h>
#include <utlist.h>

#include "process/process.h"
#include "sync/wait.h"
#include "trace/log.h"

/* In the runtime's memory: the queue must be reachable when the process's memory is not. */
struct stp_stdio {
  struct stp_stream* streams;
  unsigned flush;
  struct stp_waitq entrance; /* threads that wait for any of the streams */
};

FILE* stp_stream_file(FILE* file) {
  if (file == stdout)
    return STP_STDOUT;
  if (file == stderr)
    return STP_STDERR;
  return file == stdin ? STP_STDIN : file;
}

/* ---- opening and closing ---- */

/* Null, with errno, if there is no memory. */
static struct stp_stream* stream_new(struct stp_process* process, const char* mode) {
  struct stp_stream* const stream = stp_heap_alloc_zeroed(process->heap, sizeof *stream);
  if (!stream) {
    errno = ENOMEM;
    return NULL;
  }
  stp_stream_make(stream, mode);
  DL_APPEND(process->stdio->streams, stream);
  return stream;
}

FILE* stp_stream_open(int fd, const char* mode) {
  struct stp_stream* const stream = stream_new(stp_me, mode);
  if (!stream)
    return NULL;
  stream->fd = fd;
  return stp_stream_file_of(stream);
}

FILE* stp_stream_custom(void* cookie, const char* mode, cookie_io_functions_t custom) {
  struct stp_stream* const stream = stream_new(stp_me, mode);
  if (!stream)
    return NULL;
  stream->cookie = cookie;
  stream->custom = custom;
  return stp_stream_file_of(stream);
}

void stp_stream_on_close(FILE* file, void* argument, int (*function)(void*)) {
  struct stp_stream* const stream = stp_stream_of(file);
  stream->cookie = argument;
  stream->custom.close = function;
}

int stp_stream_close(FILE* file) {
  struct stp_stream* const stream = stp_stream_of(file);
  if (!stream)
    return fclose(file);
  const int result = stp_stream_finish(stream); /* may block: it stays known until it is done */
  DL_DELETE(stp_me->stdio->streams, stream);
  stp_heap_free(stp_me->heap, stream);
  return result;
}

int stp_stream_descriptor(FILE* file) {
  const struct stp_stream* const stream = stp_stream_of(stp_stream_file(file));
  return stream && stream->fd >= 0 ? stream->fd : -EBADF;
}

struct stp_stream_wide* stp_stream_wide(FILE* file) {
  struct stp_stream* const stream = stp_stream_of(file);
  return stream ? &stream->wide : NULL;
}

/* ---- one thread at a time ---- */

static bool stream_lock(struct stp_stream* stream, bool wait) {
  while (stream->owner && stream->owner != stp_self->tid) {
    if (!wait)
      return false;
    stp_wait(&stp_me->stdio->entrance, INFINITY);
  }
  stream->owner = stp_self->tid;
  stream->depth++;
  return true;
}

static void stream_unlock(struct stp_stream* stream) {
  if (stream->owner != stp_self->tid || --stream->depth > 0)
    return;
  stream->owner = 0;
  if (stp_me->stdio->entrance.first)
    stp_wake_all(&stp_me->stdio->entrance);
}

bool stp_stream_lock(FILE* file, bool wait) {
  struct stp_stream* const stream = stp_stream_of(stp_stream_file(file));
  return !stream || stream_lock(stream, wait);
}

void stp_stream_unlock(FILE* file) {
  struct stp_stream* const stream = stp_stream_of(stp_stream_file(file));
  if (stream)
    stream_unlock(stream);
}

struct stp_entered stp_stream_enter(FILE* file) {
  file = stp_stream_file(file);
  struct stp_stream* const stream = stp_stream_of(file);
  if (stream) {
    stream_lock(stream, true);
    stp_stream_give_buffer(stream);
  }
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
  if (stream->flush != flush && __fwriting(stp_stream_file_of(stream)))
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
    STP_STREAM entered = stp_stream_enter(stp_stream_file_of(stream));
    if (fflush(entered.file) != 0)
      result = EOF;
  }
  return result;
}

static bool has_read_ahead(struct stp_stream* stream) {
  const FILE* const file = stp_stream_file_of(stream);
  return !(file->_flags & (IO_UNBUFFERED | IO_CURRENTLY_PUTTING)) &&
         file->_IO_read_ptr < file->_IO_read_end;
}

void stp_streams_finish(void) {
  stp_streams_flush();
  struct stp_stream* stream;
  DL_FOREACH(stp_me->stdio->streams, stream)
  if (has_read_ahead(stream) && !stream->owner)
    fflush_unlocked(stp_stream_file_of(stream)); /* only seeks: does not block */
}

/* ---- in the life of a process ---- */

static FILE* open_standard(struct stp_process* process, int fd, const char* mode, int buffering) {
  struct stp_stream* const stream = stream_new(process, mode);
  if (!stream)
    stp_fatal("%s: no memory for its standard streams", process->label);
  stream->fd = fd;
  if (buffering != _IOFBF)
    setvbuf(stp_stream_file_of(stream), NULL, buffering, 0);
  return stp_stream_file_of(stream);
}

static void start(struct stp_process* process) {
  process->stdio = stp_alloc(sizeof *process->stdio);
  process->libc->stdin_ = open_standard(process, STDIN_FILENO, "r", _IOFBF);
  /* By lines, as on a terminal: a line's date is that of its writing. */
  process->libc->stdout_ = open_standard(process, STDOUT_FILENO, "w", _IOLBF);
  process->libc->stderr_ = open_standard(process, STDERR_FILENO, "w", _IONBF);
}

/* The streams lie in memory that goes with the process. */
static void end(struct stp_process* process) {
  stp_free(process->stdio);
  process->stdio = NULL;
}

static void write_to_child(struct stp_process* child, void* address, int value) {
  *(int*)stp_region_alias(&child->region, address) = value;
}

/* Of the locks only those of the thread that forks are kept: the child has no other. */
static void copy(struct stp_process* child, struct stp_process* parent) {
  child->stdio = stp_alloc(sizeof *child->stdio);
  child->stdio->streams = parent->stdio->streams;
  child->stdio->flush = parent->stdio->flush;
  struct stp_stream* stream;
  DL_FOREACH(parent->stdio->streams, stream) {
    stp_stream_fork_backup(stream, child);
    if (!stream->owner)
      continue;
    const bool kept = stream->owner == stp_self->tid;
    write_to_child(child, &stream->owner, kept ? child->pid : 0);
    if (!kept)
      write_to_child(child, &stream->depth, 0);
  }
}

static void exec(struct stp_process* process) {
  end(process);
  start(process);
}

const struct stp_process_hooks stp_stdio_hooks = {
    .start = start, .end = end, .fork = copy, .exec = exec};
