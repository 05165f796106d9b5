/* Handling: the thread that was signalled calls its handlers, in the order in which Linux would
 * (exit_to_user_mode_loop builds a frame for every deliverable signal before any handler runs, so
 * that the last one runs first). */
#include <errno.h>
#include <math.h>

#include "process/dispositions.h"
#include "process/process.h"
#include "process/signals.h"
#include "trace/strace.h"

/* ---- what is there ---- */

stp_sigset stp_signal_blocked(void) { return stp_self->blocked; }

stp_sigset stp_signal_pending(void) {
  return stp_self->pending.set | (stp_me->signals ? stp_me->signals->pending.set : 0);
}

bool stp_signal_take(stp_sigset set, siginfo_t* info) {
  if (stp_pending_take(&stp_self->pending, stp_me, set, info))
    return true;
  return stp_me->signals && stp_pending_take(&stp_me->signals->pending, stp_me, set, info);
}

bool stp_signals_deliverable(void) {
  if (!stp_self->signalled)
    return false;
  stp_sigset ready = stp_signal_pending() & (~stp_self->blocked | stp_self->awaited);
  for (; ready != 0; ready &= ready - 1)
    if (!stp_signal_ignored(__builtin_ctzll(ready) + 1) || (ready & -ready & stp_self->awaited))
      return true;
  stp_self->signalled = stp_me->stop_signal != 0;
  return false;
}

/* ---- calling handlers ---- */

/* The next signal whose handler is to be called; default actions are taken on the way. */
static bool next(siginfo_t* info, struct stp_disposition* action) {
  while (stp_signal_take(~stp_self->blocked, info)) {
    const int signal = info->si_signo;
    if (stp_strace_on)
      stp_strace_signal(stp_me, info);
    *action = stp_disposition_of(stp_me, signal);
    if (stp_signal_ignored(signal))
      continue;
    if (action->handler != SIG_DFL) {
      if ((action->flags & SA_RESETHAND) != 0)
        stp_me->signals->of[signal - 1].handler = SIG_DFL;
      return true;
    }
    stp_signals_act(stp_me, signal);
    while (stp_me->stop_signal != 0)
      stp_thread_yield();
  }
  return false;
}

static void call(const struct stp_disposition* action, const siginfo_t* info, ucontext_t* context) {
  if ((action->flags & SA_SIGINFO) != 0) {
    siginfo_t told = *info;
    ((void (*)(int, siginfo_t*, void*))(void (*)(void))action->handler)(info->si_signo, &told,
                                                                        context);
  } else {
    action->handler(info->si_signo);
  }
}

static void block_for(const struct stp_disposition* action, int signal) {
  stp_self->blocked |= action->mask;
  if ((action->flags & SA_NODEFER) == 0)
    stp_self->blocked |= STP_SIGBIT(signal);
}

static void put_mask(stp_sigset mask) {
  stp_self->blocked = mask & ~STP_UNBLOCKABLE;
  stp_self->signalled = (stp_signal_pending() & ~stp_self->blocked) != 0;
}

static enum stp_handled handle(stp_sigset before) {
  enum stp_handled result = STP_HANDLED_NONE;
  siginfo_t info;
  struct stp_disposition action;
  while (stp_me->stop_signal != 0)
    stp_thread_yield();
  while (next(&info, &action)) {
    if (result == STP_HANDLED_NONE)
      result = (action.flags & SA_RESTART) != 0 ? STP_HANDLED_RESTART : STP_HANDLED_INTERRUPT;
    block_for(&action, info.si_signo);
    handle(stp_self->blocked); /* those let through still have their frames above this one's */
    ucontext_t context = {.uc_flags = 0};
    stp_sigset_store(&context.uc_sigmask, before);
    call(&action, &info, &context);
    stp_self->blocked = stp_sigset_of(&context.uc_sigmask) & ~STP_UNBLOCKABLE;
  }
  put_mask(stp_self->blocked);
  return result;
}

enum stp_handled stp_signals_handle_under(stp_sigset before) {
  const char* const name = stp_self->call;
  const enum stp_interruption interruption = stp_self->interruption;
  const bool point = stp_self->cancel_point;
  const int error = errno;
  const enum stp_handled result = handle(before);
  errno = error;
  stp_self->interruption = interruption;
  stp_self->cancel_point = point;
  stp_self->call = name;
  return result;
}

enum stp_handled stp_signals_handle(void) {
  return stp_self->signalled ? stp_signals_handle_under(stp_self->blocked) : STP_HANDLED_NONE;
}

void stp_call_signalled(void) { stp_signals_handle(); }

/* ---- faults ---- */

bool stp_signal_fault(const siginfo_t* info, ucontext_t* context) {
  const int signal = info->si_signo;
  const struct stp_disposition action = stp_disposition_of(stp_me, signal);
  const stp_sigset before = stp_self->blocked;
  if (stp_strace_on)
    stp_strace_signal(stp_me, info);
  if (action.handler == SIG_DFL || action.handler == SIG_IGN || (before & STP_SIGBIT(signal)) != 0)
    return false;
  if ((action.flags & SA_RESETHAND) != 0)
    stp_me->signals->of[signal - 1].handler = SIG_DFL;
  block_for(&action, signal);
  stp_sigset_store(&context->uc_sigmask, before);
  call(&action, info, context);
  put_mask(stp_sigset_of(&context->uc_sigmask));
  return true;
}

void* stp_signal_stack(int signal, const void* sp) {
  const stack_t* const stack = &stp_self->alternate;
  if ((stp_disposition_of(stp_me, signal).flags & SA_ONSTACK) == 0 || stack->ss_size == 0)
    return NULL;
  if ((uintptr_t)sp - (uintptr_t)stack->ss_sp < stack->ss_size)
    return NULL;
  return (char*)stack->ss_sp + stack->ss_size;
}

/* ---- masks and waiting ---- */

void stp_signal_block(stp_sigset blocked) {
  const stp_sigset newly = blocked & ~stp_self->blocked;
  put_mask(blocked);
  if (newly != 0)
    stp_signals_retarget(stp_me, newly);
}

int stp_signal_wait(stp_sigset set, double deadline, siginfo_t* info) {
  for (;;) {
    if (stp_signal_take(set, info))
      return info->si_signo;
    stp_self->awaited = set;
    const int result = stp_park(deadline);
    stp_self->awaited = 0;
    if (stp_signal_take(set, info))
      return info->si_signo;
    if (result == -ETIMEDOUT)
      return -EAGAIN;
    if (result == -EINTR && (stp_signals_deliverable() || stp_cancel_due()))
      return result;
  }
}

int stp_signal_suspend(stp_sigset blocked) {
  const stp_sigset before = stp_self->blocked;
  stp_signal_block(blocked);
  while (stp_signals_handle_under(before) == STP_HANDLED_NONE) {
    if (stp_cancel_due()) {
      stp_signal_block(before);
      break;
    }
    stp_park(INFINITY);
  }
  return -EINTR;
}
