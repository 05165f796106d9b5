/* Dispositions, and what happens to a signal when it is generated: Linux's kernel/signal.c
 * (__send_signal_locked, complete_signal). The table of a process exists once it differs from the
 * default. */
#include "process/signals.h"

#include <errno.h>
#include <string.h>
#include <utlist.h>

#include "process/dispositions.h"
#include "process/identity.h"
#include "process/process.h"
#include "process/tree.h"
#include "trace/strace.h"

/* What dumps core by default: a process that does that to itself has crashed. */
static const stp_sigset dump = STP_SIGBIT(SIGQUIT) | STP_SIGBIT(SIGILL) | STP_SIGBIT(SIGTRAP) |
                               STP_SIGBIT(SIGABRT) | STP_SIGBIT(SIGBUS) | STP_SIGBIT(SIGFPE) |
                               STP_SIGBIT(SIGSEGV) | STP_SIGBIT(SIGSYS) | STP_SIGBIT(SIGXCPU) |
                               STP_SIGBIT(SIGXFSZ);
static const stp_sigset ignored_by_default =
    STP_SIGBIT(SIGCHLD) | STP_SIGBIT(SIGURG) | STP_SIGBIT(SIGWINCH) | STP_SIGBIT(SIGCONT);
static const stp_sigset stops =
    STP_SIGBIT(SIGSTOP) | STP_SIGBIT(SIGTSTP) | STP_SIGBIT(SIGTTIN) | STP_SIGBIT(SIGTTOU);

void (*stp_signal_generated)(stp_sigset bit);

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

struct stp_signals* stp_signals_of(struct stp_process* process) {
  if (!process->signals)
    process->signals = stp_alloc(sizeof *process->signals);
  return process->signals;
}

struct stp_disposition stp_disposition_of(const struct stp_process* process, int signal) {
  if (process->signals)
    return process->signals->of[signal - 1];
  return (struct stp_disposition){.handler = SIG_DFL};
}

bool stp_signal_ignored_by(const struct stp_process* process, int signal) {
  const __sighandler_t handler = stp_disposition_of(process, signal).handler;
  return handler == SIG_IGN ||
         (handler == SIG_DFL && (ignored_by_default & STP_SIGBIT(signal)) != 0);
}

struct sigaction stp_signal_disposition(const struct stp_process* process, int signal) {
  const struct stp_disposition found = stp_disposition_of(process, signal);
  struct sigaction action = {.sa_handler = found.handler, .sa_flags = found.flags};
  stp_sigset_store(&action.sa_mask, found.mask);
  return action;
}

bool stp_signal_ignored(int signal) { return stp_signal_ignored_by(stp_me, signal); }

/* Forgets what is pending of `set`, for the process and for all its threads. */
static void drop(struct stp_process* process, stp_sigset set) {
  if (process->signals)
    stp_pending_drop(&process->signals->pending, process, set);
  struct stp_thread* thread;
  DL_FOREACH(process->threads, thread) stp_pending_drop(&thread->pending, process, set);
}

int stp_signal_action(int signal, const struct sigaction* action, struct sigaction* old) {
  if (!stp_signal_valid(signal) || (action && (STP_UNBLOCKABLE & STP_SIGBIT(signal)) != 0))
    return -EINVAL;
  const struct stp_disposition before = stp_disposition_of(stp_me, signal);
  struct stp_disposition after = before;
  if (action)
    after = (struct stp_disposition){.handler = action->sa_handler,
                                     .flags = action->sa_flags,
                                     .mask = stp_sigset_of(&action->sa_mask) & ~STP_UNBLOCKABLE};
  if (old) {
    memset(old, 0, sizeof *old);
    old->sa_handler = before.handler;
    old->sa_flags = before.flags;
    stp_sigset_store(&old->sa_mask, before.mask);
  }
  if (action) {
    stp_signals_of(stp_me)->of[signal - 1] = after;
    if (stp_signal_ignored(signal)) /* a pending signal that becomes ignored is discarded */
      drop(stp_me, STP_SIGBIT(signal));
  }
  return 0;
}

/* ---- the process's share ---- */

static void signals_fork(struct stp_process* child, struct stp_process* parent) {
  if (parent->signals)
    memcpy(stp_signals_of(child)->of, parent->signals->of, sizeof parent->signals->of);
}

static void signals_exec(struct stp_process* process) {
  struct stp_thread* thread;
  DL_FOREACH(process->threads, thread) thread->alternate = (stack_t){.ss_size = 0};
  if (!process->signals)
    return;
  for (int i = 0; i < 64; i++) {
    struct stp_disposition* const disposition = &process->signals->of[i];
    *disposition =
        (struct stp_disposition){.handler = disposition->handler == SIG_IGN ? SIG_IGN : SIG_DFL};
  }
}

static void signals_end(struct stp_process* process) {
  if (!process->signals)
    return;
  stp_pending_drop(&process->signals->pending, process, ~(stp_sigset)0);
  stp_free(process->signals);
  process->signals = NULL;
}

const struct stp_process_hooks stp_signal_hooks = {
    .fork = signals_fork, .exec = signals_exec, .end = signals_end, .spawned = true};

/* ---- stop and continue ---- */

