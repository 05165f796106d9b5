/* A ring that doubles when it is full. */
#include "net/transit.h"

#include <stddef.h>

#include "process/process.h"

enum { FIRST_CAPACITY = 4 };

static struct stp_transit_item* item_at(const struct stp_transit* transit, unsigned i) {
  return &transit->items[(transit->head + i) & (transit->capacity - 1)];
}

static void grow(struct stp_transit* transit) {
  struct stp_transit larger = {.capacity =
                                   transit->capacity ? 2 * transit->capacity : FIRST_CAPACITY,
                               .count = transit->count};
  larger.items = stp_alloc(larger.capacity * sizeof *larger.items);
  for (unsigned i = 0; i < transit->count; i++)
    larger.items[i] = *item_at(transit, i);
  stp_free(transit->items);
  *transit = larger;
}

void stp_transit_push(struct stp_transit* transit, struct stp_transit_item item) {
  if (transit->count == transit->capacity)
    grow(transit);
  if (transit->count > 0 && item.date < stp_transit_last(transit)->date)
    item.date = stp_transit_last(transit)->date;
  *item_at(transit, transit->count++) = item;
}

struct stp_transit_item* stp_transit_first(const struct stp_transit* transit) {
  return transit->count ? item_at(transit, 0) : NULL;
}

struct stp_transit_item* stp_transit_last(const struct stp_transit* transit) {
  return transit->count ? item_at(transit, transit->count - 1) : NULL;
}

void stp_transit_pop(struct stp_transit* transit) {
  transit->head = (transit->head + 1) & (transit->capacity - 1);
  transit->count--;
}

void stp_transit_hasten(struct stp_transit* transit, double date) {
  struct stp_transit_item* const last = stp_transit_last(transit);
  if (!last || last->date <= date)
    return;
  last->date = date;
  if (transit->count > 1 && item_at(transit, transit->count - 2)->date > date)
    last->date = item_at(transit, transit->count - 2)->date;
}

void stp_transit_clear(struct stp_transit* transit) {
  stp_free(transit->items);
  *transit = (struct stp_transit){0};
}
