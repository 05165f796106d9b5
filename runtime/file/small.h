/* One small object in the vectors of a read or write call (the counts of eventfd and timerfd). */
#ifndef STP_SMALL_H
#define STP_SMALL_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/uio.h>

static inline bool stp_vectors_hold(const struct iovec* vectors, int count, size_t size) {
  size_t length = 0;
  for (int i = 0; i < count && length < size; i++)
    length += vectors[i].iov_len;
  return length >= size;
}

/* Both: the vectors hold at least `size` bytes. */
static inline void stp_vectors_store(const struct iovec* vectors, int count, const void* object,
                                     size_t size) {
  const char* from = object;
  for (int i = 0; i < count && size > 0; i++) {
    const size_t part = vectors[i].iov_len < size ? vectors[i].iov_len : size;
    memcpy(vectors[i].iov_base, from, part);
    from += part;
    size -= part;
  }
}

static inline void stp_vectors_load(const struct iovec* vectors, int count, void* object,
                                    size_t size) {
  char* to = object;
  for (int i = 0; i < count && size > 0; i++) {
    const size_t part = vectors[i].iov_len < size ? vectors[i].iov_len : size;
    memcpy(to, vectors[i].iov_base, part);
    to += part;
    size -= part;
  }
}

#endif
