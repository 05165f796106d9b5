/* Policies, priorities and processors of threads. */
#include "sync/scheduling.h"

#include <errno.h>
#include <string.h>

#include "sync/threads.h"

struct stp_thread* stp_scheduled_thread(pid_t id) {
  if (id == 0)
    return stp_self;
  for (struct stp_thread* t = stp_me->threads; t != NULL; t = t->next)
    if (t->tid == id)
      return t;
  for (struct stp_process* p = stp_me->host->processes; p != NULL; p = p->next_on_host)
    if (p->pid == id)
      return p->threads;
  return NULL;
}

int stp_scheduling_check(int policy, int priority) {
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

static cpu_set_t cores_of(const struct stp_thread* thread) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  for (int i = 0; i < stp_engine_host_cores(thread->process->host->engine) && i < CPU_SETSIZE; i++)
    CPU_SET(i, &cores);
  return cores;
}

int stp_affinity_set(struct stp_thread* thread, size_t size, const cpu_set_t* set) {
  struct stp_thread_record* const record = stp_thread_record_of(thread);
  const cpu_set_t cores = cores_of(thread);
  cpu_set_t wanted;
  CPU_ZERO(&wanted);
  memcpy(&wanted, set, size < sizeof wanted ? size : sizeof wanted);
  CPU_AND(&wanted, &wanted, &cores);
  if (CPU_COUNT(&wanted) == 0)
    return -EINVAL;
  if (record->affinity == NULL) {
    record->affinity = stp_heap_alloc(thread->process->heap, sizeof *record->affinity);
    if (record->affinity == NULL)
      return -ENOMEM;
  }
  *record->affinity = wanted;
  return 0;
}

int stp_affinity_get(struct stp_thread* thread, size_t size, cpu_set_t* set) {
  const struct stp_thread_record* const record = stp_thread_record_of(thread);
  const cpu_set_t cores = record->affinity != NULL ? *record->affinity : cores_of(thread);
  if (size % sizeof(unsigned long) != 0 ||
      size * 8 < (size_t)stp_engine_host_cores(thread->process->host->engine))
    return -EINVAL;
  memset(set, 0, size);
  memcpy(set, &cores, size < sizeof cores ? size : sizeof cores);
  return 0;
}
