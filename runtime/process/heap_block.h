/* The inside of heap.c and heap_lists.c.
 *
 * Blocks lie end to end from the first one to `top`; memory above `top` was given to nobody, and
 * above `fresh` it was never written to. A block is an 8-byte header and a payload that is aligned
 * to 16 bytes; its size is the distance to the next header. A free block keeps its list links at
 * the start of its payload and its size in the last 8 bytes, for the block that follows.
 *
 * Two free blocks are never neighbours and none touches `top`. Small blocks just freed are an
 * exception: they wait in bins by size, still marked as used, for a request of the same size. */
#ifndef STP_HEAP_BLOCK_H
#define STP_HEAP_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "process/heap.h"
#include "process/region.h"

enum {
  UNIT = 16,
  HEADER = 8,
  SMALLEST = 32, /* header, links, size at the end */
  BINS = 64,     /* of blocks of 32, 48 ... bytes */
  BIN_DEPTH = 32,
  SECOND_BITS = 4, /* 16 lists per power of two: at most 1/16 of a block is lost to a bad fit */
  SECONDS = 1 << SECOND_BITS,
  FIRSTS = 28,         /* blocks below 2^31 units, 32 GiB */
  GIVE_BACK = 4 << 20, /* free memory from which pages go back to the system */
};

#define LARGEST STP_REGION_SIZE_MAX

/* The header: size, flags, and a check value that depends on the header's address. */
enum { USED = 1, BEFORE_IS_FREE = 2, BINNED = 4 };
#define SIZE_MASK (((uint64_t)1 << 48) - UNIT)

struct block {
  uint64_t header;
};

/* Blocks in lists refer to each other by their distance from the heap in units; 0 is none. */
struct links {
  uint32_t next, previous;
};

struct bin {
  uint32_t first, count;
};

struct stp_heap {
  struct stp_region* region;
  char *first, *top, *fresh;
  size_t in_use;
  struct stp_heap_freed* freed; /* heap_memcheck.c: not yet really freed */
  bool untold;                  /* heap_memcheck.c: memcheck knows nothing of its blocks */
  uint32_t first_map;
  uint16_t second_map[FIRSTS];
  struct bin bins[BINS];
  uint32_t lists[FIRSTS][SECONDS];
};

/* ---- blocks ---- */

static inline uint64_t check_of(const struct block* block) {
  return ((uint64_t)(uintptr_t)block * 0x9E3779B97F4A7C15) & ~(((uint64_t)1 << 48) - 1);
}

static inline size_t size_of(const struct block* block) { return block->header & SIZE_MASK; }

static inline void set_header(struct block* block, size_t size, unsigned flags) {
  block->header = check_of(block) | size | flags;
}

static inline void* payload_of(struct block* block) { return (char*)block + HEADER; }

static inline struct block* block_at(const void* payload) {
  return (struct block*)((char*)payload - HEADER);
}

static inline struct block* after(const struct block* block) {
  return (struct block*)((char*)block + size_of(block));
}

static inline uint64_t* size_at_end(const struct block* block) {
  return (uint64_t*)((char*)block + size_of(block) - sizeof(uint64_t));
}

static inline struct block* free_block_before(const struct block* block) {
  return (struct block*)((char*)block - ((const uint64_t*)block)[-1]);
}

static inline bool is_top(const struct stp_heap* heap, const struct block* block) {
  return (const char*)block == heap->top;
}

static inline size_t block_size(size_t request) {
  if (request >= LARGEST - HEADER - UNIT)
    return SIZE_MAX;
  size_t size = (request + HEADER + UNIT - 1) & ~(size_t)(UNIT - 1);
  return size < SMALLEST ? SMALLEST : size;
}

static inline uint32_t reference(const struct stp_heap* heap, const struct block* block) {
  return (uint32_t)(((const char*)block - (const char*)heap) / UNIT);
}

/* Headers lie 8 bytes after a multiple of the unit. */
static inline struct block* dereference(struct stp_heap* heap, uint32_t reference_) {
  return reference_ ? (struct block*)((char*)heap + (size_t)reference_ * UNIT + HEADER) : NULL;
}

static inline struct links* links_of(struct block* block) { return payload_of(block); }

/* ---- lists of free blocks by size (heap_lists.c) ---- */

void stp_heap_list_insert(struct stp_heap* heap, struct block* block);
void stp_heap_list_remove(struct stp_heap* heap, struct block* block);

/* A block of at least `size` bytes, left in its list; null if there is none. */
struct block* stp_heap_list_find(struct stp_heap* heap, size_t size);

#endif
