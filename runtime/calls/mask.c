/* Signal masks of waiting calls. */
#include "calls/mask.h"

#include <errno.h>

#include "process/process.h"

/* Signals that are pending and would be handled now. */
static bool let_through(void) {
  const stp_sigset pending = stp_signal_pending() & ~stp_signal_blocked();
  for (int signal = 1; signal <= 64; signal++)
    if (pending & STP_SIGBIT(signal) && !stp_signal_ignored(signal))
      return true;
  return false;
}

struct stp_mask stp_mask_replace(const sigset_t* mask, double* deadline) {
  if (!mask)
    return (struct stp_mask){false, 0};
  const struct stp_mask replaced = {true, stp_signal_blocked()};
  stp_self->blocked = stp_sigset_of(mask) & ~(STP_SIGBIT(SIGKILL) | STP_SIGBIT(SIGSTOP));
  if (let_through())
    *deadline = 0;
  return replaced;
}

int stp_mask_restore(const struct stp_mask* mask, int result) {
  if (!mask->replaced)
    return result;
  if (result == 0 && let_through()) {
    stp_signal_block(stp_signal_blocked()); /* lets it happen, under the call's mask */
    result = -EINTR;
  }
  stp_signal_block(mask->before);
  return result;
}
