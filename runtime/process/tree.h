/* The tree of processes: parents, children, zombies. Every host has a process 1 that is not
 * emulated: it is the parent of what the deployment started, adopts orphans and reaps at once. */
#ifndef STP_TREE_H
#define STP_TREE_H

#include <sys/types.h>

struct stp_process;

enum { STP_INIT_PID = 1 };

/* The pid of its parent; 1 if it has none. */
pid_t stp_tree_parent(const struct stp_process* process);

/* Makes a new process the youngest child of `parent`. */
void stp_tree_add(struct stp_process* child, struct stp_process* parent);

/* A process has lost its threads, memory and descriptors, and its status is known: its children
 * become orphans (zombies among them are reaped), and it becomes a zombie and its parent is told,
 * or, where nobody will wait for it, it is freed. Maestro; process.c calls it last. */
void stp_tree_ended(struct stp_process* process);

#endif
