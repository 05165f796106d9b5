/* The signal mask that ppoll, pselect and epoll_pwait put in force while they wait (Linux,
 * set_user_sigmask): a signal that it lets through ends a wait that found nothing. */
#ifndef STP_MASK_H
#define STP_MASK_H

#include <signal.h>
#include <stdbool.h>

#include "process/signals.h"

struct stp_mask {
  bool replaced;
  stp_sigset before;
};

/* Puts `mask` in force (null: leaves things as they are). */
struct stp_mask stp_mask_replace(const sigset_t* mask);

/* Restores the mask, after handlers have run under it if the wait was interrupted. `result` is what
 * the wait found; returns that, or -EINTR where it found nothing and a signal has been handled. */
int stp_mask_restore(const struct stp_mask* mask, int result);

#endif
