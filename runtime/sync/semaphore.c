/* Semaphores. A post goes to the thread that has waited longest, if any waits. */
#include "sync/semaphore.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "sync/word.h"
#include "time/spin.h"
#include "time/work.h"

static bool take(struct stp_semaphore* semaphore) {
  if (semaphore->value == 0)
    return false;
  semaphore->value--;
  return true;
}

int stp_semaphore_try(struct stp_semaphore* semaphore) {
  if (take(semaphore))
    return 0;
  stp_spin_check();
  return -EAGAIN;
}

int stp_semaphore_wait(struct stp_semaphore* semaphore, double deadline) {
  while (!take(semaphore)) {
    const struct stp_word word = stp_word_at(semaphore);
    const int handed = stp_word_wait(&word, UINT_MAX, &semaphore->waiters, 0, deadline);
    if (handed != 0)
      return handed > 0 ? 0 : handed;
  }
  return 0;
}

static struct stp_semaphore* of_waiters(uint32_t* waiters) {
  return (struct stp_semaphore*)((char*)waiters - offsetof(struct stp_semaphore, waiters));
}

/* A post is not lost when the thread that got it is killed. */
static void take_back(const struct stp_word* word, uint32_t* waiters) {
  if (stp_word_give(word, UINT_MAX, waiters, 1, take_back) == 0)
    of_waiters(waiters)->value++;
}

/* Gives it to a thread that waits; false: none does. */
static bool give(struct stp_semaphore* semaphore) {
  if (semaphore->waiters == 0)
    return false;
  stp_work_flush();
  const struct stp_word word = stp_word_at(semaphore);
  return stp_word_give(&word, UINT_MAX, &semaphore->waiters, 1, take_back) > 0;
}

int stp_semaphore_post(struct stp_semaphore* semaphore) {
  if (give(semaphore))
    return 0;
  if (semaphore->value == SEM_VALUE_MAX)
    return -EOVERFLOW;
  semaphore->value++;
  return 0;
}
