/* A binary heap by date and order, and a list of holds. */
#include "trace/sequence.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <utlist.h>

#include "process/process.h"

struct item {
  double date;
  uint64_t order;
  void (*act)(void* what, double date);
  void* what;
};

static struct item* heap;
static size_t count, capacity;
static uint64_t order;
static struct stp_sequence_hold* holds;

/* Most come last. */
void stp_sequence_hold(struct stp_sequence_hold* hold, double date) {
  hold->date = date;
  struct stp_sequence_hold* place = holds == NULL ? NULL : holds->prev;
  while (place != NULL && place->date > date)
    place = place == holds ? NULL : place->prev;
  if (place == NULL)
    DL_PREPEND(holds, hold);
  else
    DL_APPEND_ELEM(holds, place, hold);
}

void stp_sequence_release(struct stp_sequence_hold* hold) { DL_DELETE(holds, hold); }

static bool before(const struct item* a, const struct item* b) {
  return a->date < b->date || (a->date == b->date && a->order < b->order);
}

void stp_sequence_add(double date, void (*act)(void* what, double date), void* what) {
  if (count == capacity) {
    capacity = capacity == 0 ? 256 : 2 * capacity;
    struct item* const more = stp_alloc(capacity * sizeof *more);
    if (count > 0)
      memcpy(more, heap, count * sizeof *more);
    stp_free(heap);
    heap = more;
  }
  const struct item item = {date, order++, act, what};
  size_t at = count++;
  for (; at > 0 && before(&item, &heap[(at - 1) / 2]); at = (at - 1) / 2)
    heap[at] = heap[(at - 1) / 2];
  heap[at] = item;
}

static struct item take(void) {
  const struct item first = heap[0], last = heap[--count];
  size_t at = 0;
  for (size_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && before(&heap[child + 1], &heap[child]))
      child++;
    if (!before(&heap[child], &last))
      break;
    heap[at] = heap[child];
  }
  heap[at] = last;
  return first;
}

void stp_sequence_advance(double date) {
  const double limit = holds == NULL || isinf(date) ? date : fmin(date, holds->date);
  while (count > 0 && heap[0].date <= limit) {
    const struct item item = take();
    item.act(item.what, item.date);
  }
}
