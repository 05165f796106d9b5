/* The heap of one virtual process: malloc and friends over its region. Two-level segregated fit
 * (Masmano et al., "TLSF: a new dynamic memory allocator for real-time systems", ECRTS 2004):
 * constant time, no state outside the region (so it follows a fork), the same addresses in every
 * run. */
#ifndef STP_HEAP_H
#define STP_HEAP_H

#include <stddef.h>

struct stp_heap; /* lies at the start of the heap area of its region */
struct stp_region;

/* Prepares the heap area of a fresh region. */
struct stp_heap* stp_heap_create(struct stp_region* region);

/* All return null when the region is full. Blocks are aligned to 16 bytes; `alignment` is a power
 * of two. */
void* stp_heap_alloc(struct stp_heap* heap, size_t size);
void* stp_heap_alloc_aligned(struct stp_heap* heap, size_t alignment, size_t size);
void* stp_heap_alloc_zeroed(struct stp_heap* heap,
                            size_t size); /* fresh memory is not written to */
void* stp_heap_resize(struct stp_heap* heap, void* block, size_t size);
void stp_heap_free(struct stp_heap* heap,
                   void* block); /* a block freed twice, or not of this heap: stp_process_abort */
size_t stp_heap_usable(const struct stp_heap* heap, const void* block);
size_t stp_heap_in_use(const struct stp_heap* heap); /* bytes handed out and not freed */

#endif
