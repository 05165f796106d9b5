/* posix_spawn(3): a child that runs another program from the start. Nothing of the caller's memory
 * is copied; the child gets what fork and exec together would give it. */
#ifndef STP_SPAWN_H
#define STP_SPAWN_H

#include <stdint.h>

struct stp_exec;
struct stp_process;

/* A child of the calling process, without memory and threads yet; known to nobody. Until
 * stp_spawn_return, the calling thread acts for it: stp_me is the child, and models change what the
 * child has inherited. It must not block meanwhile. */
struct stp_process* stp_spawn_begin(void);
void stp_spawn_return(struct stp_process* parent);

/* Gives the child its program, which runs from now on with `blocked` signals; it is in the tree.
 * Takes `exec`'s contents over. 0, or -ENOMEM: then the child is gone. */
int stp_spawn_finish(struct stp_process* child, struct stp_exec* exec, uint64_t blocked);

/* Forgets the child instead. */
void stp_spawn_abort(struct stp_process* child);

#endif
