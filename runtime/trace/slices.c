/* Slices of a thread's time. */
#include "trace/slices.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "process/process.h"

static bool alike(const struct stp_slice* a, const struct stp_slice* b) {
  return a->what == b->what && a->fd == b->fd && a->kind == b->kind;
}

/* The name is of what took more time. */
static void join(struct stp_slice* to, const struct stp_slice* from) {
  if (from->time > to->time && !alike(to, from)) {
    to->what = from->what;
    to->fd = from->fd;
    to->kind = from->kind;
  }
  to->end = fmax(to->end, from->end);
  to->time += from->time;
  to->count += from->count;
}

static void join_near(struct stp_slices* slices) {
  size_t kept = 0;
  for (size_t i = 1; i < slices->count; i++) {
    struct stp_slice* const last = &slices->items[kept];
    const struct stp_slice* const next = &slices->items[i];
    if (next->end - last->begin <= slices->gap)
      join(last, next);
    else
      slices->items[++kept] = *next;
  }
  slices->count = kept + 1;
}

static void make_room(struct stp_slices* slices) {
  if (slices->count == STP_SLICES_MOST) {
    const double whole = slices->items[slices->count - 1].end - slices->items[0].begin;
    slices->gap = fmax(slices->gap, whole / STP_SLICES_MOST);
    for (join_near(slices); slices->count > STP_SLICES_MOST / 2; join_near(slices))
      slices->gap *= 2;
  }
  if (slices->count == slices->capacity) {
    const size_t capacity = slices->capacity == 0 ? 8 : 2 * slices->capacity;
    struct stp_slice* const more = stp_alloc(capacity * sizeof *more);
    if (slices->count > 0)
      memcpy(more, slices->items, slices->count * sizeof *more);
    stp_free(slices->items);
    slices->items = more;
    slices->capacity = capacity;
  }
}

void stp_slices_add(struct stp_slices* slices, const struct stp_slice* slice) {
  struct stp_slice* const last = slices->count > 0 ? &slices->items[slices->count - 1] : NULL;
  if (slice->end <= slice->begin)
    return;
  if (last != NULL && ((alike(last, slice) && slice->begin <= last->end) ||
                       slice->end - last->begin <= slices->gap)) {
    join(last, slice);
    return;
  }
  make_room(slices);
  slices->items[slices->count++] = *slice;
}

void stp_slices_clear(struct stp_slices* slices) {
  stp_free(slices->items);
  *slices = (struct stp_slices){0};
}
