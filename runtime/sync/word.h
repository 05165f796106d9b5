/* What programs keep in one int, with no room for a queue: spin locks, once-controls, futexes.
 * Threads that wait for one wait in a table of queues, by the word's address. */
#ifndef STP_WORD_H
#define STP_WORD_H

#include <limits.h>
#include <pthread.h>

/* Blocks until the word at this address is woken for one of `bits`, or until the deadline. 0,
 * -ETIMEDOUT, -EINTR, or 1: a signal handler has run, the call goes on. A word in the memory of a
 * process is known to that process only. */
int stp_word_wait(const void* word, unsigned bits, double deadline);

/* Wakes at most `count` threads, longest waiting first. Returns how many. */
int stp_word_wake(const void* word, unsigned bits, int count);

/* Moves threads that remain after the wake to another word; returns how many were woken or moved.
 */
int stp_word_requeue(const void* word, int wake, const void* other, int move);

/* Spin locks, with glibc's values. A thread that would spin waits. stp_spin_try: 0 or -EBUSY. */
enum { STP_SPIN_FREE = 1, STP_SPIN_HELD = 0, STP_SPIN_WAITED_FOR = -1 };
void stp_spin_lock(volatile int* lock);
int stp_spin_try(volatile int* lock);
void stp_spin_unlock(volatile int* lock);

/* pthread_once. On the user stack; `routine` may throw (this file is compiled with -fexceptions).
 */
void stp_once(int* control, void (*routine)(void));

#endif
