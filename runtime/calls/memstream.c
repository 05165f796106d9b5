/* stdio.h: open_memstream, over memory of the process. */
#include <stdio.h>
#include <string.h>

#include "calls/adapter.h"
#include "file/streams.h"

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
