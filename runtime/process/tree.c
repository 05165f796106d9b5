/* Who is whose child, and what remains of a process that has ended (Linux, kernel/exit.c). */
#include "process/tree.h"

#include <linux/capability.h>
#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <utlist.h>

#include "process/identity.h"
#include "process/process.h"
#include "process/signals.h"
#include "trace/log.h"

/* ---- pids ---- */

enum { FIRST_AGAIN = 300 /* RESERVED_PIDS of Linux */ };

static bool in_use(const struct stp_host* host, pid_t pid) {
  for (struct stp_process* p = host->processes; p; p = p->next_on_host) {
    if (p->pid == pid || stp_identity_of(p)->process_group == pid ||
        stp_identity_of(p)->session == pid)
      return true;
    for (const struct stp_thread* thread = p->threads; thread; thread = thread->next)
      if (thread->tid == pid)
        return true;
  }
  return false;
}

/* Numbers do not repeat before the first time around. */
pid_t stp_pid_next(struct stp_host* host) {
  static const int around = STP_PID_MAX - FIRST_AGAIN;
  if (host->next_pid < STP_PID_MAX)
    return host->next_pid++;
  for (int tries = 0; tries < around; tries++) {
    const pid_t pid = FIRST_AGAIN + (host->next_pid++ - FIRST_AGAIN) % around;
    if (host->next_pid == STP_PID_MAX + around)
      host->next_pid = STP_PID_MAX;
    if (!in_use(host, pid))
      return pid;
  }
  stp_fatal("host %s: all pids are in use", host->name);
}

void (*stp_tree_watcher)(struct stp_process* process, bool gone);

static void forget(struct stp_process* process) {
  if (stp_tree_watcher)
    stp_tree_watcher(process, true);
  stp_process_forget(process);
}

/* ---- relations ---- */

pid_t stp_tree_parent(const struct stp_process* process) {
  return process->parent ? process->parent->pid : STP_INIT_PID;
}

void stp_tree_add(struct stp_process* child, struct stp_process* parent) {
  child->parent = parent;
  DL_APPEND2(parent->children, child, prev_sibling, next_sibling);
}

static void leave_parent(struct stp_process* child) {
  if (child->parent)
    DL_DELETE2(child->parent->children, child, prev_sibling, next_sibling);
  child->parent = NULL;
}

bool stp_tree_may_grow(void) {
  const struct stp_ids* user = &stp_identity()->user;
  if (user->real == 0 || stp_capable(CAP_SYS_RESOURCE) || stp_capable(CAP_SYS_ADMIN))
    return true;
  rlim_t count = 0;
  for (struct stp_process* p = stp_me->host->processes; p; p = p->next_on_host)
    count += stp_identity_of(p)->user.real == user->real;
  return count < stp_limit(RLIMIT_NPROC);
}

static bool child_runs_our_program(pid_t pid) {
  const struct stp_process* child;
  DL_FOREACH2(stp_me->children, child, next_sibling)
  if (child->pid == pid)
    return !child->ending && !stp_identity_of((struct stp_process*)child)->executed;
  return false;
}

void stp_tree_await_exec(pid_t child) {
  const stp_sigset before = stp_signal_blocked();
  stp_signal_block(~(stp_sigset)0); /* handlers would run on what the child will give back */
  while (child_runs_our_program(child))
    stp_wait(&stp_me->child_news, INFINITY);
  stp_signal_block(before);
}

/* ---- telling the parent ---- */

/* SIGCHLD with `code` (CLD_EXITED ...) and what goes with it, and the end of its waits. */
static void tell_parent(struct stp_process* child, int code, int status) {
  if (!child->parent || child->parent->ending)
    return;
  siginfo_t info = {.si_signo = SIGCHLD, .si_code = code};
  info.si_pid = child->pid;
  info.si_uid = stp_identity_of(child)->user.real;
  info.si_status = status;
  info.si_utime = (clock_t)(child->cpu_time * 100); /* _SC_CLK_TCK is 100 */
  const struct sigaction action = stp_signal_disposition(child->parent, SIGCHLD);
  const bool wanted = code == CLD_EXITED || code == CLD_KILLED || !(action.sa_flags & SA_NOCLDSTOP);
  if (wanted && action.sa_handler != SIG_IGN)
    stp_signal_send(child->parent, &info);
  stp_wake_all(&child->parent->child_news);
}

void stp_tree_stopped(struct stp_process* process, int signal) {
  process->stop_signal = signal;
  process->stop_told = process->resumed = false;
  tell_parent(process, CLD_STOPPED, signal);
}

void stp_tree_resumed(struct stp_process* process) {
  process->stop_signal = 0;
  process->resumed = true;
  tell_parent(process, CLD_CONTINUED, SIGCONT);
}

