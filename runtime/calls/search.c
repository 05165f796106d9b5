/* The one hash table of a process (search.h: hcreate, hsearch, hdestroy): open addressing in its
 * own memory. Keys and data belong to the program. */
#include <search.h>
#include <string.h>

#include "calls/adapter.h"
#include "process/hidden.h"

struct table {
  ENTRY* entries; /* null: there is no table */
  size_t size, used;
  size_t limit; /* as many as the program asked for */
};

static struct table* table(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct table));
}

int simterpose_hcreate(size_t count) {
  struct table* const t = table();
  if (t->entries)
    return 0;
  size_t size = 8;
  while (size < count + count / 2)
    size *= 2;
  ENTRY* entries = stp_heap_alloc_zeroed(stp_me->heap, size * sizeof *entries);
  if (!entries) {
    errno = ENOMEM;
    return 0;
  }
  *t = (struct table){.entries = entries, .size = size, .limit = count < 3 ? 3 : count};
  return 1;
}

void simterpose_hdestroy(void) {
  struct table* const t = table();
  stp_process_free(t->entries);
  *t = (struct table){0};
}

/* FNV-1a, 32 bits. */
static uint32_t hash(const char* key) {
  uint32_t value = 2166136261;
  for (; *key; key++)
    value = (value ^ (unsigned char)*key) * 16777619;
  return value;
}

ENTRY* simterpose_hsearch(ENTRY item, ACTION action) {
  struct table* const t = table();
  if (!t->entries) {
    errno = ESRCH;
    return NULL;
  }
  size_t at = hash(item.key) & (t->size - 1);
  for (; t->entries[at].key; at = (at + 1) & (t->size - 1))
    if (strcmp(t->entries[at].key, item.key) == 0)
      return &t->entries[at];
  if (action != ENTER || t->used == t->limit) {
    errno = action == ENTER ? ENOMEM : ESRCH;
    return NULL;
  }
  t->used++;
  t->entries[at] = item;
  return &t->entries[at];
}
