/* Holders of locks, and waiters for those that are robust: in one queue, for they are few. */
#include "sync/robust.h"

#include <limits.h>

#include "process/process.h"
#include "sync/word_waiter.h"

struct stp_waitq stp_robust_waiters;

uint64_t stp_holder(struct stp_thread* thread) {
  static uint64_t last;
  if (thread->holder == 0)
    thread->holder = ++last;
  return thread->holder;
}

bool stp_holder_lives(uint64_t holder) {
  for (const struct stp_process* p = stp_me->host->processes; p != NULL; p = p->next_on_host)
    for (const struct stp_thread* t = p->threads; t != NULL; t = t->next)
      if (t->holder == holder && !t->ending)
        return true;
  return false;
}

void stp_robust_held(const struct stp_word* word, uint64_t holder) {
  for (struct stp_waiter* waiter = stp_robust_waiters.first; waiter != NULL;
       waiter = waiter->next) {
    struct stp_word_waiter* const waiting = (struct stp_word_waiter*)waiter;
    if (stp_word_same(&waiting->word, word))
      waiting->holder = holder;
  }
}

/* The first who waits for something that this holder had, and lives. */
static struct stp_word_waiter* first_of(uint64_t holder) {
  for (struct stp_waiter* waiter = stp_robust_waiters.first; waiter != NULL; waiter = waiter->next)
    if (((struct stp_word_waiter*)waiter)->holder == holder && stp_waiter_lives(waiter))
      return (struct stp_word_waiter*)waiter;
  return NULL;
}

/* The first of each lock is woken: it takes the lock, and the others wait for it. */
void stp_robust_ended(struct stp_thread* thread) {
  const uint64_t holder = thread->holder;
  thread->holder = 0;
  if (holder == 0)
    return;
  struct stp_word_waiter* first;
  while ((first = first_of(holder)) != NULL) {
    const struct stp_word word = first->word;
    struct stp_waiter* const waiter = &first->waiter;
    stp_waitq_remove(waiter);
    stp_robust_held(&word, stp_holder(waiter->thread));
    waiter->notify(waiter);
  }
}
