/* A growing circular buffer. */
#include "file/ring.h"

#include <string.h>

#include "process/process.h"

enum { FIRST_SIZE = 512 };

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static void copy_out(const struct stp_ring* ring, char* bytes, size_t length) {
  const size_t straight = smaller(length, ring->size - ring->first);
  memcpy(bytes, ring->buffer + ring->first, straight);
  memcpy(bytes + straight, ring->buffer, length - straight);
}

static void grow(struct stp_ring* ring, size_t needed) {
  size_t size = ring->size ? ring->size : FIRST_SIZE;
  while (size < needed)
    size *= 2;
  char* buffer = stp_alloc(size);
  if (ring->used > 0)
    copy_out(ring, buffer, ring->used);
  stp_free(ring->buffer);
  ring->buffer = buffer;
  ring->size = size;
  ring->first = 0;
}

void stp_ring_put(struct stp_ring* ring, const void* bytes, size_t length) {
  if (length == 0)
    return;
  if (ring->used + length > ring->size)
    grow(ring, ring->used + length);
  const size_t end = (ring->first + ring->used) & (ring->size - 1);
  const size_t straight = smaller(length, ring->size - end);
  memcpy(ring->buffer + end, bytes, straight);
  memcpy(ring->buffer, (const char*)bytes + straight, length - straight);
  ring->used += length;
}

size_t stp_ring_get(struct stp_ring* ring, void* bytes, size_t length) {
  length = smaller(length, ring->used);
  if (length == 0)
    return 0;
  copy_out(ring, bytes, length);
  ring->used -= length;
  ring->first = ring->used > 0 ? (ring->first + length) & (ring->size - 1) : 0;
  return length;
}

void stp_ring_free(struct stp_ring* ring) {
  stp_free(ring->buffer);
  *ring = (struct stp_ring){0};
}
