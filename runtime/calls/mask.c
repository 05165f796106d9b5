/* Signal masks of waiting calls. */
#include "calls/mask.h"

#include <errno.h>

#include "process/process.h"

struct stp_mask stp_mask_replace(const sigset_t* mask) {
  if (!mask)
    return (struct stp_mask){false, 0};
  const struct stp_mask replaced = {true, stp_signal_blocked()};
  stp_signal_block(stp_sigset_of(mask));
  return replaced;
}

int stp_mask_restore(const struct stp_mask* mask, int result) {
  if (!mask->replaced)
    return result;
  if (result == 0 && stp_signals_deliverable())
    result = -EINTR;
  if (result == -EINTR && stp_signals_handle_under(mask->before) != STP_HANDLED_NONE)
    return result; /* the mask is back */
  stp_signal_block(mask->before);
  return result;
}
