/* Semaphores, laid over sem_t. Errors are -errno. */
#ifndef STP_SEMAPHORE_H
#define STP_SEMAPHORE_H

#include <semaphore.h>
#include <stdint.h>

struct stp_semaphore {
  unsigned value;   /* 0 while threads wait */
  uint32_t waiters; /* at least as many as wait */
};
_Static_assert(sizeof(struct stp_semaphore) <= sizeof(sem_t), "fits");

int stp_semaphore_try(struct stp_semaphore* semaphore); /* 0, -EAGAIN */
int stp_semaphore_wait(struct stp_semaphore* semaphore,
                       double deadline);                 /* 0, -ETIMEDOUT, -EINTR */
int stp_semaphore_post(struct stp_semaphore* semaphore); /* 0, -EOVERFLOW */

#endif
