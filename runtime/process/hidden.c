/* Blocks by key, in a list that lies in the process's heap: whatever becomes of the process's
 * memory (a fork, its end) becomes of them. The lists are short, the latest block in front. */
#include "process/hidden.h"

#include <string.h>

#include "process/process.h"

struct stp_hidden {
  struct stp_hidden* next;
  const void* key;
  _Alignas(16) char block[];
};

void* stp_hidden_block(const void* key, size_t size) {
  for (struct stp_hidden** link = &stp_me->hidden; *link; link = &(*link)->next) {
    struct stp_hidden* found = *link;
    if (found->key != key)
      continue;
    *link = found->next;
    found->next = stp_me->hidden;
    stp_me->hidden = found;
    return found->block;
  }
  struct stp_hidden* fresh = stp_process_alloc(sizeof *fresh + size);
  fresh->key = key;
  fresh->next = stp_me->hidden;
  stp_me->hidden = fresh;
  return fresh->block;
}

void* stp_process_alloc(size_t size) {
  void* block = stp_heap_alloc_zeroed(stp_me->heap, size);
  if (!block)
    stp_process_abort("no memory left for libc's own state (%zu bytes)", size);
  return block;
}

char* stp_process_strdup(const char* string) {
  size_t size = strlen(string) + 1;
  return memcpy(stp_process_alloc(size), string, size);
}

void stp_process_free(void* block) {
  if (block)
    stp_heap_free(stp_me->heap, block);
}
