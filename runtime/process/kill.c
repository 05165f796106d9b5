/* Who is meant by kill(2), and who may be sent to (Linux, kernel/signal.c). */
#include "process/kill.h"

#include <errno.h>
#include <linux/capability.h>

#include "process/identity.h"
#include "process/process.h"
#include "process/signals.h"
#include "process/tree.h"

bool stp_may_kill(struct stp_process* target, int signal) {
  const struct stp_identity *mine = stp_identity(), *its = stp_identity_of(target);
  const struct stp_ids *me = &mine->user, *it = &its->user;
  return target == stp_me || stp_capable(CAP_KILL) || me->effective == it->real ||
         me->effective == it->saved || me->real == it->real || me->real == it->saved ||
         (signal == SIGCONT && mine->session == its->session);
}

static bool meant(struct stp_process* target, pid_t pid) {
  if (pid > 0)
    return target->pid == pid;
  if (pid == -1)
    return target != stp_me;
  return stp_identity_of(target)->process_group ==
         (pid == 0 ? stp_identity()->process_group : -pid);
}

/* A zombie may be sent to, and is beyond its reach. */
static int deliver(struct stp_process* target, const siginfo_t* info) {
  if (!stp_may_kill(target, info->si_signo))
    return -EPERM;
  if (info->si_signo == 0 || (target->ending && target != stp_me))
    return 0;
  return stp_signal_send(target, info);
}

/* Process 1, root's, handles none that it can ignore. */
static int send_to_init(void) { return stp_capable(CAP_KILL) ? 0 : -EPERM; }

int stp_kill(pid_t pid, const siginfo_t* info) {
  if (info->si_signo != 0 && !stp_signal_valid(info->si_signo))
    return -EINVAL;
  if (pid == INT32_MIN)
    return -ESRCH;
  if (pid == STP_INIT_PID)
    return send_to_init();
  int result = -ESRCH;
  bool me = false; /* comes last, for it may not survive */
  struct stp_process* next;
  for (struct stp_process* target = stp_me->host->processes; target; target = next) {
    next = target->next_on_host;
    if (!meant(target, pid))
      continue;
    me |= target == stp_me;
    const int sent = target == stp_me ? 0 : deliver(target, info);
    if (sent == 0 || result == -ESRCH)
      result = sent;
  }
  if (pid == -1 && result == -EPERM)
    result = 0; /* as Linux */
  return me ? deliver(stp_me, info) : result;
}
