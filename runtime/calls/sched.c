/* sched.h: yielding, policies and processors. */
#include "calls/adapter.h"
#include "sync/scheduling.h"
#include "time/spin.h"

int simterpose_sched_yield(void) {
  STP_CALL();
  stp_spin_check();
  stp_thread_yield();
  return 0;
}

int simterpose_sched_setscheduler(pid_t id, int policy, const struct sched_param* parameters) {
  struct stp_thread* thread;
  const int error = stp_scheduled_thread(id, &thread);
  return (int)stp_return(
      error < 0 ? error : stp_scheduling_set(thread, policy, parameters->sched_priority));
}

int simterpose_sched_getscheduler(pid_t id) {
  struct stp_thread* thread;
  const int error = stp_scheduled_thread(id, &thread);
  return (int)stp_return(error < 0 ? error : thread ? thread->policy : SCHED_OTHER);
}

int simterpose_sched_setparam(pid_t id, const struct sched_param* parameters) {
  const int policy = simterpose_sched_getscheduler(id);
  return policy < 0 ? -1 : simterpose_sched_setscheduler(id, policy, parameters);
}

int simterpose_sched_getparam(pid_t id, struct sched_param* parameters) {
  struct stp_thread* thread;
  const int error = stp_scheduled_thread(id, &thread);
  if (error == 0)
    parameters->sched_priority = thread ? thread->priority : 0;
  return (int)stp_return(error);
}

int simterpose_sched_rr_get_interval(pid_t id, struct timespec* interval) {
  struct stp_thread* thread;
  const int error = stp_scheduled_thread(id, &thread);
  if (error == 0)
    *interval = (struct timespec){.tv_nsec = 100000000};
  return (int)stp_return(error);
}

/* ---- processors ---- */

int simterpose_sched_setaffinity(pid_t id, size_t size, const cpu_set_t* set) {
  struct stp_thread* thread;
  const int error = stp_scheduled_thread(id, &thread);
  return (int)stp_return(error < 0 ? error : stp_affinity_set(thread, size, set));
}

int simterpose_sched_getaffinity(pid_t id, size_t size, cpu_set_t* set) {
  struct stp_thread* thread;
  const int error = stp_scheduled_thread(id, &thread);
  return (int)stp_return(error < 0 ? error : stp_affinity_get(thread, size, set));
}

int simterpose_sched_getcpu(void) { return stp_processor_of(stp_self); }

int simterpose_getcpu(unsigned* cpu, unsigned* node) {
  if (cpu != NULL)
    *cpu = (unsigned)simterpose_sched_getcpu();
  if (node != NULL)
    *node = 0;
  return 0;
}

/* Constants of the kernel. */
int simterpose_sched_get_priority_max(int policy) { return sched_get_priority_max(policy); }
int simterpose_sched_get_priority_min(int policy) { return sched_get_priority_min(policy); }
