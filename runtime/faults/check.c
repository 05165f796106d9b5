/* Whether a fault makes sense as it was asked for. */
#include <math.h>
#include <signal.h>

#include "faults/fault.h"
#include "trace/log.h"

static bool is_delay(double value) { return value >= 0 && value < INFINITY; }

static void check_dates(const struct stp_run_fault* request) {
  const char* const where = request->where;
  if (!is_delay(request->date) || !is_delay(request->every) || !is_delay(request->until) ||
      !is_delay(request->duration))
    stp_fatal("%s: dates and durations of a fault are 0 or more", where);
  if (request->random && request->every == 0)
    stp_fatal("%s: a random fault needs the mean of its intervals", where);
  if (request->every > 0 && request->every < 1e-6)
    stp_fatal("%s: a fault every %g s is too much", where, request->every);
  if (request->until > 0 && request->until <= request->date)
    stp_fatal("%s: the fault ends before it begins", where);
  if (request->duration > 0 && stp_fault_actions[request->kind].end == NULL)
    stp_fatal("%s: a %s has no duration", where, stp_fault_actions[request->kind].name);
}

static void check_targets(const struct stp_run_fault* request) {
  const char *const where = request->where, *const name = stp_fault_actions[request->kind].name;
  const size_t groups = request->group_count;
  if (request->kind < STP_FAULT_PARTITION && (groups != 1 || request->links.count > 0))
    stp_fatal("%s: a %s needs hosts", where, name);
  if (request->kind == STP_FAULT_PARTITION && groups == 0)
    stp_fatal("%s: a partition needs groups of hosts", where);
  if (request->kind <= STP_FAULT_HEAL && request->links.count > 0)
    stp_fatal("%s: a %s is of hosts, not of links", where, name);
  if (request->kind >= STP_FAULT_LINK_DOWN &&
      (groups > 2 || (groups > 0) == (request->links.count > 0)))
    stp_fatal("%s: a %s needs links, hosts, or two groups of hosts", where, name);
  if (request->one_way && groups != 2 && (groups != 1 || request->kind != STP_FAULT_PARTITION))
    stp_fatal("%s: only a partition, or what is between two groups, can be one-way", where);
}

static void check_number(const struct stp_run_fault* request, const struct stp_fault_number* number,
                         const char* name, double least, double most) {
  if (number->change == STP_FAULT_KEEP)
    return;
  const bool sum = number->change == STP_FAULT_ADD;
  if (!isfinite(number->value) || (!sum && number->value < 0) ||
      (number->change == STP_FAULT_SET && (number->value < least || number->value > most)))
    stp_fatal("%s: a %s of %g is impossible", request->where, name, number->value);
}

static void check_quality(const struct stp_run_fault* request) {
  const struct stp_fault_quality* const quality = &request->quality;
  if (quality->bandwidth.change != STP_FAULT_KEEP && request->group_count == 2)
    stp_fatal("%s: bandwidth is that of links, not of ways between hosts", request->where);
  if (quality->bandwidth.change != STP_FAULT_KEEP && quality->bandwidth.value == 0)
    stp_fatal("%s: a bandwidth of 0 is a link that is down", request->where);
  if ((quality->bandwidth.change | quality->latency.change | quality->loss.change |
       quality->duplicate.change | quality->jitter.change | quality->reorder.change) == 0)
    stp_fatal("%s: what is to become of the link?", request->where);
  check_number(request, &quality->bandwidth, "bandwidth", 0, INFINITY);
  check_number(request, &quality->latency, "latency", 0, INFINITY);
  check_number(request, &quality->loss, "loss", 0, 1);
  check_number(request, &quality->duplicate, "probability of duplicates", 0, 1);
  check_number(request, &quality->jitter, "jitter", 0, INFINITY);
}

void stp_fault_check(const struct stp_run_fault* request) {
  check_dates(request);
  check_targets(request);
  if (request->kind == STP_FAULT_DEGRADE)
    check_quality(request);
  if ((request->kind == STP_FAULT_CLOCK_JUMP || request->kind == STP_FAULT_CLOCK_DRIFT) &&
      !(fabs(request->value) <= (request->kind == STP_FAULT_CLOCK_JUMP ? 1e9 : 1e5)))
    stp_fatal("%s: a %s of %g is too much", request->where, stp_fault_actions[request->kind].name,
              request->value);
  if (request->signal < 0 || request->signal > SIGRTMAX)
    stp_fatal("%s: there is no signal %d", request->where, request->signal);
}
