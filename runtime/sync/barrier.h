/* Barriers, laid over pthread_barrier_t. */
#ifndef STP_BARRIER_H
#define STP_BARRIER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct stp_barrier {
  uint32_t needed, arrived;
  uint32_t round; /* how often all have arrived */
};
_Static_assert(sizeof(struct stp_barrier) <= sizeof(pthread_barrier_t), "fits");

/* Waits for the others; true for one of them, the last to arrive. */
bool stp_barrier_wait(struct stp_barrier* barrier);

#endif