static void stop(struct stp_process* process, int signal) {
  if (process->stop_signal != 0)
    return;
  if (stp_self && stp_me == process)
    stp_self->signalled = true;
  stp_tree_stopped(process, signal); /* thread.c lets none of its threads run */
}

static void go_on(struct stp_process* process) {
  if (process->stop_signal == 0)
    return;
  stp_tree_resumed(process);
  struct stp_thread* thread;
  DL_FOREACH(process->threads, thread) {
    thread->signalled = true; /* it may have been sent something meanwhile */
    stp_thread_unpark(thread);
  }
}

/* ---- generating ---- */

siginfo_t stp_signal_info(int signal, int code) {
  siginfo_t info = {.si_signo = signal, .si_code = code};
  info.si_pid = stp_me->pid;
  info.si_uid = stp_identity()->user.real;
  return info;
}

/* A stopped one sees to its signals when it goes on. */
static bool takes(const struct stp_thread* thread, stp_sigset bit) {
  return !thread->ending && thread->process->stop_signal == 0 &&
         ((~thread->blocked | thread->awaited) & bit) != 0;
}

/* The thread that a signal of the process is for: the first that does not block it, preferably one
 * that has nothing else to handle. Null: all block it. */
static struct stp_thread* receiver_of(struct stp_process* process, stp_sigset bit) {
  struct stp_thread *thread, *busy = NULL;
  DL_FOREACH(process->threads, thread) {
    if (!takes(thread, bit))
      continue;
    if (!thread->signalled)
      return thread;
    if (!busy)
      busy = thread;
  }
  return busy;
}

static void notify(struct stp_thread* thread) {
  thread->signalled = true;
  if (thread->parked && thread != stp_self)
    stp_thread_unpark(thread);
}

void stp_signals_act(struct stp_process* process, int signal) {
  if (stp_signal_stops(signal))
    stop(process, signal);
  else if (stp_self && process == stp_me && (dump & STP_SIGBIT(signal)) != 0)
    stp_crash_end(signal);
  else
    stp_process_kill(process, signal);
}

bool stp_signal_generate(struct stp_process* process, struct stp_thread* thread,
                         const siginfo_t* info) {
  const int signal = info->si_signo;
  const stp_sigset bit = STP_SIGBIT(signal);
  if (process->ending)
    return false;
  if (signal == SIGCONT) {
    drop(process, stops);
    go_on(process);
  } else if ((stops & bit) != 0) {
    drop(process, STP_SIGBIT(SIGCONT));
  }
  /* Blocked signals are never ignored: that may change before they are unblocked. */
  const struct stp_thread* const judge = thread ? thread : process->threads;
  if (stp_signal_ignored_by(process, signal) &&
      (!judge || ((judge->blocked | judge->awaited) & bit) == 0)) {
    if (stp_strace_on)
      stp_strace_signal(process, info);
    return false;
  }
  struct stp_thread* const receiver = !thread              ? receiver_of(process, bit)
                                      : takes(thread, bit) ? thread
                                                           : NULL;
  const bool awaited = receiver && (receiver->awaited & bit) != 0;
  if ((STP_UNBLOCKABLE & bit) != 0 ||
      (receiver && !awaited && process->stop_signal == 0 &&
       stp_disposition_of(process, signal).handler == SIG_DFL && (ignored_by_default & bit) == 0)) {
    if (stp_strace_on && signal != SIGKILL)
      stp_strace_signal(process, info);
    stp_signals_act(process, signal);
    return false;
  }
  struct stp_signals* const table = stp_signals_of(process);
  if (!stp_pending_add(thread ? &thread->pending : &table->pending, info))
    return false;
  if (receiver)
    notify(receiver);
  if (stp_signal_generated)
    stp_signal_generated(bit);
  return true;
}

/* Whether one more fits where it would queue. Linux counts all that a user has sent. */
static bool fits(const struct stp_pending* pending, const siginfo_t* info) {
  return !pending || info->si_code != SI_QUEUE || info->si_signo < 32 ||
         pending->count < stp_limit(RLIMIT_SIGPENDING);
}

int stp_signal_send(struct stp_process* target, const siginfo_t* info) {
  if (!fits(target->signals ? &target->signals->pending : NULL, info))
    return -EAGAIN;
  stp_signal_generate(target, NULL, info);
  return 0;
}

int stp_signal_send_thread(struct stp_thread* target, const siginfo_t* info) {
  if (!fits(&target->pending, info))
    return -EAGAIN;
  stp_signal_generate(target->process, target, info);
  return 0;
}

void stp_signal_raise(int signal) {
  const siginfo_t info = stp_signal_info(signal, SI_TKILL);
  stp_signal_generate(stp_me, stp_self, &info);
}

/* ---- who handles the process's signals ---- */

void stp_signals_retarget(struct stp_process* process, stp_sigset set) {
  if (!process->signals)
    return;
  for (stp_sigset left = process->signals->pending.set & set; left != 0; left &= left - 1) {
    struct stp_thread* const receiver = receiver_of(process, left & -left);
    if (receiver)
      notify(receiver);
  }
}

void stp_signals_thread_end(struct stp_thread* thread) {
  stp_pending_drop(&thread->pending, thread->process, ~(stp_sigset)0);
  thread->ending = true;
  if (!thread->process->ending)
    stp_signals_retarget(thread->process, ~thread->blocked);
}
