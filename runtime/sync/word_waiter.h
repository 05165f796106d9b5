/* A thread that waits for a word; shared by word.c and robust.c. */
#ifndef STP_WORD_WAITER_H
#define STP_WORD_WAITER_H

#include "sync/wait.h"
#include "sync/word.h"

/* In the memory of stp_wait_memory. */
struct stp_word_waiter {
  struct stp_waiter waiter; /* `events`: the bits */
  struct stp_word word;
  uint64_t holder; /* of a robust mutex */
  uint32_t* waiters;
  stp_take_back* take_back; /* of what it has been given; then the thread's `gift` is this */
};

static inline bool stp_word_same(const struct stp_word* a, const struct stp_word* b) {
  return a->object == b->object && a->offset == b->offset;
}

/* Those that a wake for the word would find, in order: the first from `waiter` on, or null. A
 * thread that has been killed and not yet gone is none. */
struct stp_word_waiter* stp_word_next(struct stp_waiter* waiter, const struct stp_word* word,
                                      unsigned bits);

#endif
