/* The simterpose executable's own free and realloc, which come before libc's for the whole real
 * process: code that is not mediated may free what a mediated call allocated from the heap of a
 * process. Real blocks go to the real allocator, under the names that libc keeps for this; the rest
 * of malloc's family is libc's own. Left out of sanitizer builds. */
#include <errno.h>
#include <stdlib.h>

#include "process/heap.h"

#define EXPORTED __attribute__((visibility("default"), used))

void* __libc_realloc(void* block, size_t size);
void __libc_free(void* block);

EXPORTED void free(void* block) {
  struct stp_heap* const heap = stp_heap_of(block);
  if (heap == NULL)
    __libc_free(block);
  else
    stp_heap_free(heap, block);
}

EXPORTED void* realloc(void* block, size_t size) {
  struct stp_heap* const heap = stp_heap_of(block);
  if (heap == NULL)
    return __libc_realloc(block, size);
  if (size == 0) { /* as glibc: freed */
    stp_heap_free(heap, block);
    return NULL;
  }
  void* const resized = stp_heap_resize(heap, block, size);
  if (resized == NULL)
    errno = ENOMEM;
  return resized;
}
