/* The lists of exit functions: two per process, in its own heap. */
#include "process/exits.h"

#include <errno.h>

#include "process/process.h"

struct node {
  struct node* next;
  struct stp_exit entry;
};

struct stp_exits {
  struct node *normal, *quick;
};

int stp_exits_add(const struct stp_exit* entry, bool quick) {
  struct stp_exits* exits = stp_me->exits;
  if (!exits) {
    exits = stp_me->exits = stp_heap_alloc_zeroed(stp_me->heap, sizeof *exits);
    if (!exits)
      return -ENOMEM;
  }
  struct node* node = stp_heap_alloc(stp_me->heap, sizeof *node);
  if (!node)
    return -ENOMEM;
  struct node** list = quick ? &exits->quick : &exits->normal;
  *node = (struct node){.next = *list, .entry = *entry};
  *list = node;
  return 0;
}

/* Takes the latest function (of the module, if one is given) out of the list. */
static bool take(struct node** list, const void* dso_handle, struct stp_exit* entry) {
  for (; *list; list = &(*list)->next) {
    struct node* node = *list;
    if (dso_handle && node->entry.dso_handle != dso_handle)
      continue;
    *entry = node->entry;
    *list = node->next;
    stp_heap_free(stp_me->heap, node);
    return true;
  }
  return false;
}

void stp_exits_run(bool quick, int status, const void* dso_handle) {
  struct stp_exits* exits = stp_me->exits;
  struct stp_exit entry;
  while (exits && take(quick ? &exits->quick : &exits->normal, dso_handle, &entry))
    switch (entry.kind) {
    case STP_EXIT_PLAIN:
      entry.function.plain();
      break;
    case STP_EXIT_STATUS:
      entry.function.status(status, entry.argument);
      break;
    case STP_EXIT_ARGUMENT:
      entry.function.argument(entry.argument);
      break;
    }
}
