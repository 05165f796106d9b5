/* sched.h: yielding, policies and processors. */
#include "calls/adapter.h"
#include "sync/scheduling.h"
#include "sync/threads.h"
#include "time/spin.h"

int simterpose_sched_yield(void) {
  STP_CALL();
  stp_spin_check();
  stp_thread_yield();
  return 0;
}

static struct stp_thread_record* find(pid_t id) {
  struct stp_thread* const thread = id < 0 ? NULL : stp_scheduled_thread(id);
  if (thread == NULL) {
    errno = id < 0 ? EINVAL : ESRCH;
    return NULL;
  }
  return stp_thread_record_of(thread);
}

int simterpose_sched_setscheduler(pid_t id, int policy, const struct sched_param* parameters) {
  struct stp_thread_record* const record = find(id);
  if (record == NULL)
    return -1;
  const int error = stp_scheduling_check(policy, parameters->sched_priority);
  if (error == 0) {
    record->policy = policy;
    record->priority = parameters->sched_priority;
  }
  return (int)stp_return(error);
}

int simterpose_sched_getscheduler(pid_t id) {
  const struct stp_thread_record* const record = find(id);
  return record == NULL ? -1 : record->policy;
}

int simterpose_sched_setparam(pid_t id, const struct sched_param* parameters) {
  const struct stp_thread_record* const record = find(id);
  return record == NULL ? -1 : simterpose_sched_setscheduler(id, record->policy, parameters);
}

int simterpose_sched_getparam(pid_t id, struct sched_param* parameters) {
  const struct stp_thread_record* const record = find(id);
  if (record == NULL)
    return -1;
  parameters->sched_priority = record->priority;
  return 0;
}

int simterpose_sched_rr_get_interval(pid_t id, struct timespec* interval) {
  const struct stp_thread_record* const record = find(id);
  if (record == NULL)
    return -1;
  *interval = (struct timespec){.tv_nsec = 100000000};
  return 0;
}

/* ---- processors ---- */

int simterpose_sched_setaffinity(pid_t id, size_t size, const cpu_set_t* set) {
  const struct stp_thread_record* const record = find(id);
  return record == NULL
             ? -1
             : (int)stp_return(stp_affinity_set(stp_thread_of_record(record), size, set));
}

int simterpose_sched_getaffinity(pid_t id, size_t size, cpu_set_t* set) {
  const struct stp_thread_record* const record = find(id);
  return record == NULL
             ? -1
             : (int)stp_return(stp_affinity_get(stp_thread_of_record(record), size, set));
}

/* The first processor that the thread may use. */
int simterpose_sched_getcpu(void) {
  cpu_set_t set;
  stp_affinity_get(stp_self, sizeof set, &set);
  int cpu = 0;
  while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, &set))
    cpu++;
  return cpu;
}

int simterpose_getcpu(unsigned* cpu, unsigned* node) {
  if (cpu != NULL)
    *cpu = (unsigned)simterpose_sched_getcpu();
  if (node != NULL)
    *node = 0;
  return 0;
}
