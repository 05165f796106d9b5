/* Waiting for hosts to go off or on. */
#include "deployed_parts.h"
#include "engine/engine.h"
#include "process/process.h"
#include "process/program.h"
#include "run.h"

/* The simulator follows its profiles only as far as something else is to come. So something is, a
 * long way off, while a host that is off has processes to start, and when every process waits: a
 * host that goes off or on may be what they wait for. */
static struct stp_timer* hope;
static double stuck_since = -1; /* the date at which every process came to wait; < 0: they do not */
static unsigned in_vain;        /* changes since, that concerned nobody */

static const double long_enough = 1e7; /* s */
enum { CHANGES_ENOUGH = 1000 };

static void give_up(void* unused) {
  (void)unused;
  hope = NULL;
  for (size_t i = 0; i < stp_deployed_count; i++)
    if (stp_deployed_units[i].due)
      stp_warn("%s: host %s is off and stays so: %s is not started",
               stp_deployed_units[i].request->where, stp_deployed_units[i].host->name,
               stp_deployed_units[i].program->name);
}

void stp_deployed_hope(bool reason) {
  if (reason && hope == NULL) {
    hope = stp_engine_timer(stp_engine_now() + long_enough, give_up, NULL);
  } else if (!reason && hope != NULL) {
    stp_engine_timer_cancel(hope);
    hope = NULL;
  }
}

void stp_deployed_changed(size_t concerned) {
  if (concerned > 0)
    stuck_since = -1;
  in_vain = concerned > 0 ? 0 : in_vain + 1;
  stp_deployed_hope(stp_deployed_any_due() || (stuck_since >= 0 && in_vain < CHANGES_ENOUGH));
}

bool stp_deployed_stuck(void) {
  if (stuck_since >= 0)
    return false;
  stuck_since = stp_engine_now();
  in_vain = 0;
  stp_deployed_hope(true);
  return true;
}

double stp_deployed_stuck_since(void) { return stuck_since; }

size_t stp_deployed_hopes(void) { return hope != NULL; }
