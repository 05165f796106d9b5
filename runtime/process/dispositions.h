/* The parts of signals that signals.c (generating) and handlers.c (handling) share. */
#ifndef STP_DISPOSITIONS_H
#define STP_DISPOSITIONS_H

#include "process/pending.h"

struct stp_process;

#define STP_UNBLOCKABLE (STP_SIGBIT(SIGKILL) | STP_SIGBIT(SIGSTOP))

struct stp_disposition {
  __sighandler_t handler; /* or SIG_DFL, SIG_IGN */
  stp_sigset mask;
  int flags;
};

struct stp_signals {
  struct stp_disposition of[64]; /* signal N at N - 1 */
  struct stp_pending pending;    /* for the process as a whole */
};

/* The table of a process, made where there is none. */
struct stp_signals* stp_signals_of(struct stp_process* process);

struct stp_disposition stp_disposition_of(const struct stp_process* process, int signal);

/* What `signal` does by default, other than being ignored, to a process: stops or ends it. */
void stp_signals_act(struct stp_process* process, int signal);

/* The calling thread will not handle those of `set` (any more): others that may are told. */
void stp_signals_retarget(struct stp_process* process, stp_sigset set);

#endif
