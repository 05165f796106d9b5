/* Mutexes, laid over the program's pthread_mutex_t (and mtx_t). A mutex that is let go of is handed
 * to the thread that has waited longest: nobody starves, and the order is the same in every run.
 * Errors are -errno. */
#ifndef STP_MUTEX_H
#define STP_MUTEX_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <threads.h>

/* All zero is a free normal mutex; `kind` lies and reads as in glibc, whose static initialisers set
 * it: type in the low bits, then flags. Whether it is of one process or shared is told by where it
 * lies. */
struct stp_mutex {
  uint64_t owner; /* stp_holder of the thread (sync/robust.h); 0: free */
  uint32_t count; /* of a recursive one: how often the owner took it again */
  int32_t state;  /* of a robust one: enum stp_mutex_state */
  int32_t kind;
  uint32_t waiters; /* at least as many as wait */
};

enum stp_mutex_state { STP_MUTEX_SOUND, STP_MUTEX_ABANDONED, STP_MUTEX_LOST };

enum {
  STP_MUTEX_TYPE = 3, /* mask: PTHREAD_MUTEX_NORMAL ... PTHREAD_MUTEX_ADAPTIVE_NP */
  STP_MUTEX_ROBUST = 16,
  STP_MUTEX_DESTROYED = -1,
};

_Static_assert(sizeof(struct stp_mutex) <= sizeof(pthread_mutex_t), "fits");
_Static_assert(sizeof(struct stp_mutex) <= sizeof(mtx_t), "fits");
_Static_assert(offsetof(struct stp_mutex, kind) == offsetof(pthread_mutex_t, __data.__kind),
               "static initialisers");

/* Waits for the mutex until `deadline`. 0, or: -EDEADLK, -EAGAIN (taken too often), -ETIMEDOUT,
 * -EOWNERDEAD (taken), -ENOTRECOVERABLE, -EINVAL (destroyed). stp_mutex_try: -EBUSY instead of
 * waiting. */
int stp_mutex_lock(struct stp_mutex* mutex, double deadline);
int stp_mutex_try(struct stp_mutex* mutex);

int stp_mutex_unlock(struct stp_mutex* mutex);  /* 0, -EPERM, -EINVAL */
int stp_mutex_destroy(struct stp_mutex* mutex); /* 0, -EBUSY */

/* The owner of an abandoned mutex has repaired what it protects: 0 or -EINVAL. */
int stp_mutex_consistent(struct stp_mutex* mutex);

#endif
