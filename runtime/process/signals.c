/* Signals: dispositions as the kernel keeps them, and synchronous delivery in the thread that
 * raises (signal(7)). The table of a process exists once it differs from the default. */
#include "process/signals.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

#include "process/identity.h"
#include "process/process.h"
#include "sync/wait.h"
#include "trace/log.h"

struct disposition {
  void (*handler)(int); /* or SIG_DFL, SIG_IGN */
  stp_sigset mask;
  int flags;
};

struct stp_signals {
  struct disposition of[64]; /* signal N at N - 1 */
  stp_sigset pending;        /* for the process as a whole */
  siginfo_t told[64];        /* what the receiver of a pending signal will be told */
  struct stp_waitq arrived;  /* woken when one becomes pending */
};

static const stp_sigset ignored_by_default =
    STP_SIGBIT(SIGCHLD) | STP_SIGBIT(SIGURG) | STP_SIGBIT(SIGWINCH) | STP_SIGBIT(SIGCONT);
static const stp_sigset stops =
    STP_SIGBIT(SIGSTOP) | STP_SIGBIT(SIGTSTP) | STP_SIGBIT(SIGTTIN) | STP_SIGBIT(SIGTTOU);
static const stp_sigset untouchable = STP_SIGBIT(SIGKILL) | STP_SIGBIT(SIGSTOP);

/* ---- sets ---- */

stp_sigset stp_sigset_of(const sigset_t* set) {
  stp_sigset word;
  memcpy(&word, set, sizeof word); /* glibc's first word holds signals 1 to 64 */
  return word;
}

void stp_sigset_store(sigset_t* set, stp_sigset word) {
  sigemptyset(set);
  memcpy(set, &word, sizeof word);
}

/* ---- dispositions ---- */

static struct stp_signals* table_of(struct stp_process* process) {
  if (!process->signals)
    process->signals = stp_alloc(sizeof *process->signals);
  return process->signals;
}

static struct disposition disposition_of(const struct stp_process* process, int signal) {
  if (process->signals)
    return process->signals->of[signal - 1];
  return (struct disposition){.handler = SIG_DFL};
}

static bool ignored_by(const struct stp_process* process, int signal) {
  void (*handler)(int) = disposition_of(process, signal).handler;
  return handler == SIG_IGN ||
         (handler == SIG_DFL && (ignored_by_default & STP_SIGBIT(signal)) != 0);
}

bool stp_signal_ignored(int signal) { return ignored_by(stp_me, signal); }

struct sigaction stp_signal_disposition(const struct stp_process* process, int signal) {
  const struct disposition found = disposition_of(process, signal);
  struct sigaction action = {.sa_handler = found.handler, .sa_flags = found.flags};
  stp_sigset_store(&action.sa_mask, found.mask);
  return action;
}

int stp_signal_action(int signal, const struct sigaction* action, struct sigaction* old) {
  if (!stp_signal_valid(signal) || (action && (untouchable & STP_SIGBIT(signal)) != 0))
    return -EINVAL;
  const struct disposition before = disposition_of(stp_me, signal);
  struct disposition after = before;
  if (action)
    after = (struct disposition){.handler = action->sa_handler,
                                 .flags = action->sa_flags,
                                 .mask = stp_sigset_of(&action->sa_mask) & ~untouchable};
  if (old) {
    memset(old, 0, sizeof *old);
    old->sa_handler = before.handler;
    old->sa_flags = before.flags;
    stp_sigset_store(&old->sa_mask, before.mask);
  }
  if (action) {
    table_of(stp_me)->of[signal - 1] = after;
    if (ignored_by(stp_me, signal)) { /* a pending signal that becomes ignored is discarded */
      stp_me->signals->pending &= ~STP_SIGBIT(signal);
      stp_self->pending &= ~STP_SIGBIT(signal);
    }
  }
  return 0;
}

/* ---- delivery ---- */

siginfo_t stp_signal_info(int signal, int code) {
  siginfo_t info = {.si_signo = signal, .si_code = code};
  info.si_pid = stp_me->pid;
  info.si_uid = stp_identity()->user.real;
  return info;
}

static void call_handler(const struct disposition* action, const siginfo_t* info) {
  const stp_sigset blocked = stp_self->blocked;
  stp_self->blocked |= action->mask;
  if ((action->flags & SA_NODEFER) == 0)
    stp_self->blocked |= STP_SIGBIT(info->si_signo);
  if ((action->flags & SA_RESETHAND) != 0)
    stp_me->signals->of[info->si_signo - 1].handler = SIG_DFL;
  if ((action->flags & SA_SIGINFO) != 0) {
    siginfo_t told = *info;
    ucontext_t context = {.uc_flags = 0};
    stp_sigset_store(&context.uc_sigmask, blocked);
    ((void (*)(int, siginfo_t*, void*))(void (*)(void))action->handler)(info->si_signo, &told,
                                                                        &context);
  } else {
    action->handler(info->si_signo);
  }
  stp_signal_block(blocked);
}

/* What an unblocked signal does to the calling thread. */
static void deliver(const siginfo_t* info) {
  const int signal = info->si_signo;
  const struct disposition action = disposition_of(stp_me, signal);
  if (ignored_by(stp_me, signal))
    return;
  if (action.handler != SIG_DFL) {
    call_handler(&action, info);
  } else if ((stops & STP_SIGBIT(signal)) != 0) {
    char what[32];
    snprintf(what, sizeof what, "stopping by SIG%s", sigabbrev_np(signal));
    stp_refuse("raise", what);
  } else {
    stp_process_end(signal);
  }
}

