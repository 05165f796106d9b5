/* What is done to hosts. */
#include <fnmatch.h>
#include <signal.h>
#include <utlist.h>

#include "deployed.h"
#include "engine/engine.h"
#include "faults/fault.h"
#include "net/pause.h"
#include "process/pause.h"
#include "process/process.h"
#include "process/signals.h"
#include "process/tree.h"
#include "time/aim.h"
#include "time/host_clock.h"

/* ---- cases of a kind that keep a host as it is ---- */

static bool is_kept(enum stp_fault_kind kind, const struct stp_host* host,
                    const struct stp_fault_case* except) {
  const struct stp_fault_case* it;
  DL_FOREACH(stp_fault_cases, it) {
    for (size_t i = 0; it->fault->kind == kind && it != except && i < it->hosts.count; i++)
      if (it->hosts.hosts[i] == host)
        return true;
  }
  return false;
}

/* Takes the host from all of them. */
static void release(enum stp_fault_kind kind, const struct stp_host* host) {
  struct stp_fault_case *it, *next;
  DL_FOREACH_SAFE(stp_fault_cases, it, next) {
    if (it->fault->kind != kind)
      continue;
    size_t left = 0;
    for (size_t i = 0; i < it->hosts.count; i++)
      if (it->hosts.hosts[i] != host)
        it->hosts.hosts[left++] = it->hosts.hosts[i];
    it->hosts.count = left;
    if (left == 0)
      stp_fault_case_drop(it);
  }
}

/* ---- power ---- */

static void go_on(struct stp_host* host) {
  if (!host->paused)
    return;
  stp_host_resume(host);
  stp_net_resume(host);
}

void stp_fault_crash(struct stp_fault_case* it) {
  for (size_t i = 0; i < it->hosts.count; i++) {
    struct stp_host* const host = it->hosts.hosts[i];
    release(STP_FAULT_PAUSE, host);
    stp_engine_host_turn(host->engine, false);
    go_on(host);
  }
}

void stp_fault_uncrash(struct stp_fault_case* it) {
  for (size_t i = 0; i < it->hosts.count; i++)
    if (!is_kept(STP_FAULT_CRASH, it->hosts.hosts[i], it))
      stp_engine_host_turn(it->hosts.hosts[i]->engine, true);
}

void stp_fault_restart(struct stp_fault_case* it) {
  for (size_t i = 0; i < it->hosts.count; i++) {
    release(STP_FAULT_CRASH, it->hosts.hosts[i]);
    stp_engine_host_turn(it->hosts.hosts[i]->engine, true);
  }
}

/* ---- pause ---- */

void stp_fault_pause(struct stp_fault_case* it) {
  for (size_t i = 0; i < it->hosts.count; i++) {
    struct stp_host* const host = it->hosts.hosts[i];
    if (host->paused || !stp_engine_host_is_on(host->engine))
      continue;
    stp_host_pause(host);
    stp_net_pause();
  }
}

void stp_fault_unpause(struct stp_fault_case* it) {
  for (size_t i = 0; i < it->hosts.count; i++)
    if (!is_kept(STP_FAULT_PAUSE, it->hosts.hosts[i], it))
      go_on(it->hosts.hosts[i]);
}

void stp_fault_resume(struct stp_fault_case* it) {
  for (size_t i = 0; i < it->hosts.count; i++) {
    release(STP_FAULT_PAUSE, it->hosts.hosts[i]);
    go_on(it->hosts.hosts[i]);
  }
}

/* ---- signals ---- */

static bool is_meant(const struct stp_run_fault* request, const struct stp_process* process) {
  return !process->ending &&
         (request->program == NULL || fnmatch(request->program, process->name, 0) == 0);
}

/* Those that ask a process to end: that it does is no failure. */
static bool ends(int signal) {
  return signal == SIGKILL || signal == SIGTERM || signal == SIGINT || signal == SIGQUIT;
}

static void signal_host(const struct stp_run_fault* request, int signal, struct stp_host* host,
                        struct stp_fault_case* it) {
  siginfo_t info = {.si_signo = signal, .si_code = SI_USER};
  info.si_pid = STP_INIT_PID;
  struct stp_process* next;
  for (struct stp_process* p = host->processes; p != NULL; p = next) {
    next = p->next_on_host;
    if (!is_meant(request, p))
      continue;
    p->stopped = p->stopped || ends(signal);
    if (it->killed != NULL && p->deployed && p->origin != NULL) {
      it->killed[it->killed_count++] = p->origin;
      stp_deployed_to_come(p->origin);
    }
    stp_signal_send(p, &info);
  }
}

static size_t deployed_on(const struct stp_fault_hosts* hosts) {
  size_t count = 0;
  for (size_t i = 0; i < hosts->count; i++)
    for (const struct stp_process* p = hosts->hosts[i]->processes; p != NULL; p = p->next_on_host)
      count += p->deployed;
  return count;
}

void stp_fault_kill(struct stp_fault_case* it) {
  const struct stp_run_fault* const request = it->fault->request;
  const int signal = request->signal == 0 ? SIGKILL : request->signal;
  if (request->duration > 0 && ends(signal))
    it->killed = stp_alloc((deployed_on(&it->hosts) + 1) * sizeof(void*));
  for (size_t i = 0; i < it->hosts.count; i++)
    signal_host(request, signal, it->hosts.hosts[i], it);
}

void stp_fault_unkill(struct stp_fault_case* it) {
  if (it->fault->request->signal == SIGSTOP)
    for (size_t i = 0; i < it->hosts.count; i++)
      signal_host(it->fault->request, SIGCONT, it->hosts.hosts[i], it);
  for (size_t i = 0; i < it->killed_count; i++)
    stp_deployed_again(it->killed[i]);
}

/* ---- clocks ---- */

static void jump(const struct stp_fault_hosts* hosts, double seconds) {
  for (size_t i = 0; i < hosts->count; i++) {
    stp_host_clock_step(stp_host_clock_of(hosts->hosts[i]), stp_engine_now(), seconds);
    stp_clock_changed(hosts->hosts[i], true);
  }
}

static void drift(const struct stp_fault_hosts* hosts, double ppm) {
  for (size_t i = 0; i < hosts->count; i++) {
    stp_host_clock_drift(stp_host_clock_of(hosts->hosts[i]), stp_engine_now(), ppm / 1e6);
    stp_clock_changed(hosts->hosts[i], false);
  }
}

void stp_fault_jump(struct stp_fault_case* it) { jump(&it->hosts, it->fault->request->value); }
void stp_fault_unjump(struct stp_fault_case* it) { jump(&it->hosts, -it->fault->request->value); }
void stp_fault_drift(struct stp_fault_case* it) { drift(&it->hosts, it->fault->request->value); }
void stp_fault_undrift(struct stp_fault_case* it) { drift(&it->hosts, -it->fault->request->value); }
