/* What is done to the ways between groups of hosts: partitions, and what netem would do between
 * two hosts. Nothing is kept for a pair of hosts: paths ask when something has changed. */
#include <stddef.h>
#include <utlist.h>

#include "faults/fault.h"
#include "net/path.h"
#include "net/power.h"
#include "process/process.h"

static bool concerns(const struct stp_fault_case* it, const struct stp_host* from,
                     const struct stp_host* to) {
  const struct stp_run_fault* const request = it->fault->request;
  const unsigned a = it->group_of[from->index], b = it->group_of[to->index];
  switch (request->group_count) {
  case 0:
    return true;
  case 1:
    return request->one_way ? a == 1 && b == 0 : a != b;
  default:
    return request->one_way ? a == 1 && b == 2 : a != 0 && b != 0 && a != b;
  }
}

static void change(struct stp_affine* affine, const struct stp_fault_number* number) {
  switch (number->change) {
  case STP_FAULT_KEEP:
    return;
  case STP_FAULT_SET:
    *affine = (struct stp_affine){0, number->value};
    return;
  case STP_FAULT_TIMES:
    affine->scale *= number->value;
    affine->add *= number->value;
    return;
  case STP_FAULT_ADD:
    affine->add += number->value;
  }
}

static void degrade(struct stp_path_harm* harm, const struct stp_fault_quality* quality) {
  change(&harm->latency, &quality->latency);
  change(&harm->loss, &quality->loss);
  change(&harm->duplicate, &quality->duplicate);
  change(&harm->jitter, &quality->jitter);
  if (quality->reorder.change != STP_FAULT_KEEP)
    harm->reorder = quality->reorder.value > 0;
}

static const struct stp_affine same = {1, 0};
static const struct stp_path_harm none = {
    .reorder = -1, .latency = {1, 0}, .loss = {1, 0}, .duplicate = {1, 0}, .jitter = {1, 0}};

static bool is_same(const struct stp_affine* affine) {
  return affine->scale == same.scale && affine->add == same.add;
}

static bool harmed(const struct stp_host* from, const struct stp_host* to,
                   struct stp_path_harm* harm) {
  *harm = none;
  const struct stp_fault_case* it;
  DL_FOREACH(stp_fault_cases, it) {
    if (it->group_of == NULL || !concerns(it, from, to))
      continue;
    const bool blocked = harm->blocked;
    switch (it->fault->kind) {
    case STP_FAULT_PARTITION:
      harm->blocked = true;
      break;
    case STP_FAULT_HEAL:
      harm->blocked = false;
      break;
    case STP_FAULT_DEGRADE:
      degrade(harm, &it->fault->request->quality);
      break;
    case STP_FAULT_RESTORE:
      *harm = none;
      harm->blocked = blocked;
      break;
    default:
      break;
    }
  }
  return harm->blocked || harm->reorder >= 0 || !is_same(&harm->latency) || !is_same(&harm->loss) ||
         !is_same(&harm->duplicate) || !is_same(&harm->jitter);
}

/* ---- cases that do not matter any more ---- */

static enum stp_fault_kind opposite(enum stp_fault_kind kind) {
  return kind == STP_FAULT_HEAL ? STP_FAULT_PARTITION : STP_FAULT_DEGRADE;
}

static bool heals(const struct stp_fault_case* it) {
  return it->group_of != NULL &&
         (it->fault->kind == STP_FAULT_HEAL || it->fault->kind == STP_FAULT_RESTORE);
}

static bool comes_after(const struct stp_fault_case* it, enum stp_fault_kind kind) {
  for (const struct stp_fault_case* before = stp_fault_cases; before != it; before = before->next)
    if (before->fault->kind == kind && before->group_of != NULL)
      return true;
  return false;
}

static void heal_all(const struct stp_fault_case* by) {
  struct stp_fault_case *it, *next;
  DL_FOREACH_SAFE(stp_fault_cases, it, next)
  if (it->group_of != NULL && it->fault->kind == opposite(by->fault->kind))
    stp_fault_case_drop(it);
}

static void tidy(void) {
  struct stp_fault_case *it, *next;
  DL_FOREACH_SAFE(stp_fault_cases, it, next)
  if (heals(it) && !comes_after(it, opposite(it->fault->kind)))
    stp_fault_case_drop(it);
}

void stp_fault_ways_begin(struct stp_fault_case* it) {
  stp_path_harmed = harmed;
  if (heals(it) && it->fault->request->group_count == 0)
    heal_all(it);
  tidy();
  stp_net_ways_changed();
}

void stp_fault_ways_end(struct stp_fault_case* it) {
  (void)it;
  tidy();
  stp_net_ways_changed();
}
