/* Signals that have been generated and wait to be taken: those of a thread, or of a process as a
 * whole. The lowest number is taken first, of one number the oldest. In runtime memory. */
#ifndef STP_PENDING_H
#define STP_PENDING_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct stp_process;

/* A set is a word as the kernel keeps it: bit N-1 stands for signal N. */
typedef uint64_t stp_sigset;
#define STP_SIGBIT(signal) ((stp_sigset)1 << ((signal)-1))

struct stp_pending_signal;

/* Zero-initialised is empty. */
struct stp_pending {
  stp_sigset set; /* the numbers of what is in the list */
  unsigned count;
  struct stp_pending_signal* list;
};

/* Adds one. A standard signal that is there already is not added, unless it comes from a timer,
 * which sees to that by itself. Says whether it was added. */
bool stp_pending_add(struct stp_pending* pending, const siginfo_t* info);

/* Takes the first of the lowest of `set`, those that faults raise before all others; false if none
 * is there. `process` is the one it was pending for. */
bool stp_pending_take(struct stp_pending* pending, struct stp_process* process, stp_sigset set,
                      siginfo_t* info);

/* Told when a timer's signal (SI_TIMER) has been taken or forgotten: completes what the receiver is
 * told, or says that it is void. Set by time/timers.c once there are timers. */
extern bool (*stp_pending_timer_taken)(struct stp_process* process, siginfo_t* info);

/* Forgets all of `set`. */
void stp_pending_drop(struct stp_pending* pending, struct stp_process* process, stp_sigset set);

#endif
