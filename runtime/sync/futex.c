/* The futex system call over waiting for a word. */
#include "sync/futex.h"

#include <errno.h>
#include <linux/futex.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "process/thread.h"
#include "sync/word.h"
#include "time/aim.h"
#include "time/clock.h"
#include "time/spin.h"
#include "time/work.h"
#include "trace/log.h"

static int wait_for_word(int* address, int operation, int value, const struct timespec* timeout,
                         unsigned bits) {
  double deadline = INFINITY;
  if (bits == 0 || (timeout != NULL && (timeout->tv_sec < 0 || !stp_timespec_valid(timeout))))
    return -EINVAL;
  if (timeout != NULL) {
    if ((operation & FUTEX_CMD_MASK) == FUTEX_WAIT)
      deadline = stp_date_after(timeout);
    else
      deadline = stp_aim_park(timeout,
                              operation & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC);
  }
  if (timeout != NULL)
    stp_self->interruption = STP_INTERRUPTED;
  stp_work_flush();
  const struct stp_word word = stp_word_at(address);
  int result;
  do {
    if (__atomic_load_n(address, __ATOMIC_RELAXED) != value) {
      stp_spin_check();
      return -EAGAIN;
    }
    result = stp_word_wait(&word, bits, NULL, 0, deadline);
  } while (result == 0);
  return result > 0 ? 0 : result;
}

static int wake(const int* address, unsigned bits, int count) {
  stp_work_flush();
  const struct stp_word word = stp_word_at(address);
  return stp_word_wake(&word, bits, NULL, count > 0 ? count : 1); /* the kernel, too, wakes one */
}

static int requeue(const int* address, int count, const int* address2, int move) {
  stp_work_flush();
  const struct stp_word word = stp_word_at(address), other = stp_word_at(address2);
  return stp_word_requeue(&word, count, &other, move);
}

long stp_futex(int* word, int operation, int value, const struct timespec* timeout, int* word2,
               int value3) {
  const int value2 = (int)(intptr_t)timeout;
  switch (operation & FUTEX_CMD_MASK) {
  case FUTEX_WAIT:
    return wait_for_word(word, operation, value, timeout, FUTEX_BITSET_MATCH_ANY);
  case FUTEX_WAIT_BITSET:
    return wait_for_word(word, operation, value, timeout, (unsigned)value3);
  case FUTEX_WAKE:
  case FUTEX_WAKE_BITSET: {
    const bool any = (operation & FUTEX_CMD_MASK) == FUTEX_WAKE;
    return !any && value3 == 0 ? -EINVAL
                               : wake(word, any ? FUTEX_BITSET_MATCH_ANY : (unsigned)value3, value);
  }
  case FUTEX_CMP_REQUEUE:
    if (__atomic_load_n(word, __ATOMIC_RELAXED) != value3)
      return -EAGAIN;
    return requeue(word, value, word2, value2);
  case FUTEX_REQUEUE:
    return requeue(word, value, word2, value2);
  default: {
    char what[32];
    snprintf(what, sizeof what, "operation %d", operation & FUTEX_CMD_MASK);
    stp_refuse("futex", what);
    return -ENOSYS;
  }
  }
}
