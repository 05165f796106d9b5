/* A list: a handful of signals wait at a time, but for real-time ones that nobody takes. */
#include "process/pending.h"

#include <utlist.h>

#include "process/process.h"

struct stp_pending_signal {
  siginfo_t info;
  struct stp_pending_signal *prev, *next;
};

bool (*stp_pending_timer_taken)(struct stp_process* process, siginfo_t* info);

/* Linux's SYNCHRONOUS_MASK. */
static const stp_sigset synchronous = STP_SIGBIT(SIGSEGV) | STP_SIGBIT(SIGBUS) |
                                      STP_SIGBIT(SIGILL) | STP_SIGBIT(SIGTRAP) |
                                      STP_SIGBIT(SIGFPE) | STP_SIGBIT(SIGSYS);

bool stp_pending_add(struct stp_pending* pending, const siginfo_t* info) {
  const stp_sigset bit = STP_SIGBIT(info->si_signo);
  if ((pending->set & bit) != 0 && info->si_signo < 32 && info->si_code != SI_TIMER)
    return false;
  struct stp_pending_signal* const entry = stp_alloc(sizeof *entry);
  entry->info = *info;
  DL_APPEND(pending->list, entry);
  pending->count++;
  pending->set |= bit;
  return true;
}

/* The first of this number. */
static struct stp_pending_signal* find(const struct stp_pending* pending, int number) {
  struct stp_pending_signal* entry = pending->list;
  while (entry && entry->info.si_signo != number)
    entry = entry->next;
  return entry;
}

/* Says whether it is still valid. */
static bool take_out(struct stp_pending* pending, struct stp_pending_signal* entry,
                     struct stp_process* process, siginfo_t* info) {
  *info = entry->info;
  DL_DELETE(pending->list, entry);
  pending->count--;
  stp_free(entry);
  if (!find(pending, info->si_signo))
    pending->set &= ~STP_SIGBIT(info->si_signo);
  return info->si_code != SI_TIMER || stp_pending_timer_taken(process, info);
}

bool stp_pending_take(struct stp_pending* pending, struct stp_process* process, stp_sigset set,
                      siginfo_t* info) {
  while ((pending->set & set) != 0) {
    stp_sigset ready = pending->set & set;
    if ((ready & synchronous) != 0)
      ready &= synchronous;
    if (take_out(pending, find(pending, __builtin_ctzll(ready) + 1), process, info))
      return true;
  }
  return false;
}

void stp_pending_drop(struct stp_pending* pending, struct stp_process* process, stp_sigset set) {
  if ((pending->set & set) == 0)
    return;
  siginfo_t info;
  struct stp_pending_signal *entry, *next;
  DL_FOREACH_SAFE(pending->list, entry, next)
  if ((STP_SIGBIT(entry->info.si_signo) & set) != 0)
    take_out(pending, entry, process, &info);
}
