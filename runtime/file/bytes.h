/* A queue of bytes: put at the end, copied or dropped from the front. It lies in chunks that all
 * queues share, so an empty queue holds no memory and a hot one reuses what the cache knows. */
#ifndef STP_BYTES_H
#define STP_BYTES_H

#include <stddef.h>
#include <sys/uio.h>

struct stp_chunk;

/* Zero-initialised is empty. */
struct stp_bytes {
  struct stp_chunk *first, *last;
  size_t begin, end; /* of the bytes: in the first chunk, in the last */
};

/* A place in an array of vectors, moved on as bytes are copied from or to it. */
struct stp_cursor {
  const struct iovec* vectors;
  int count;
  size_t done; /* of vectors[0] */
};

/* Bytes left after the cursor; SIZE_MAX if they are more. */
size_t stp_cursor_left(const struct stp_cursor* cursor);

/* Copy as much of `size` bytes to the cursor, or from it, as there is room for; return that. */
size_t stp_cursor_store(struct stp_cursor* to, const void* from, size_t size);
size_t stp_cursor_load(struct stp_cursor* from, void* to, size_t size);

/* Takes `size` bytes from the cursor (it has as many) to the end of the queue. */
void stp_bytes_put(struct stp_bytes* bytes, struct stp_cursor* from, size_t size);

/* Copies `size` bytes, after `skipped` others (the queue has as many), to the cursor; they stay in
 * the queue. */
void stp_bytes_copy(const struct stp_bytes* bytes, size_t skipped, struct stp_cursor* to,
                    size_t size);

/* Copies `size` bytes after the first `skip` (the queue has as many); they stay. */
void stp_bytes_peek(const struct stp_bytes* bytes, size_t skip, void* to, size_t size);

/* Drops the first `size` bytes (the queue has as many). */
void stp_bytes_drop(struct stp_bytes* bytes, size_t size);

/* Drops all. */
void stp_bytes_clear(struct stp_bytes* bytes);

#endif
