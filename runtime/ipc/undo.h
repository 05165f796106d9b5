/* SEM_UNDO: what a process has to give back to semaphores when it ends. Kept across exec, not
 * inherited by a forked child, shared by the threads of a process. */
#ifndef STP_UNDO_H
#define STP_UNDO_H

struct stp_process;
struct stp_semaphore_set;

struct stp_undo {
  struct stp_semaphore_set* set;
  struct stp_process* process;
  struct stp_undo *prev_in_set, *next_in_set, *prev, *next;
  short adjustments[]; /* to be added at the end, by member */
};

/* The process's record for a set, made if there is none. */
struct stp_undo* stp_undo_of(struct stp_process* process, struct stp_semaphore_set* set);

/* Forgets what all processes owe to one member; to the whole set, which is going. */
void stp_undo_clear(struct stp_semaphore_set* set, int member);
void stp_undo_drop(struct stp_semaphore_set* set);

#endif
