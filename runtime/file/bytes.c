/* Queues of bytes, in chunks of a page that go back to a common store when they empty. */
#include "file/bytes.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "process/process.h"

enum { CHUNK = 4096 - sizeof(void*), SLAB = 64 /* chunks */ };

struct stp_chunk {
  struct stp_chunk* next;
  char data[CHUNK];
};

/* Chunks without a queue. They come in slabs, as the heap grows by no more than what it is asked
 * for (engine/platform.cpp), and stay here: the run keeps what it has needed at most. */
static struct stp_chunk* store;

static void chunk_free(struct stp_chunk* chunk) {
  chunk->next = store;
  store = chunk;
}

static struct stp_chunk* chunk_new(void) {
  if (!store) {
    struct stp_chunk* const slab = stp_alloc(SLAB * sizeof *slab);
    for (int i = SLAB - 1; i >= 0; i--)
      chunk_free(&slab[i]);
  }
  struct stp_chunk* const chunk = store;
  store = chunk->next;
  chunk->next = NULL;
  return chunk;
}

static size_t min(size_t a, size_t b) { return a < b ? a : b; }

size_t stp_cursor_left(const struct stp_cursor* cursor) {
  size_t left = 0;
  for (int i = 0; i < cursor->count; i++)
    if (__builtin_add_overflow(left, cursor->vectors[i].iov_len, &left))
      return SIZE_MAX;
  return left - cursor->done;
}

/* The next piece at the cursor, at most `size` bytes; moves on. */
static char* cursor_next(struct stp_cursor* cursor, size_t size, size_t* piece) {
  while (cursor->done == cursor->vectors->iov_len) {
    cursor->vectors++;
    cursor->count--;
    cursor->done = 0;
    assert(cursor->count > 0);
  }
  *piece = min(size, cursor->vectors->iov_len - cursor->done);
  char* const start = (char*)cursor->vectors->iov_base + cursor->done;
  cursor->done += *piece;
  return start;
}

size_t stp_cursor_store(struct stp_cursor* to, const void* from, size_t size) {
  const size_t fitting = min(size, stp_cursor_left(to));
  for (size_t done = 0, piece; done < fitting; done += piece) {
    char* const place = cursor_next(to, fitting - done, &piece);
    memcpy(place, (const char*)from + done, piece);
  }
  return fitting;
}

size_t stp_cursor_load(struct stp_cursor* from, void* to, size_t size) {
  const size_t fitting = min(size, stp_cursor_left(from));
  for (size_t done = 0, piece; done < fitting; done += piece) {
    const char* const place = cursor_next(from, fitting - done, &piece);
    memcpy((char*)to + done, place, piece);
  }
  return fitting;
}

static void append(struct stp_bytes* bytes, const char* data, size_t size) {
  while (size > 0) {
    if (!bytes->last || bytes->end == CHUNK) {
      struct stp_chunk* const chunk = chunk_new();
      if (bytes->last)
        bytes->last->next = chunk;
      else
        bytes->first = chunk;
      bytes->last = chunk;
      bytes->end = 0;
    }
    const size_t piece = min(size, CHUNK - bytes->end);
    memcpy(bytes->last->data + bytes->end, data, piece);
    bytes->end += piece;
    data += piece;
    size -= piece;
  }
}

void stp_bytes_put(struct stp_bytes* bytes, struct stp_cursor* from, size_t size) {
  while (size > 0) {
    size_t piece;
    const char* const data = cursor_next(from, size, &piece);
    append(bytes, data, piece);
    size -= piece;
  }
}

void stp_bytes_copy(const struct stp_bytes* bytes, size_t skipped, struct stp_cursor* to,
                    size_t size) {
  const struct stp_chunk* chunk = bytes->first;
  size_t at = bytes->begin + skipped;
  for (; at > CHUNK; at -= CHUNK)
    chunk = chunk->next;
  while (size > 0) {
    if (at == CHUNK) {
      chunk = chunk->next;
      at = 0;
    }
    size_t piece;
    char* const data = cursor_next(to, min(size, CHUNK - at), &piece);
    memcpy(data, chunk->data + at, piece);
    at += piece;
    size -= piece;
  }
}

void stp_bytes_peek(const struct stp_bytes* bytes, size_t skip, void* to, size_t size) {
  const struct stp_chunk* chunk = bytes->first;
  size_t at = bytes->begin + skip;
  for (size_t done = 0, piece; done < size; done += piece) {
    for (; at >= CHUNK; at -= CHUNK)
      chunk = chunk->next;
    piece = min(size - done, CHUNK - at);
    memcpy((char*)to + done, chunk->data + at, piece);
    at += piece;
  }
}

void stp_bytes_drop(struct stp_bytes* bytes, size_t size) {
  while (bytes->first) {
    struct stp_chunk* const chunk = bytes->first;
    const size_t held = (chunk == bytes->last ? bytes->end : CHUNK) - bytes->begin;
    if (size < held) {
      bytes->begin += size;
      return;
    }
    size -= held;
    bytes->begin = 0;
    bytes->first = chunk->next;
    if (!bytes->first)
      bytes->last = NULL;
    chunk_free(chunk);
  }
  assert(size == 0);
}

void stp_bytes_clear(struct stp_bytes* bytes) {
  while (bytes->first) {
    struct stp_chunk* const chunk = bytes->first;
    bytes->first = chunk->next;
    chunk_free(chunk);
  }
  *bytes = (struct stp_bytes){0};
}
