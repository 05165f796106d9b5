/* Barriers, laid over pthread_barrier_t. */
#ifndef STP_BARRIER_H
#define STP_BARRIER_H

#include <pthread.h>

#include "sync/wait.h"

struct stp_barrier {
  unsigned needed, arrived;
  unsigned round; /* how often all have arrived */
  struct stp_waitq waiters;
};
_Static_assert(sizeof(struct stp_barrier) <= sizeof(pthread_barrier_t), "fits");

/* Waits for the others; true for one of them, the last to arrive. */
bool stp_barrier_wait(struct stp_barrier* barrier);

#endif
