/* Condition variables, laid over pthread_cond_t (and cnd_t). Errors are -errno. */
#ifndef STP_CONDITION_H
#define STP_CONDITION_H

#include <pthread.h>
#include <stdint.h>
#include <threads.h>

struct stp_mutex;

struct stp_condition { /* all zero: a fresh one, CLOCK_REALTIME */
  uint32_t waiters;    /* at least as many as wait */
  int clock;           /* of pthread_cond_timedwait */
};
_Static_assert(sizeof(struct stp_condition) <= sizeof(pthread_cond_t), "fits");
_Static_assert(sizeof(struct stp_condition) <= sizeof(cnd_t), "fits");

/* Lets go of the mutex, waits to be woken or for the deadline, takes the mutex again. 0,
 * -ETIMEDOUT, -EPERM (not the owner of the mutex: nothing happens), or what taking the mutex gave.
 */
int stp_condition_wait(struct stp_condition* condition, struct stp_mutex* mutex, double deadline);

/* Wakes the thread that has waited longest; all. */
void stp_condition_signal(struct stp_condition* condition);
void stp_condition_broadcast(struct stp_condition* condition);

#endif
