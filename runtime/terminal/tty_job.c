/* Controlling terminals and job control (tty_jobctrl.c). A process's controlling terminal is its
 * session's: the terminal knows the session. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>

#include "process/identity.h"
#include "process/process.h"
#include "process/signals.h"
#include "process/tree.h"
#include "terminal/tty.h"

static void signal_group(const struct stp_host* host, pid_t group, int signal) {
  const siginfo_t info = {.si_signo = signal, .si_code = SI_KERNEL};
  struct stp_process* next;
  for (struct stp_process* p = host->processes; p && group > 0; p = next) {
    next = p->next_on_host;
    if (!p->ending && stp_identity_of(p)->process_group == group)
      stp_signal_send(p, &info);
  }
}

void stp_tty_signal(const struct stp_tty* tty, int signal) {
  signal_group(tty->host, tty->group, signal);
}

struct stp_tty* stp_tty_controlling(void) {
  const pid_t session = stp_identity()->session;
  for (int number = stp_tty_next(stp_me->host, 0); number >= 0;
       number = stp_tty_next(stp_me->host, number + 1)) {
    struct stp_tty* const tty = stp_tty_find(stp_me->host, number);
    if (tty->session == session)
      return tty;
  }
  return NULL;
}

int stp_tty_job(struct stp_tty* tty, int signal) {
  for (;;) {
    const struct stp_identity* const self = stp_identity();
    if (tty->host != stp_me->host || tty->session == 0 || tty->session != self->session ||
        tty->group == 0 || tty->group == self->process_group)
      return 0;
    if (stp_signal_ignored(signal) || stp_signal_blocked() & ((stp_sigset)1 << (signal - 1)))
      return signal == SIGTTIN ? -EIO : 0;
    if (stp_tree_orphaned(stp_me->host, self->process_group))
      return -EIO;
    signal_group(stp_me->host, self->process_group, signal);
    if (stp_signals_handle() == STP_HANDLED_INTERRUPT)
      return -EINTR;
  }
}

/* ---- getting one ---- */

static bool leads(void) { return stp_identity()->session == stp_me->pid; }

static void take(struct stp_tty* tty) {
  tty->session = stp_identity()->session;
  tty->group = stp_identity()->process_group;
}

void stp_tty_opened(struct stp_tty* tty, int flags) {
  if (!(flags & O_NOCTTY) && leads() && tty->session == 0 && !stp_tty_controlling())
    take(tty);
}

static int set_controlling(struct stp_tty* tty, bool steal) {
  if (leads() && tty->session == stp_me->pid)
    return 0;
  if (!leads() || stp_tty_controlling())
    return -EPERM;
  if (tty->session != 0 && (!steal || !stp_capable(CAP_SYS_ADMIN)))
    return -EPERM;
  take(tty);
  return 0;
}

/* ---- losing it ---- */

static void let_go(struct stp_tty* tty) { tty->session = tty->group = 0; }

void stp_tty_hang_up(struct stp_tty* tty) {
  const pid_t session = tty->session;
  let_go(tty);
  for (struct stp_process* p = tty->host->processes; p && session; p = p->next_on_host) {
    if (p->pid != session || p->ending)
      continue;
    const siginfo_t signals[] = {{.si_signo = SIGHUP, .si_code = SI_KERNEL},
                                 {.si_signo = SIGCONT, .si_code = SI_KERNEL}};
    stp_signal_send(p, &signals[0]);
    stp_signal_send(p, &signals[1]);
    break;
  }
}

/* disassociate_ctty. */
static void leave(struct stp_tty* tty, bool ends) {
  const pid_t group = tty->group;
  let_go(tty);
  signal_group(tty->host, group, SIGHUP);
  if (!ends)
    signal_group(tty->host, group, SIGCONT);
}

static void process_ended(struct stp_process* process) {
  if (stp_identity_of(process)->session != process->pid)
    return;
  for (int number = stp_tty_next(process->host, 0); number >= 0;
       number = stp_tty_next(process->host, number + 1)) {
    struct stp_tty* const tty = stp_tty_find(process->host, number);
    if (tty->session == process->pid)
      leave(tty, true);
  }
}

const struct stp_process_hooks stp_tty_hooks = {.end = process_ended};

/* ---- requests ---- */

/* Whether the group may be in front: 0, -ESRCH, -EPERM (of another session). */
static int check_group(pid_t group) {
  int error = -ESRCH;
  for (struct stp_process* p = stp_me->host->processes; p; p = p->next_on_host) {
    const struct stp_identity* const its = stp_identity_of(p);
    if (its->process_group == group && its->session == stp_identity()->session)
      return 0;
    if (its->process_group == group || p->pid == group)
      error = -EPERM;
  }
  return error;
}

static int set_front(struct stp_tty_end* end, pid_t group) {
  struct stp_tty* const tty = end->tty;
  int error = end->is_master ? 0 : stp_tty_job(tty, SIGTTOU);
  if (error == -EIO)
    return -ENOTTY;
  if (error)
    return error;
  if (tty->session == 0 || tty->session != stp_identity()->session)
    return -ENOTTY;
  if (group < 0)
    return -EINVAL;
  error = check_group(group);
  if (!error)
    tty->group = group;
  return error;
}

int stp_tty_job_ioctl(struct stp_tty_end* end, unsigned long request, void* argument) {
  struct stp_tty* const tty = end->tty;
  const bool own = tty->session != 0 && tty->session == stp_identity()->session;
  switch (request) {
  case TIOCSCTTY:
    return end->is_master ? -ENOTTY : set_controlling(tty, argument == (void*)1);
  case TIOCNOTTY:
    if (!own)
      return -ENOTTY;
    if (leads())
      leave(tty, false);
    return 0;
  case TIOCGPGRP:
    if (!end->is_master && !own)
      return -ENOTTY;
    *(pid_t*)argument = tty->group;
    return 0;
  case TIOCSPGRP:
    return set_front(end, *(const pid_t*)argument);
  case TIOCGSID:
    if (!end->is_master && !own)
      return -ENOTTY;
    if (tty->session == 0)
      return -ENOTTY;
    *(pid_t*)argument = tty->session;
    return 0;
  default:
    return -ENOTTY;
  }
}
