/* Readers-writer locks, laid over pthread_rwlock_t. As in glibc, readers go before writers unless
 * the lock was made with PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP. Errors are -errno. */
#ifndef STP_RWLOCK_H
#define STP_RWLOCK_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/* Lies where glibc leaves zeroes in a lock that nobody holds: constructors of libraries without the
 * plugin have used it natively. */
struct stp_rwlock { /* all zero: free, readers first */
  uint32_t glibc[4];
  uint32_t readers;                          /* that hold it */
  uint32_t waiting_readers, waiting_writers; /* at least as many as wait */
  uint32_t shared[3];
  uint64_t writer; /* stp_holder of the thread (sync/robust.h); 0: none */
  uint32_t kind;   /* PTHREAD_RWLOCK_PREFER_READER_NP ... */
};
_Static_assert(sizeof(struct stp_rwlock) <= sizeof(pthread_rwlock_t), "fits");
_Static_assert(offsetof(struct stp_rwlock, writer) == offsetof(pthread_rwlock_t, __data.__pad2) &&
                   offsetof(struct stp_rwlock, readers) ==
                       offsetof(pthread_rwlock_t, __data.__pad3),
               "words that glibc does not use");
_Static_assert(offsetof(struct stp_rwlock, kind) == offsetof(pthread_rwlock_t, __data.__flags),
               "static initialisers");

/* 0, -EDEADLK (the caller is the writer), -EAGAIN (too many readers), -ETIMEDOUT. The forms that do
 * not wait: -EBUSY. */
int stp_rwlock_read(struct stp_rwlock* lock, double deadline);
int stp_rwlock_try_read(struct stp_rwlock* lock);
int stp_rwlock_write(struct stp_rwlock* lock, double deadline);
int stp_rwlock_try_write(struct stp_rwlock* lock);

void stp_rwlock_unlock(struct stp_rwlock* lock);

#endif
