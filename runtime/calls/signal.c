/* Signals (signal.h): adapters over process/signals.h, the older interfaces over the newer ones. */
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "calls/adapter.h"
#include "calls/complain.h"
#include "process/hidden.h"
#include "process/identity.h"
#include "process/kill.h"
#include "process/signals.h"
#include "time/clock.h"
#include "time/spin.h"

/* ---- dispositions ---- */

int simterpose_sigaction(int signal, const struct sigaction* action, struct sigaction* old) {
  return (int)stp_return(stp_signal_action(signal, action, old));
}

/* Signals for which siginterrupt asked that they interrupt calls. */
static stp_sigset* interrupting(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(stp_sigset));
}

static __sighandler_t install(int signal, __sighandler_t handler, int flags, stp_sigset mask) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags}, old;
  stp_sigset_store(&action.sa_mask, mask);
  if (handler == SIG_ERR || simterpose_sigaction(signal, &action, &old) != 0) {
    errno = EINVAL;
    return SIG_ERR;
  }
  return old.sa_handler;
}

__sighandler_t simterpose_signal(int signal, __sighandler_t handler) {
  if (!stp_signal_valid(signal))
    return install(signal, SIG_ERR, 0, 0);
  const stp_sigset bit = STP_SIGBIT(signal);
  return install(signal, handler, (*interrupting() & bit) != 0 ? 0 : SA_RESTART, bit);
}

__sighandler_t simterpose_sysv_signal(int signal, __sighandler_t handler) {
  return install(signal, handler, (int)(SA_RESETHAND | SA_NODEFER), 0);
}

int simterpose_siginterrupt(int signal, int interrupt) {
  struct sigaction action;
  if (simterpose_sigaction(signal, NULL, &action) != 0)
    return -1;
  if (interrupt) {
    *interrupting() |= STP_SIGBIT(signal);
    action.sa_flags &= ~SA_RESTART;
  } else {
    *interrupting() &= ~STP_SIGBIT(signal);
    action.sa_flags |= SA_RESTART;
  }
  return simterpose_sigaction(signal, &action, NULL);
}

/* ---- blocked sets ---- */

/* Returns 0 or an error number. */
int simterpose_pthread_sigmask(int how, const sigset_t* set, sigset_t* old) {
  STP_CALL();
  const stp_sigset before = stp_signal_blocked();
  stp_sigset after = before;
  if (set && how == SIG_BLOCK)
    after |= stp_sigset_of(set);
  else if (set && how == SIG_UNBLOCK)
    after &= ~stp_sigset_of(set);
  else if (set && how == SIG_SETMASK)
    after = stp_sigset_of(set);
  else if (set)
    return EINVAL;
  if (old)
    stp_sigset_store(old, before);
  if (set)
    stp_signal_block(after);
  return 0;
}

int simterpose_sigprocmask(int how, const sigset_t* set, sigset_t* old) {
  return (int)stp_return(-simterpose_pthread_sigmask(how, set, old));
}

int simterpose_sigpending(sigset_t* set) {
  stp_sigset_store(set, stp_signal_pending());
  return 0;
}

int simterpose_sigblock(int mask) {
  STP_CALL();
  const stp_sigset before = stp_signal_blocked();
  stp_signal_block(before | (unsigned)mask);
  return (int)before;
}

int simterpose_sigsetmask(int mask) {
  STP_CALL();
  const stp_sigset before = stp_signal_blocked();
  stp_signal_block((unsigned)mask);
  return (int)before;
}

static int change_blocked(int signal, bool block) {
  STP_CALL();
  if (!stp_signal_valid(signal))
    return (int)stp_return(-EINVAL);
  const stp_sigset bit = STP_SIGBIT(signal), before = stp_signal_blocked();
  stp_signal_block(block ? before | bit : before & ~bit);
  return 0;
}

int simterpose_sighold(int signal) { return change_blocked(signal, true); }
int simterpose_sigrelse(int signal) { return change_blocked(signal, false); }

int simterpose_sigignore(int signal) { return install(signal, SIG_IGN, 0, 0) == SIG_ERR ? -1 : 0; }

__sighandler_t simterpose_sigset(int signal, __sighandler_t handler) {
  struct sigaction before;
  if (handler == SIG_ERR || simterpose_sigaction(signal, NULL, &before) != 0) {
    errno = EINVAL;
    return SIG_ERR;
  }
  const bool held = (stp_signal_blocked() & STP_SIGBIT(signal)) != 0;
  if (handler != SIG_HOLD && install(signal, handler, 0, 0) == SIG_ERR)
    return SIG_ERR;
  change_blocked(signal, handler == SIG_HOLD);
  return held ? SIG_HOLD : before.sa_handler;
}

/* ---- sending ---- */

int simterpose_raise(int signal) {
  STP_CALL();
  if (!stp_signal_valid(signal))
    return (int)stp_return(-EINVAL);
  stp_signal_raise(signal);
  return 0;
}

int simterpose_kill(pid_t pid, int signal) {
  STP_CALL();
  if (signal == 0) /* whether it is still there */
    stp_spin_check();
  const siginfo_t info = stp_signal_info(signal, SI_USER);
  return (int)stp_return(stp_kill(pid, &info));
}

