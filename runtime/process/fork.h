/* fork(2) and vfork(2): a copy of the calling process. Parent and child have equal addresses; they
 * become a family (process/family.h) of which one is in place at a time. */
#ifndef STP_FORK_H
#define STP_FORK_H

#include <sys/types.h>

/* Copies the calling process, with the calling thread only. Returns the child's pid to the parent,
 * 0 to the child (in another virtual thread, at the same place of the same stack: what the caller
 * kept in locals about runtime objects, stp_self and stp_me above all, is then the parent's: read
 * it again), or -EAGAIN (RLIMIT_NPROC, no addresses) or -ENOMEM. Runs no pthread_atfork handlers.
 * Does not block. */
pid_t stp_fork(void);

#endif
