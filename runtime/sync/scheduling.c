/* Policies, priorities and processors of threads. */
#include "sync/scheduling.h"

#include <errno.h>
#include <string.h>

#include "process/process.h"
#include "process/tree.h"

int stp_scheduled_thread(pid_t id, struct stp_thread** thread) {
  *thread = id == 0 ? stp_self : NULL;
  if (id < 0)
    return -EINVAL;
  if (id <= 1)
    return 0;
  for (struct stp_thread* t = stp_me->threads; *thread == NULL && t != NULL; t = t->next)
    if (t->tid == id)
      *thread = t;
  for (struct stp_process* p = stp_me->host->processes; *thread == NULL && p; p = p->next_on_host)
    if (p->pid == id)
      *thread = p->threads;
  return *thread == NULL ? -ESRCH : 0;
}

static int check(int policy, int priority) {
  switch (policy & ~SCHED_RESET_ON_FORK) {
  case SCHED_OTHER:
  case SCHED_BATCH:
  case SCHED_IDLE:
    return priority == 0 ? 0 : -EINVAL;
  case SCHED_FIFO:
  case SCHED_RR:
    return priority >= 1 && priority <= 99 ? 0 : -EINVAL;
  default:
    return -EINVAL;
  }
}

int stp_scheduling_set(struct stp_thread* thread, int policy, int priority) {
  const int error = check(policy, priority);
  if (error == 0 && thread != NULL) {
    thread->policy = policy;
    thread->priority = priority;
  }
  return error;
}

static cpu_set_t all_cores(void) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  for (int i = 0; i < stp_engine_host_cores(stp_me->host->engine) && i < CPU_SETSIZE; i++)
    CPU_SET(i, &cores);
  return cores;
}

int stp_affinity_set(struct stp_thread* thread, size_t size, const cpu_set_t* set) {
  const cpu_set_t cores = all_cores();
  cpu_set_t wanted;
  CPU_ZERO(&wanted);
  memcpy(&wanted, set, size < sizeof wanted ? size : sizeof wanted);
  CPU_AND(&wanted, &wanted, &cores);
  if (CPU_COUNT(&wanted) == 0)
    return -EINVAL;
  if (thread == NULL)
    return 0;
  if (thread->affinity == NULL)
    thread->affinity = stp_alloc(sizeof *thread->affinity);
  *thread->affinity = wanted;
  return 0;
}

int stp_affinity_get(const struct stp_thread* thread, size_t size, cpu_set_t* set) {
  const cpu_set_t cores = thread && thread->affinity ? *thread->affinity : all_cores();
  if (size % sizeof(unsigned long) != 0 ||
      size * 8 < (size_t)stp_engine_host_cores(stp_me->host->engine))
    return -EINVAL;
  memset(set, 0, size);
  memcpy(set, &cores, size < sizeof cores ? size : sizeof cores);
  return 0;
}

int stp_processor_of(const struct stp_thread* thread) {
  if (thread->affinity == NULL)
    return 0;
  int processor = 0;
  while (processor < CPU_SETSIZE - 1 && !CPU_ISSET(processor, thread->affinity))
    processor++;
  return processor;
}
