/* The simterpose executable's own malloc, calloc, realloc and free, which come before libc's for
 * the whole real process: code that is not mediated may free what a mediated call allocated from
 * the heap of a process, and libc may have to allocate there (heap.h: stp_heap_of_libc). Real
 * blocks go to the real allocator, under the names that libc keeps for this; the rest of malloc's
 * family is libc's own. Left out of sanitizer builds. */
#include <errno.h>
#include <stdlib.h>

#include "process/heap.h"

#define EXPORTED __attribute__((visibility("default"), used))

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* block, size_t size);
void __libc_free(void* block);

static void* or_no_memory(void* block) {
  if (block == NULL)
    errno = ENOMEM;
  return block;
}

EXPORTED void* malloc(size_t size) {
  if (__builtin_expect(stp_heap_of_libc != NULL, 0))
    return or_no_memory(stp_heap_alloc(stp_heap_of_libc, size));
  return __libc_malloc(size);
}

EXPORTED void* calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_expect(stp_heap_of_libc == NULL, 1))
    return __libc_calloc(count, size);
  if (__builtin_mul_overflow(count, size, &bytes))
    return or_no_memory(NULL);
  return or_no_memory(stp_heap_alloc_zeroed(stp_heap_of_libc, bytes));
}

EXPORTED void free(void* block) {
  struct stp_heap* const heap = stp_heap_of(block);
  if (heap == NULL)
    __libc_free(block);
  else
    stp_heap_free(heap, block);
}

EXPORTED void* realloc(void* block, size_t size) {
  struct stp_heap* const heap = stp_heap_of(block);
  if (block == NULL)
    return malloc(size);
  if (heap == NULL)
    return __libc_realloc(block, size);
  if (size == 0) { /* as glibc: freed */
    stp_heap_free(heap, block);
    return NULL;
  }
  return or_no_memory(stp_heap_resize(heap, block, size));
}
