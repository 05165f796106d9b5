/* The heap of one virtual process: malloc and friends over its region. Two-level segregated fit
 * (Masmano et al., "TLSF: a new dynamic memory allocator for real-time systems", ECRTS 2004) behind
 * bins of small blocks just freed: constant time, no state outside the region but the region's own
 * record, the same addresses in every run. */
#ifndef STP_HEAP_H
#define STP_HEAP_H

#include <stdbool.h>
#include <stddef.h>

struct stp_heap; /* lies at the start of the heap area of its region */
struct stp_region;

/* Prepares the heap area of a fresh region, whose heap_start is set. */
struct stp_heap* stp_heap_create(struct stp_region* region);

/* The record of the region changes place (a fork copied the memory). */
void stp_heap_adopt(struct stp_heap* heap, struct stp_region* region);

/* The heap that an address belongs to, if it lies in the region of a process; else null. */
struct stp_heap* stp_heap_of(const void* address);

/* All return null when the region is full. Blocks are aligned to 16 bytes; `alignment` is a power
 * of two. stp_heap_alloc_zeroed does not write to fresh memory. */
void* stp_heap_alloc(struct stp_heap* heap, size_t size);
void* stp_heap_alloc_aligned(struct stp_heap* heap, size_t alignment, size_t size);
void* stp_heap_alloc_zeroed(struct stp_heap* heap, size_t size);

/* Grows or shrinks, in place if possible. On failure returns null and the block stays. */
void* stp_heap_resize(struct stp_heap* heap, void* block, size_t size);

/* Null: nothing. A block freed twice, overrun, or not of this heap ends the process:
 * stp_process_abort. */
void stp_heap_free(struct stp_heap* heap, void* block);

/* While not null, what libc allocates by itself comes from this heap: set around calls of libc that
 * keep memory on behalf of the program (regcomp), as a fork must copy it and the end of the process
 * free it. What is called meanwhile neither blocks nor calls back. Without effect in sanitizer
 * builds. */
extern struct stp_heap* stp_heap_of_libc;

size_t stp_heap_usable(struct stp_heap* heap, const void* block);

/* Gives free memory back to the system as far as possible; false if there was none. */
bool stp_heap_trim(struct stp_heap* heap);

size_t stp_heap_in_use(const struct stp_heap* heap); /* bytes handed out and not freed */
size_t stp_heap_size(const struct stp_heap* heap);   /* bytes from its start to its top */

#endif
