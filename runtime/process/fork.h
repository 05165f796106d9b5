/* fork(2) and vfork(2): a copy of the calling process. Parent and child have equal addresses; they
 * become a family (process/family.h) of which one is in place at a time. */
#ifndef STP_FORK_H
#define STP_FORK_H

#include <sys/types.h>

struct stp_process;

/* Copies the calling process, with the calling thread only. Returns the child's pid to the parent,
 * 0 to the child (in another virtual thread, at the same place of the same stack: what the caller
 * kept in locals about runtime objects, stp_self and stp_me above all, is then the parent's: read
 * it again), or -EAGAIN (RLIMIT_NPROC, no addresses) or -ENOMEM. Runs no pthread_atfork handlers.
 * Does not block. */
pid_t stp_fork(void);

/* The same for vfork: when the child replaces its program or ends (stp_vfork_end), what it has
 * written is written to the memory of the parent too, whose calling thread the caller then makes
 * wait for that; above all the result of an execve that failed. `frame` is the address from which
 * on the stack belongs to the caller's caller. */
pid_t stp_vfork(char* frame);

/* The calling process, or in maestro one that has ended, is about to lose its memory. Before it
 * does; on a kernel stack or in maestro. */
void stp_vfork_end(struct stp_process* child);

#endif
