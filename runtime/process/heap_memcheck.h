/* The heap under valgrind's memcheck: what heap.c does, told. Blocks have their headers as redzones
 * and end with what was asked for, and every change of size moves them. */
#ifndef STP_HEAP_MEMCHECK_H
#define STP_HEAP_MEMCHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "process/memcheck.h"

struct stp_heap;

/* Whether a function of heap.c is to leave its work to the one below, which calls it again. */
extern bool stp_heap_telling;
#define stp_heap_told() (stp_memcheck() && !stp_heap_telling)

void* stp_heap_told_alloc(struct stp_heap* heap, size_t alignment, size_t size, bool zeroed);
void* stp_heap_told_resize(struct stp_heap* heap, void* block, size_t size);
void stp_heap_told_free(struct stp_heap* heap, void* block);
size_t stp_heap_told_usable(struct stp_heap* heap, const void* block);

/* The rest of a fresh heap is nobody's. */
void stp_heap_told_create(struct stp_heap* heap);

/* The heap goes: what the process leaves allocated and cannot reach is reported, if it ends, and
 * all is forgotten. Its memory is in place. */
void stp_heap_told_end(struct stp_heap* heap, bool process_ends);

#endif
