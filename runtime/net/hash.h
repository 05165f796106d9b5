/* uthash with the runtime's own memory, and a quicker function for keys of one word. */
#ifndef STP_HASH_H
#define STP_HASH_H

#include <stdint.h>
#include <string.h>

#include "process/process.h"

#define uthash_malloc(size) stp_alloc(size)
#define uthash_free(block, size) stp_free(block)
#define HASH_FUNCTION(key, size, hash) ((hash) = stp_hash(key, size))
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include <uthash.h>

/* Numbers and addresses: Knuth's multiplication. Buckets are chosen by the lowest bits, which here
 * are those in the middle of the product. */
static inline unsigned stp_hash(const void* key, size_t size) {
  uint64_t word = 0;
  unsigned hash;
  if (size > sizeof word) {
    HASH_JEN(key, size, hash);
    return hash;
  }
  memcpy(&word, key, size);
  return (unsigned)(word * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}
#pragma GCC diagnostic pop

#endif
