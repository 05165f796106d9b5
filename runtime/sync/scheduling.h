/* What programs ask of the scheduler: policies, priorities and processors of threads. Kept and
 * reported, without effect: a host shares its cores evenly. Errors are -errno. */
#ifndef STP_SCHEDULING_H
#define STP_SCHEDULING_H

#include <sched.h>

struct stp_thread;

/* The thread with this id on the calling thread's host: 0 for the caller, any thread of its
 * process, the first of another. Returns 0, -EINVAL (no id), or -ESRCH (there is none). *thread is
 * null for the host's process 1, which is none of ours and has the defaults. */
int stp_scheduled_thread(pid_t id, struct stp_thread** thread);

/* 0 or -EINVAL: no such policy, or the priority is out of its range. */
int stp_scheduling_set(struct stp_thread* thread, int policy, int priority);

/* 0 or -EINVAL: none of the host's cores. Sizes in bytes. */
int stp_affinity_set(struct stp_thread* thread, size_t size, const cpu_set_t* set);

/* 0 or -EINVAL: too small for the host's cores, or not whole words. */
int stp_affinity_get(const struct stp_thread* thread, size_t size, cpu_set_t* set);

/* The number of the processor on which the thread is said to run: the first that it may use. */
int stp_processor_of(const struct stp_thread* thread);

#endif