/* A zombie's parent is told. One without, or that does not care, has it freed. */
static void announce(struct stp_process* zombie) {
  struct stp_process* const parent = zombie->parent;
  if (parent && parent->ending)
    return; /* its heir will be told */
  bool unwanted = true;
  if (parent) {
    const struct sigaction action = stp_signal_disposition(parent, SIGCHLD);
    unwanted = action.sa_handler == SIG_IGN || (action.sa_flags & SA_NOCLDWAIT) != 0;
    const int status = zombie->status;
    tell_parent(zombie, WIFEXITED(status) ? CLD_EXITED : CLD_KILLED,
                WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
  }
  if (!unwanted)
    return;
  leave_parent(zombie);
  forget(zombie);
}

/* ---- orphans ---- */

/* Nobody outside a group can bring one to the foreground that is orphaned (POSIX): a process of
 * its session, not in the group, whose child is in it. `leaving` does not count any more. */
static bool orphaned(const struct stp_host* host, pid_t group, const struct stp_process* leaving) {
  for (struct stp_process* p = host->processes; p; p = p->next_on_host) {
    const struct stp_identity* const its = stp_identity_of(p);
    if (its->process_group != group || p == leaving || p->ending || !p->parent)
      continue;
    const struct stp_identity* const parents = stp_identity_of(p->parent);
    if (parents->process_group != group && parents->session == its->session)
      return false;
  }
  return true;
}

static bool has_stopped(const struct stp_host* host, pid_t group) {
  for (struct stp_process* p = host->processes; p; p = p->next_on_host)
    if (p->stop_signal != 0 && !p->ending && stp_identity_of(p)->process_group == group)
      return true;
  return false;
}

bool stp_tree_orphaned(const struct stp_host* host, pid_t group) {
  return orphaned(host, group, NULL);
}

/* If the group of `child` has just lost, with `parent`, its only tie to the rest of the session,
 * what is stopped in it is hung up (kill_orphaned_pgrp of Linux). */
static void wake_orphaned(struct stp_process* child, struct stp_process* parent,
                          const struct stp_process* leaving) {
  const struct stp_host* const host = child->host;
  const pid_t group = stp_identity_of(child)->process_group;
  if (!parent || stp_identity_of(parent)->process_group == group ||
      stp_identity_of(parent)->session != stp_identity_of(child)->session ||
      !has_stopped(host, group) || !orphaned(host, group, leaving))
    return;
  const siginfo_t signals[] = {{.si_signo = SIGHUP, .si_code = SI_KERNEL},
                               {.si_signo = SIGCONT, .si_code = SI_KERNEL}};
  for (int i = 0; i < 2; i++)
    for (struct stp_process* p = host->processes; p; p = p->next_on_host)
      if (!p->ending && stp_identity_of(p)->process_group == group)
        stp_signal_send(p, &signals[i]);
}

/* Who adopts the children of `process`: the nearest ancestor that asked for it
 * (PR_SET_CHILD_SUBREAPER), or process 1 (null). */
static struct stp_process* heir_of(const struct stp_process* process) {
  struct stp_process* heir = process->parent;
  while (heir && (heir->ending || !stp_identity_of(heir)->subreaper))
    heir = heir->parent;
  return heir;
}

static void orphan(struct stp_process* child, struct stp_process* heir) {
  struct stp_process* const parent = child->parent;
  leave_parent(child);
  if (heir)
    stp_tree_add(child, heir);
  siginfo_t death = {.si_signo = stp_identity_of(child)->parent_death_signal, .si_code = SI_USER};
  death.si_pid = parent->pid;
  death.si_uid = stp_identity_of(parent)->user.real;
  if (death.si_signo != 0 && !child->ending)
    stp_signal_send(child, &death);
  wake_orphaned(child, parent, NULL);
  if (child->zombie)
    announce(child);
}

void stp_tree_ended(struct stp_process* process) {
  struct stp_process* const heir = heir_of(process);
  process->zombie = true;
  process->stop_signal = 0;
  while (process->children)
    orphan(process->children, heir);
  wake_orphaned(process, process->parent, process);
  if (stp_tree_watcher)
    stp_tree_watcher(process, false);
  announce(process);
}

void stp_tree_reap(struct stp_process* zombie) {
  struct stp_usage* const usage = &zombie->parent->children_usage;
  usage->cpu_time += zombie->cpu_time + zombie->children_usage.cpu_time;
  const long most = zombie->resident > zombie->children_usage.resident
                        ? zombie->resident
                        : zombie->children_usage.resident;
  if (usage->resident < most)
    usage->resident = most;
  leave_parent(zombie);
  forget(zombie);
}
