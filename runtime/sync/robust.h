/* Who holds a lock, and what happens when a holder ends: threads by numbers that are never used
 * again, in a run, so that a mutex in shared memory tells whose it is. A robust mutex is found to
 * be abandoned by the next who wants it; those who wait already are woken by the end of the holder,
 * which may be the end of its process. */
#ifndef STP_ROBUST_H
#define STP_ROBUST_H

#include <stdbool.h>
#include <stdint.h>

struct stp_thread;
struct stp_waitq;
struct stp_word;

/* The number of a thread; not 0. */
uint64_t stp_holder(struct stp_thread* thread);

/* Whether a thread of the calling thread's host has this number. */
bool stp_holder_lives(uint64_t holder);

/* Where threads wait for robust mutexes, instead of the queue of the word. */
extern struct stp_waitq stp_robust_waiters;

/* The holder has changed: those who wait for the word are to be woken by the end of this one. */
void stp_robust_held(const struct stp_word* word, uint64_t holder);

/* The thread ends, or begins anew (exec). Anywhere. */
void stp_robust_ended(struct stp_thread* thread);

#endif