static void make_pending(struct stp_process* target, stp_sigset* pending, const siginfo_t* info) {
  struct stp_signals* table = table_of(target);
  if ((*pending & STP_SIGBIT(info->si_signo)) == 0)
    table->told[info->si_signo - 1] = *info;
  *pending |= STP_SIGBIT(info->si_signo);
  stp_wake_all(&table->arrived);
}

void stp_signal_raise_info(const siginfo_t* info) {
  const stp_sigset bit = STP_SIGBIT(info->si_signo);
  if ((stp_self->blocked & bit & ~untouchable) == 0) {
    deliver(info);
  } else {
    make_pending(stp_me, &stp_self->pending, info);
  }
}

void stp_signal_raise(int signal) {
  const siginfo_t info = stp_signal_info(signal, SI_TKILL);
  stp_signal_raise_info(&info);
}

/* ---- sending to others ---- */

static bool blocked_by_all(const struct stp_process* process, stp_sigset bit) {
  for (const struct stp_thread* thread = process->threads; thread; thread = thread->next)
    if ((thread->blocked & bit) == 0)
      return false;
  return true;
}

/* What a signal that `target` handles does to threads that do not run. */
static int call_elsewhere(struct stp_process* target, const siginfo_t* info) {
  struct stp_thread* thread = target->threads;
  while (thread && (!thread->suspended || (thread->blocked & STP_SIGBIT(info->si_signo)) != 0))
    thread = thread->next;
  if (!thread)
    return -ENOSYS;
  make_pending(target, &thread->pending, info);
  return 0;
}

/* What an unblocked signal does to threads that do not run: nothing, its default action, or
 * -ENOSYS. */
static int act_on(struct stp_process* target, const siginfo_t* info) {
  const int signal = info->si_signo;
  if (ignored_by(target, signal))
    return 0;
  const bool handled = disposition_of(target, signal).handler != SIG_DFL;
  if (handled && call_elsewhere(target, info) == 0)
    return 0;
  if (!handled && (stops & STP_SIGBIT(signal)) == 0) {
    stp_process_kill(target, signal);
    return 0;
  }
  char what[64];
  const char* const name = sigabbrev_np(signal);
  snprintf(what, sizeof what, "SIG%s%s", name ? name : "RT",
           handled ? ", which the receiver handles" : "");
  stp_refuse("kill", what);
  return -ENOSYS;
}

int stp_signal_send(struct stp_process* target, const siginfo_t* info) {
  const stp_sigset bit = STP_SIGBIT(info->si_signo);
  if (stp_self && target == stp_me && (stp_self->blocked & bit & ~untouchable) == 0) {
    deliver(info);
    return 0;
  }
  if ((bit & untouchable) != 0 || !blocked_by_all(target, bit))
    return act_on(target, info);
  make_pending(target, &table_of(target)->pending, info);
  return 0;
}

int stp_signal_send_thread(struct stp_thread* target, const siginfo_t* info) {
  if (target == stp_self)
    stp_signal_raise_info(info);
  else if ((target->blocked & STP_SIGBIT(info->si_signo) & ~untouchable) == 0)
    return act_on(target->process, info);
  else
    make_pending(target->process, &target->pending, info);
  return 0;
}

/* ---- masks and waiting ---- */

stp_sigset stp_signal_blocked(void) { return stp_self->blocked; }

stp_sigset stp_signal_pending(void) {
  return stp_self->pending | (stp_me->signals ? stp_me->signals->pending : 0);
}

/* Takes the lowest of the pending signals in `set`; false if there is none. */
static bool take_pending(stp_sigset set, siginfo_t* info) {
  const stp_sigset ready = stp_signal_pending() & set;
  if (ready == 0)
    return false;
  const stp_sigset lowest = ready & -ready;
  *info = stp_me->signals->told[__builtin_ctzll(lowest)];
  if ((stp_self->pending & lowest) != 0)
    stp_self->pending &= ~lowest;
  else
    stp_me->signals->pending &= ~lowest;
  return true;
}

/* Lets unblocked pending signals happen; whether a handler was called. */
static bool deliver_pending(void) {
  bool called = false;
  siginfo_t info;
  while (take_pending(~stp_self->blocked, &info)) {
    called |= !stp_signal_ignored(info.si_signo);
    deliver(&info);
  }
  return called;
}

void stp_signal_block(stp_sigset blocked) {
  stp_self->blocked = blocked & ~untouchable;
  deliver_pending();
}

int stp_signal_wait(stp_sigset set, double deadline, siginfo_t* info) {
  struct stp_signals* table = table_of(stp_me);
  while (!take_pending(set, info)) {
    const int result = stp_wait(&table->arrived, deadline);
    if (result != 0)
      return result == -ETIMEDOUT ? -EAGAIN : result;
  }
  return info->si_signo;
}

int stp_signal_suspend(stp_sigset blocked) {
  struct stp_signals* table = table_of(stp_me);
  const stp_sigset before = stp_self->blocked;
  stp_self->blocked = blocked & ~untouchable;
  int result = 0;
  while (!deliver_pending() && result == 0) {
    stp_self->suspended = true;
    result = stp_wait(&table->arrived, INFINITY);
    stp_self->suspended = false;
  }
  stp_signal_block(before);
  return -EINTR;
}
