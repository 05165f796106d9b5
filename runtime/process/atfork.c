/* The list of pthread_atfork: an array of the process's that grows. */
#include "process/atfork.h"

#include <stddef.h>
#include <string.h>

#include "process/hidden.h"

struct list {
  struct stp_atfork* entries;
  size_t count, capacity;
  size_t called; /* how many were registered when the fork under way began */
};

static struct list* list(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct list));
}

void stp_atfork_add(const struct stp_atfork* functions) {
  struct list* const all = list();
  if (all->count == all->capacity) {
    all->capacity = all->capacity * 2 + 4;
    struct stp_atfork* const larger = stp_process_alloc(all->capacity * sizeof *larger);
    if (all->count > 0)
      memcpy(larger, all->entries, all->count * sizeof *larger);
    stp_process_free(all->entries);
    all->entries = larger;
  }
  all->entries[all->count++] = *functions;
}

void stp_atfork_forget(const void* dso_handle) {
  struct list* const all = list();
  size_t kept = 0;
  for (size_t i = 0; i < all->count; i++)
    if (all->entries[i].dso_handle != dso_handle)
      all->entries[kept++] = all->entries[i];
  all->count = kept;
}

void stp_atfork_prepare(void) {
  struct list* const all = list();
  all->called = all->count;
  for (size_t i = all->called; i-- > 0;)
    if (all->entries[i].prepare)
      all->entries[i].prepare();
}

void stp_atfork_parent(void) {
  struct list* const all = list();
  for (size_t i = 0; i < all->called && i < all->count; i++)
    if (all->entries[i].parent)
      all->entries[i].parent();
}

void stp_atfork_child(void) {
  struct list* const all = list();
  for (size_t i = 0; i < all->called && i < all->count; i++)
    if (all->entries[i].child)
      all->entries[i].child();
}