int simterpose_killpg(pid_t group, int signal) {
  if (group < 0)
    return (int)stp_return(-EINVAL);
  return simterpose_kill(-group, signal);
}

int simterpose_sigqueue(pid_t pid, int signal, const union sigval value) {
  STP_CALL();
  siginfo_t info = stp_signal_info(signal, SI_QUEUE);
  info.si_value = value;
  return (int)stp_return(pid > 0 ? stp_kill(pid, &info) : -ESRCH);
}

static int send_to_thread(struct stp_thread* target, int signal) {
  if (signal != 0 && !stp_signal_valid(signal))
    return -EINVAL;
  if (!target || target->ending)
    return -ESRCH;
  const siginfo_t info = stp_signal_info(signal, SI_TKILL);
  return signal == 0 ? 0 : stp_signal_send_thread(target, &info);
}

int simterpose_tgkill(pid_t pid, pid_t tid, int signal) {
  STP_CALL();
  if (pid <= 0 || tid <= 0)
    return (int)stp_return(-EINVAL);
  struct stp_process* process = stp_process_by_pid(pid);
  struct stp_thread* thread = process ? process->threads : NULL;
  while (thread && thread->tid != tid)
    thread = thread->next;
  if (process && !stp_may_kill(process, signal))
    return (int)stp_return(-EPERM);
  return (int)stp_return(send_to_thread(thread, signal));
}

/* ---- waiting ---- */

static int wait_for(const sigset_t* set, siginfo_t* info, double deadline) {
  siginfo_t taken;
  const int signal = stp_signal_wait(stp_sigset_of(set), deadline, &taken);
  if (signal > 0 && info)
    *info = taken;
  return signal;
}

int simterpose_sigtimedwait(const sigset_t* set, siginfo_t* info, const struct timespec* timeout) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  if (timeout && (timeout->tv_sec < 0 || !stp_timespec_valid(timeout)))
    return (int)stp_return(-EINVAL);
  const double deadline = timeout ? stp_date_after(timeout) : INFINITY;
  return (int)stp_return(wait_for(set, info, deadline));
}

int simterpose_sigwaitinfo(const sigset_t* set, siginfo_t* info) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  return (int)stp_return(wait_for(set, info, INFINITY));
}

/* Never fails, unless the thread is to end. */
int simterpose_sigwait(const sigset_t* set, int* signal) {
  STP_CALL_UNINTERRUPTED();
  STP_CANCELLATION_POINT();
  int result;
  while ((result = wait_for(set, NULL, INFINITY)) == -EINTR && !stp_cancel_due())
    stp_signals_handle();
  if (result < 0)
    return stp_return_number(result);
  *signal = result;
  return 0;
}

int simterpose_sigsuspend(const sigset_t* set) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  return (int)stp_return(stp_signal_suspend(stp_sigset_of(set)));
}

/* The form of X/Open: waits with `signal` let through. */
int simterpose_sigpause(int signal) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  if (!stp_signal_valid(signal))
    return (int)stp_return(-EINVAL);
  return (int)stp_return(stp_signal_suspend(stp_signal_blocked() & ~STP_SIGBIT(signal)));
}

int simterpose_pause(void) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  return (int)stp_return(stp_signal_suspend(stp_signal_blocked()));
}

/* ---- the alternate stack: for handlers of faults; others run on the stack of their thread ---- */

int simterpose_sigaltstack(const stack_t* stack, stack_t* old) {
  const int known = SS_DISABLE | SS_ONSTACK | (int)(1U << 31) /* SS_AUTODISARM */;
  stack_t before =
      stp_self->alternate.ss_size ? stp_self->alternate : (stack_t){.ss_flags = SS_DISABLE};
  if ((uintptr_t)__builtin_frame_address(0) - (uintptr_t)before.ss_sp < before.ss_size)
    before.ss_flags = SS_ONSTACK;
  if (stack && before.ss_flags == SS_ONSTACK)
    return (int)stp_return(-EPERM);
  if (stack && (stack->ss_flags & ~known) != 0)
    return (int)stp_return(-EINVAL);
  const bool set = stack && (stack->ss_flags & SS_DISABLE) == 0;
  if (set && stack->ss_size < 2048) /* MINSIGSTKSZ of the kernel */
    return (int)stp_return(-ENOMEM);
  if (stack)
    stp_self->alternate = (stack_t){.ss_size = 0};
  if (set)
    stp_self->alternate = (stack_t){.ss_sp = stack->ss_sp, .ss_size = stack->ss_size};
  if (old)
    *old = before;
  return 0;
}

/* ---- messages ---- */

void simterpose_psignal(int signal, const char* prefix) {
  const bool some = prefix && *prefix;
  stp_complain("%s%s%s\n", some ? prefix : "", some ? ": " : "", simterpose_strsignal(signal));
}

void simterpose_psiginfo(const siginfo_t* info, const char* prefix) {
  const bool some = prefix && *prefix;
  stp_complain("%s%s%s (sent by pid %d, uid %u)\n", some ? prefix : "", some ? ": " : "",
               simterpose_strsignal(info->si_signo), (int)info->si_pid, info->si_uid);
}
