/* stdio.h: streams over memory of the process. libc's own would keep theirs in its own heap. */
#include <stdio.h>
#include <string.h>

#include "calls/adapter.h"
#include "file/streams.h"

/* ---- open_memstream ---- */

struct memory {
  char** where; /* the caller's: kept up to date at every flush */
  size_t* size;
  char* text; /* always followed by a zero byte */
  size_t used, capacity, position;
};

static void publish(struct memory* memory) {
  *memory->where = memory->text;
  *memory->size = memory->position < memory->used ? memory->position : memory->used;
}

static bool grow(struct memory* memory, size_t needed) {
  if (needed < memory->capacity)
    return true;
  const size_t capacity = needed * 2 + 1;
  char* const text = stp_heap_resize(stp_me->heap, memory->text, capacity);
  if (!text)
    return false;
  memset(text + memory->capacity, 0, capacity - memory->capacity);
  memory->text = text;
  memory->capacity = capacity;
  return true;
}

static ssize_t memory_write(void* cookie, const char* data, size_t size) {
  struct memory* const memory = cookie;
  size_t end;
  if (__builtin_add_overflow(memory->position, size, &end) || !grow(memory, end))
    return stp_return(-ENOSPC) + 1; /* nothing written, with errno */
  memcpy(memory->text + memory->position, data, size);
  memory->position = end;
  if (end > memory->used)
    memory->used = end;
  publish(memory);
  return (ssize_t)size;
}

static int memory_seek(void* cookie, off64_t* position, int whence) {
  struct memory* const memory = cookie;
  const off64_t from = whence == SEEK_CUR   ? (off64_t)memory->position
                       : whence == SEEK_END ? (off64_t)memory->used
                                            : 0;
  if (from + *position < 0)
    return (int)stp_return(-EINVAL);
  *position += from;
  memory->position = (size_t)*position;
  publish(memory);
  return 0;
}

static int memory_close(void* cookie) {
  publish(cookie);
  stp_heap_free(stp_me->heap, cookie);
  return 0;
}

FILE* simterpose_open_memstream(char** where, size_t* size) {
  enum { FIRST_CAPACITY = 64 };
  struct memory* const memory = stp_heap_alloc_zeroed(stp_me->heap, sizeof *memory);
  char* const text = memory ? stp_heap_alloc_zeroed(stp_me->heap, FIRST_CAPACITY) : NULL;
  if (!text) {
    errno = ENOMEM;
    return NULL;
  }
  *memory = (struct memory){where, size, text, 0, FIRST_CAPACITY, 0};
  publish(memory);
  const cookie_io_functions_t functions = {
      .write = memory_write, .seek = memory_seek, .close = memory_close};
  return stp_stream_custom(memory, "w", functions);
}

/* ---- fmemopen ---- */

struct fixed {
  char* text;
  bool own;
  bool append;
  size_t size, position, end; /* the end: where reading ends and appending goes on */
};

static ssize_t fixed_read(void* cookie, char* to, size_t size) {
  struct fixed* const fixed = cookie;
  const size_t left = fixed->position < fixed->end ? fixed->end - fixed->position : 0;
  if (size > left)
    size = left;
  memcpy(to, fixed->text + fixed->position, size);
  fixed->position += size;
  return (ssize_t)size;
}

/* As libc's: what is written is followed by a zero byte if that fits. */
static ssize_t fixed_write(void* cookie, const char* from, size_t size) {
  struct fixed* const fixed = cookie;
  const size_t at = fixed->append ? fixed->end : fixed->position;
  const bool terminate = size == 0 || from[size - 1] != 0;
  if (at + size > fixed->size) {
    if (at + terminate >= fixed->size) {
      errno = ENOSPC;
      return 0;
    }
    size = fixed->size - at;
  }
  memcpy(fixed->text + at, from, size);
  fixed->position = at + size;
  if (fixed->position <= fixed->end)
    return (ssize_t)size;
  fixed->end = fixed->position;
  if (terminate && fixed->end < fixed->size)
    fixed->text[fixed->end] = 0;
  else if (terminate && !fixed->append)
    fixed->text[fixed->size - 1] = 0;
  return (ssize_t)size;
}

static int fixed_seek(void* cookie, off64_t* position, int whence) {
  struct fixed* const fixed = cookie;
  const size_t from = whence == SEEK_CUR ? fixed->position : whence == SEEK_END ? fixed->end : 0;
  const off64_t wanted = (off64_t)from + *position;
  if (wanted < 0 || (size_t)wanted > fixed->size)
    return (int)stp_return(-EINVAL);
  *position = wanted;
  fixed->position = (size_t)wanted;
  return 0;
}

static int fixed_close(void* cookie) {
  struct fixed* const fixed = cookie;
  if (fixed->own)
    stp_heap_free(stp_me->heap, fixed->text);
  stp_heap_free(stp_me->heap, fixed);
  return 0;
}

FILE* simterpose_fmemopen(void* buffer, size_t size, const char* mode) {
  struct stp_stream_mode parsed;
  const int error = stp_stream_parse(mode, &parsed);
  struct fixed* const fixed = error ? NULL : stp_heap_alloc_zeroed(stp_me->heap, sizeof *fixed);
  char* const text = !fixed || buffer ? buffer : stp_heap_alloc_zeroed(stp_me->heap, size);
  if (!fixed || !text) {
    if (fixed)
      stp_heap_free(stp_me->heap, fixed);
    errno = error ? -error : ENOMEM;
    return NULL;
  }
  if (buffer && parsed.libc[0] == 'w' && parsed.libc[1] == '+' && size > 0)
    text[0] = 0;
  *fixed = (struct fixed){text, !buffer, parsed.libc[0] == 'a', size, 0, 0};
  if (parsed.libc[0] == 'r')
    fixed->end = size;
  else if (fixed->append)
    fixed->end = fixed->position = strnlen(text, size);
  return stp_stream_custom(
      fixed, parsed.libc,
      (cookie_io_functions_t){fixed_read, fixed_write, fixed_seek, fixed_close});
}
