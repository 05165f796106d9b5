/* Bytes of links in spans of time. */
#include "trace/usage.h"

#include <math.h>
#include <string.h>

#include "engine/engine.h"
#include "net/hash.h"
#include "net/link.h"
#include "net/path.h"
#include "process/process.h"

struct entry {
  const struct stp_engine_link* link;
  struct stp_link_usage usage;
  UT_hash_handle hh;
};

static struct entry* entries;

static const double first_span = 1e-3;

static struct stp_link_usage* usage_of(const struct stp_engine_link* link) {
  struct entry* entry;
  HASH_FIND_PTR(entries, &link, entry);
  if (entry == NULL) {
    entry = stp_alloc(sizeof *entry);
    entry->link = link;
    entry->usage.span = first_span;
    entry->usage.spans = stp_alloc(STP_USAGE_MOST * sizeof *entry->usage.spans);
    HASH_ADD_PTR(entries, link, entry);
  }
  return &entry->usage;
}

const struct stp_link_usage* stp_usage_of(const struct stp_engine_link* link) {
  struct entry* entry;
  HASH_FIND_PTR(entries, &link, entry);
  return entry == NULL ? NULL : &entry->usage;
}

static void halve(struct stp_link_usage* usage) {
  for (size_t i = 0; i < STP_USAGE_MOST / 2; i++)
    usage->spans[i] = usage->spans[2 * i] + usage->spans[2 * i + 1];
  memset(usage->spans + STP_USAGE_MOST / 2, 0, STP_USAGE_MOST / 2 * sizeof *usage->spans);
  usage->count = (usage->count + 1) / 2;
  usage->span *= 2;
}

static void add(struct stp_link_usage* usage, double begin, double end, double bytes) {
  while (end >= STP_USAGE_MOST * usage->span)
    halve(usage);
  const size_t first = (size_t)(begin / usage->span), last = (size_t)(end / usage->span);
  for (size_t i = first; i <= last; i++) {
    const double from = fmax(begin, (double)i * usage->span);
    const double to = fmin(end, (double)(i + 1) * usage->span);
    usage->spans[i] += first == last ? bytes : bytes * fmax(to - from, 0) / (end - begin);
  }
  if (last >= usage->count)
    usage->count = last + 1;
}

void stp_usage_add(const struct stp_event_carried* event) {
  for (size_t i = 0; i < event->path->length; i++) {
    const struct stp_engine_link* const link = event->path->links[i]->engine;
    struct stp_link_usage* const usage = usage_of(link);
    usage->bytes += event->bytes;
    usage->busy += event->bytes / fmax(stp_engine_link_bandwidth(link), 1);
    usage->flows++;
    add(usage, event->begin, event->date, event->bytes);
  }
}
