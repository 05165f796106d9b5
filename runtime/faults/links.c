/* What is done to links: each is as the platform says, but for the cases that concern it. What it
 * was like before the first of them is kept meanwhile. */
#include <math.h>
#include <utlist.h>

#include "engine/engine.h"
#include "faults/fault.h"
#include "net/hash.h"
#include "net/link.h"
#include "net/power.h"
#include "process/process.h"

struct base {
  struct stp_link* link;
  double bandwidth, latency, loss, duplicate, jitter;
  bool reorder, down;
  UT_hash_handle hh;
};

static struct base* bases;

static struct base* base_of(struct stp_link* link) {
  struct base* base;
  HASH_FIND_PTR(bases, &link, base);
  if (!base) {
    base = stp_alloc(sizeof *base);
    *base = (struct base){link,
                          stp_engine_link_bandwidth(link->engine),
                          stp_engine_link_latency(link->engine),
                          link->loss,
                          link->duplicate,
                          link->jitter,
                          link->reorder,
                          .down = false};
    HASH_ADD_PTR(bases, link, base);
  }
  return base;
}

static bool concerns(const struct stp_fault_case* it, const struct stp_link* link) {
  for (size_t i = 0; i < it->links.count; i++)
    if (it->links.links[i] == link)
      return true;
  return false;
}

double stp_fault_apply(const struct stp_fault_number* number, double value) {
  switch (number->change) {
  case STP_FAULT_KEEP:
    return value;
  case STP_FAULT_SET:
    return number->value;
  case STP_FAULT_TIMES:
    return value * number->value;
  case STP_FAULT_ADD:
    return value + number->value;
  }
  return value;
}

static void apply(const struct stp_fault_quality* quality, struct base* now) {
  now->bandwidth = fmax(stp_fault_apply(&quality->bandwidth, now->bandwidth), 1);
  now->latency = fmax(stp_fault_apply(&quality->latency, now->latency), 0);
  now->loss = fmin(fmax(stp_fault_apply(&quality->loss, now->loss), 0), 1);
  now->duplicate = fmin(fmax(stp_fault_apply(&quality->duplicate, now->duplicate), 0), 1);
  now->jitter = fmax(stp_fault_apply(&quality->jitter, now->jitter), 0);
  now->reorder = stp_fault_apply(&quality->reorder, now->reorder) > 0;
}

static void show(struct stp_link* link, const struct base* now) {
  struct stp_engine_link* const engine = link->engine;
  if (stp_engine_link_bandwidth(engine) != now->bandwidth)
    stp_engine_link_set_bandwidth(engine, now->bandwidth);
  if (stp_engine_link_latency(engine) != now->latency)
    stp_engine_link_set_latency(engine, now->latency);
  link->loss = now->loss;
  link->duplicate = now->duplicate;
  link->jitter = now->jitter;
  link->reorder = now->reorder;
}

static void update(struct stp_link* link) {
  struct base* const base = base_of(link);
  struct base now = *base;
  bool down = false, concerned = false;
  const struct stp_fault_case* it;
  DL_FOREACH(stp_fault_cases, it) {
    if (it->group_of != NULL || !concerns(it, link))
      continue;
    concerned =
        concerned || it->fault->kind == STP_FAULT_LINK_DOWN || it->fault->kind == STP_FAULT_DEGRADE;
    down = down || it->fault->kind == STP_FAULT_LINK_DOWN;
    if (it->fault->kind == STP_FAULT_DEGRADE)
      apply(&it->fault->request->quality, &now);
  }
  show(link, &now);
  if (down != base->down)
    stp_engine_link_turn(link->engine, !down);
  base->down = down;
  if (concerned)
    return;
  HASH_DEL(bases, base);
  stp_free(base);
}

static void update_all(const struct stp_fault_links* links) {
  for (size_t i = 0; i < links->count; i++)
    update(links->links[i]);
  stp_net_ways_changed();
}

/* Takes the links of a case from those of another kind. */
static void release(enum stp_fault_kind kind, const struct stp_fault_case* by) {
  struct stp_fault_case *it, *next;
  DL_FOREACH_SAFE(stp_fault_cases, it, next) {
    if (it->fault->kind != kind || it->group_of != NULL)
      continue;
    size_t left = 0;
    for (size_t i = 0; i < it->links.count; i++)
      if (!concerns(by, it->links.links[i]))
        it->links.links[left++] = it->links.links[i];
    it->links.count = left;
    if (left == 0)
      stp_fault_case_drop(it);
  }
}

void stp_fault_links_begin(struct stp_fault_case* it) {
  const bool restore = it->fault->kind == STP_FAULT_RESTORE;
  if (restore || it->fault->kind == STP_FAULT_LINK_UP)
    release(restore ? STP_FAULT_DEGRADE : STP_FAULT_LINK_DOWN, it);
  update_all(&it->links);
  if (restore)
    stp_fault_case_drop(it);
}

void stp_fault_links_end(struct stp_fault_case* it) { update_all(&it->links); }
