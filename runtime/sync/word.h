/* Waiting for a place in memory. Objects that programs hold (mutexes, semaphores, futexes ...) are
 * plain numbers there, as in libc: they may be copied by fork or lie in memory that processes
 * share, at another address in each. Threads that wait for one are in a table of queues of the
 * runtime, by what the place is: memory of one process, or a place in a shared object. */
#ifndef STP_WORD_H
#define STP_WORD_H

#include <limits.h>
#include <pthread.h>
#include <stdint.h>

struct stp_thread;
struct stp_waitq;

/* What a place is for the calling process. */
struct stp_word {
  uint64_t object;         /* number of the shared object (file/shared.h), or the process, or 0 */
  uint64_t offset;         /* in it, or the address */
  struct stp_waitq* queue; /* shared with others */
};
struct stp_word stp_word_at(const void* address);

/* Blocks until the word is woken for one of `bits`, or until the deadline. 1 (a wake took it out of
 * the queue), 0 (try again: a signal handler has run), -ETIMEDOUT or -EINTR. `waiters` may be null:
 * a count beside the word, of at least as many as wait, so that most wakes need not look. `holder`:
 * see sync/robust.h; else 0. */
int stp_word_wait(const struct stp_word* word, unsigned bits, uint32_t* waiters, uint64_t holder,
                  double deadline);

/* Wakes at most `count` threads, longest waiting first. Returns how many. */
int stp_word_wake(const struct stp_word* word, unsigned bits, uint32_t* waiters, int count);

/* The same, giving something to each (a post, a lock) that must not be lost if the thread is killed
 * before it has run: then take_back is called, with the `waiters` that the thread gave to
 * stp_word_wait, where that memory lies now. Anywhere; may give it to others. */
typedef void stp_take_back(const struct stp_word* word, uint32_t* waiters);
int stp_word_give(const struct stp_word* word, unsigned bits, uint32_t* waiters, int count,
                  stp_take_back* take_back);

/* The thread that is woken next; null: none waits. */
struct stp_thread* stp_word_first(const struct stp_word* word, unsigned bits);

/* A thread will never run again: takes back what it has been given. */
void stp_word_drop(struct stp_thread* thread);

/* Moves threads that remain after the wake to another word; returns how many were woken or moved.
 */
int stp_word_requeue(const struct stp_word* word, int wake, const struct stp_word* other, int move);

/* Spin locks, with glibc's values. A thread that would spin waits. stp_spin_try: 0 or -EBUSY. */
enum { STP_SPIN_FREE = 1, STP_SPIN_HELD = 0, STP_SPIN_WAITED_FOR = -1 };
void stp_spin_lock(volatile int* lock);
int stp_spin_try(volatile int* lock);
void stp_spin_unlock(volatile int* lock);

/* pthread_once. On the user stack; `routine` may throw (this file is compiled with -fexceptions).
 */
void stp_once(int* control, void (*routine)(void));

#endif
