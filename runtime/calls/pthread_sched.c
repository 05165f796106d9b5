/* pthread.h: policies, priorities and processors of threads. */
#include "calls/adapter.h"
#include "sync/scheduling.h"
#include "sync/threads.h"

static struct stp_thread_record* find(pthread_t handle) {
  struct stp_thread_record* const record = stp_thread_record_find(handle);
  return stp_thread_of_record(record) != NULL ? record : NULL;
}

int simterpose_pthread_setschedparam(pthread_t handle, int policy,
                                     const struct sched_param* parameters) {
  struct stp_thread_record* const record = find(handle);
  if (record == NULL)
    return ESRCH;
  const int error = stp_scheduling_check(policy, parameters->sched_priority);
  if (error == 0) {
    record->policy = policy;
    record->priority = parameters->sched_priority;
  }
  return -error;
}

int simterpose_pthread_getschedparam(pthread_t handle, int* policy,
                                     struct sched_param* parameters) {
  const struct stp_thread_record* const record = find(handle);
  if (record == NULL)
    return ESRCH;
  *policy = record->policy;
  parameters->sched_priority = record->priority;
  return 0;
}

int simterpose_pthread_setschedprio(pthread_t handle, int priority) {
  const struct stp_thread_record* const record = find(handle);
  if (record == NULL)
    return ESRCH;
  const struct sched_param parameters = {.sched_priority = priority};
  return simterpose_pthread_setschedparam(handle, record->policy, &parameters);
}

int simterpose_pthread_setaffinity_np(pthread_t handle, size_t size, const cpu_set_t* set) {
  const struct stp_thread_record* const record = find(handle);
  return record == NULL ? ESRCH : -stp_affinity_set(stp_thread_of_record(record), size, set);
}

int simterpose_pthread_getaffinity_np(pthread_t handle, size_t size, cpu_set_t* set) {
  const struct stp_thread_record* const record = find(handle);
  return record == NULL ? ESRCH : -stp_affinity_get(stp_thread_of_record(record), size, set);
}

int simterpose_pthread_setconcurrency(int level) {
  if (level < 0)
    return EINVAL;
  stp_me->sync->concurrency = level;
  return 0;
}

int simterpose_pthread_getconcurrency(void) { return stp_me->sync->concurrency; }
