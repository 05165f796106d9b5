/* pthread.h: policies, priorities and processors of threads. */
#include "calls/adapter.h"
#include "sync/scheduling.h"
#include "sync/threads.h"

/* An attribute: libc's checks the priority by the kernel's bounds, which are ours. */
int simterpose_pthread_attr_setschedparam(pthread_attr_t* attributes,
                                          const struct sched_param* parameters) {
  return pthread_attr_setschedparam(attributes, parameters);
}

static struct stp_thread* find(pthread_t handle) {
  return stp_thread_of_record(stp_thread_record_find(handle));
}

int simterpose_pthread_setschedparam(pthread_t handle, int policy,
                                     const struct sched_param* parameters) {
  struct stp_thread* const thread = find(handle);
  return thread == NULL ? ESRCH : -stp_scheduling_set(thread, policy, parameters->sched_priority);
}

int simterpose_pthread_getschedparam(pthread_t handle, int* policy,
                                     struct sched_param* parameters) {
  const struct stp_thread* const thread = find(handle);
  if (thread == NULL)
    return ESRCH;
  *policy = thread->policy;
  parameters->sched_priority = thread->priority;
  return 0;
}

int simterpose_pthread_setschedprio(pthread_t handle, int priority) {
  struct stp_thread* const thread = find(handle);
  return thread == NULL ? ESRCH : -stp_scheduling_set(thread, thread->policy, priority);
}

int simterpose_pthread_setaffinity_np(pthread_t handle, size_t size, const cpu_set_t* set) {
  struct stp_thread* const thread = find(handle);
  return thread == NULL ? ESRCH : -stp_affinity_set(thread, size, set);
}

int simterpose_pthread_getaffinity_np(pthread_t handle, size_t size, cpu_set_t* set) {
  const struct stp_thread* const thread = find(handle);
  return thread == NULL ? ESRCH : -stp_affinity_get(thread, size, set);
}

int simterpose_pthread_setconcurrency(int level) {
  if (level < 0)
    return EINVAL;
  stp_me->sync->concurrency = level;
  return 0;
}

int simterpose_pthread_getconcurrency(void) { return stp_me->sync->concurrency; }
