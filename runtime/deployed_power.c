/* Hosts that lose power, and regain it: what that does to the deployed processes. */
#include <signal.h>

#include "deployed_parts.h"
#include "engine/engine.h"
#include "ipc/power.h"
#include "net/power.h"
#include "process/process.h"
#include "run.h"
#include "trace/events.h"

static bool wanted_back(const struct stp_deployed* unit) {
  const struct stp_run_process* const request = unit->request;
  return request->restart && (request->stop < 0 || request->stop > stp_engine_now());
}

static void power_off(struct stp_host* host) {
  host->on = false;
  if (stp_observed())
    stp_tell_fault("host off", host->name, NULL, host);
  stp_net_power_off(host);
  stp_host_forget_names(host);
  size_t lost = 0;
  for (struct stp_process* p = host->processes; p != NULL; p = p->next_on_host) {
    if (p->ending)
      continue;
    lost++;
    p->stopped = true;
    if (p->origin != NULL && !stp_deployed_ceased)
      p->origin->due = wanted_back(p->origin);
    stp_process_kill(p, SIGKILL);
  }
  stp_info("host %s loses its power at %.6f, with %zu process%s", host->name, stp_engine_now(),
           lost, lost == 1 ? "" : "es");
  stp_deployed_changed(lost);
}

static void boot(struct stp_host* host) {
  host->on = true;
  if (stp_observed())
    stp_tell_fault("host on", host->name, NULL, host);
  stp_ipc_boot(host);
  stp_info("host %s is on again at %.6f", host->name, stp_engine_now());
  size_t started = 0;
  for (size_t i = 0; i < stp_deployed_count; i++)
    if (stp_deployed_units[i].due && stp_deployed_units[i].host == host) {
      stp_deployed_start(&stp_deployed_units[i]);
      started++;
    }
  stp_deployed_changed(started);
}

void stp_deployed_host_changed(struct stp_engine_host* handle, bool on) {
  struct stp_host* const host = stp_host_by_name(stp_engine_host_name(handle));
  if (host->on != on)
    (on ? boot : power_off)(host);
}
