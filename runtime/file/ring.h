/* A queue of bytes in one circular buffer whose size is a power of two. It grows as it fills, up to
 * what the owner allows, so that an idle one costs nothing. */
#ifndef STP_RING_H
#define STP_RING_H

#include <stddef.h>

struct stp_ring {
  char* buffer;
  size_t size;        /* of the buffer: 0 or a power of two */
  size_t first, used; /* bytes queued start at buffer[first] */
};

/* Appends; the caller has checked that `length` more bytes are allowed. */
void stp_ring_put(struct stp_ring* ring, const void* bytes, size_t length);

/* Takes up to `length` bytes from the front; returns how many. */
size_t stp_ring_get(struct stp_ring* ring, void* bytes, size_t length);

void stp_ring_free(struct stp_ring* ring);

#endif
