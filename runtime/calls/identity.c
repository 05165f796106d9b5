/* Who a process is (unistd.h, credentials(7)): ids, users and groups, process groups and sessions.
 * The rules of the kernel over what process/identity.h records. */
#include <linux/capability.h>
#include <string.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "process/identity.h"
#include "process/tree.h"

pid_t simterpose_getpid(void) { return stp_me->pid; }
pid_t simterpose_getppid(void) { return stp_tree_parent(stp_me); }
pid_t simterpose_gettid(void) { return stp_self->tid; }

/* ---- users and groups ---- */

static const id_t unchanged = (id_t)-1;

/* A process without the capability may take on ids that it has anyway. */
static bool privileged(const struct stp_ids* ids) {
  return stp_capable(ids == &stp_identity()->user ? CAP_SETUID : CAP_SETGID);
}

static bool has(const struct stp_ids* ids, id_t id) {
  return id == ids->real || id == ids->effective || id == ids->saved;
}

/* setuid, setgid */
static int set_one(struct stp_ids* ids, id_t id) {
  if (id == unchanged)
    return -EINVAL;
  if (privileged(ids))
    *ids = (struct stp_ids){id, id, id};
  else if (id == ids->real || id == ids->saved)
    ids->effective = id;
  else
    return -EPERM;
  return 0;
}

/* setreuid, setregid */
static int set_two(struct stp_ids* ids, id_t real, id_t effective) {
  const bool may_real = real == unchanged || real == ids->real || real == ids->effective;
  if (!privileged(ids) && (!may_real || (effective != unchanged && !has(ids, effective))))
    return -EPERM;
  struct stp_ids after = *ids;
  if (real != unchanged)
    after.real = real;
  if (effective != unchanged)
    after.effective = effective;
  if (real != unchanged || (effective != unchanged && effective != ids->real))
    after.saved = after.effective;
  *ids = after;
  return 0;
}

/* setresuid, setresgid */
static int set_three(struct stp_ids* ids, id_t real, id_t effective, id_t saved) {
  const id_t wanted[] = {real, effective, saved};
  for (int i = 0; i < 3; i++)
    if (!privileged(ids) && wanted[i] != unchanged && !has(ids, wanted[i]))
      return -EPERM;
  if (real != unchanged)
    ids->real = real;
  if (effective != unchanged)
    ids->effective = effective;
  if (saved != unchanged)
    ids->saved = saved;
  return 0;
}

/* What becomes of the capabilities when the user ids change (capabilities(7)). */
static int after_user(struct stp_ids before, int result) {
  struct stp_identity* self = stp_identity();
  if (result == 0)
    self->file_user.differs = false;
  const bool was_root = before.real == 0 || before.effective == 0 || before.saved == 0;
  if (was_root && !has(&self->user, 0) && !self->keep_capabilities)
    self->capabilities.permitted = self->capabilities.effective = 0;
  if (was_root && !has(&self->user, 0))
    self->capabilities.ambient = 0;
  if (before.effective == 0 && self->user.effective != 0)
    self->capabilities.effective = 0;
  if (before.effective != 0 && self->user.effective == 0)
    self->capabilities.effective = self->capabilities.permitted;
  return (int)stp_return(result);
}

static int after_group(int result) {
  if (result == 0)
    stp_identity()->file_group.differs = false;
  return (int)stp_return(result);
}

uid_t simterpose_getuid(void) { return stp_identity()->user.real; }
uid_t simterpose_geteuid(void) { return stp_identity()->user.effective; }
gid_t simterpose_getgid(void) { return stp_identity()->group.real; }
gid_t simterpose_getegid(void) { return stp_identity()->group.effective; }

static int get_three(const struct stp_ids* ids, id_t* real, id_t* effective, id_t* saved) {
  *real = ids->real;
  *effective = ids->effective;
  *saved = ids->saved;
  return 0;
}

int simterpose_getresuid(uid_t* real, uid_t* effective, uid_t* saved) {
  return get_three(&stp_identity()->user, real, effective, saved);
}

int simterpose_getresgid(gid_t* real, gid_t* effective, gid_t* saved) {
  return get_three(&stp_identity()->group, real, effective, saved);
}

int simterpose_setuid(uid_t id) {
  const struct stp_ids before = stp_identity()->user;
  return after_user(before, set_one(&stp_identity()->user, id));
}

int simterpose_setreuid(uid_t real, uid_t effective) {
  const struct stp_ids before = stp_identity()->user;
  return after_user(before, set_two(&stp_identity()->user, real, effective));
}

int simterpose_setresuid(uid_t real, uid_t effective, uid_t saved) {
  const struct stp_ids before = stp_identity()->user;
  return after_user(before, set_three(&stp_identity()->user, real, effective, saved));
}

int simterpose_seteuid(uid_t id) {
  if (id == unchanged)
    return (int)stp_return(-EINVAL);
  return simterpose_setresuid(unchanged, id, unchanged);
}

int simterpose_setgid(gid_t id) { return after_group(set_one(&stp_identity()->group, id)); }

int simterpose_setregid(gid_t real, gid_t effective) {
  return after_group(set_two(&stp_identity()->group, real, effective));
}

int simterpose_setresgid(gid_t real, gid_t effective, gid_t saved) {
  return after_group(set_three(&stp_identity()->group, real, effective, saved));
}

int simterpose_setegid(gid_t id) {
  if (id == unchanged)
    return (int)stp_return(-EINVAL);
  return simterpose_setresgid(unchanged, id, unchanged);
}

int simterpose_getgroups(int size, gid_t list[]) {
  const struct stp_identity* self = stp_identity();
  if (size < 0 || (size > 0 && size < self->group_count))
    return (int)stp_return(-EINVAL);
  if (size > 0)
    memcpy(list, self->groups, (size_t)self->group_count * sizeof *list);
  return self->group_count;
}

int simterpose___getgroups_chk(int size, gid_t* list, size_t room) {
  if (size > 0 && (size_t)size * sizeof *list > room)
    simterpose___chk_fail();
  return simterpose_getgroups(size, list);
}

int simterpose_setgroups(size_t count, const gid_t* list) {
  struct stp_identity* self = stp_identity();
  if (!stp_capable(CAP_SETGID))
    return (int)stp_return(-EPERM);
  if (count > STP_GROUPS_MAX) {
    if (count <= 65536)
      stp_refuse("setgroups", "more than 64 groups");
    return (int)stp_return(-EINVAL);
  }
  memcpy(self->groups, list, count * sizeof *list);
  self->group_count = (int)count;
  return 0;
}

int simterpose_group_member(gid_t group) {
  const struct stp_identity* self = stp_identity();
  for (int i = 0; i < self->group_count; i++)
    if (self->groups[i] == group)
      return 1;
  return 0;
}

/* ---- process groups and sessions ---- */

/* The process that `pid` (0: the calling one) names on this host, or null. */
static struct stp_process* named(pid_t pid) { return pid == 0 ? stp_me : stp_process_by_pid(pid); }

pid_t simterpose_getpgid(pid_t pid) {
  if (pid == STP_INIT_PID)
    return pid;
  struct stp_process* process = named(pid);
  return (pid_t)(process ? stp_identity_of(process)->process_group : stp_return(-ESRCH));
}

pid_t simterpose_getpgrp(void) { return stp_identity()->process_group; }

pid_t simterpose_getsid(pid_t pid) {
  if (pid == STP_INIT_PID)
    return pid;
  struct stp_process* process = named(pid);
  return (pid_t)(process ? stp_identity_of(process)->session : stp_return(-ESRCH));
}

/* Whether a process or zombie of this host is in group `group` (of session `session`, unless 0). */
static bool find_group(pid_t group, pid_t session) {
  for (struct stp_process* p = stp_me->host->processes; p; p = p->next_on_host)
    if (stp_identity_of(p)->process_group == group &&
        (session == 0 || stp_identity_of(p)->session == session))
      return true;
  return false;
}

static int set_group(pid_t pid, pid_t group) {
  struct stp_process* process = named(pid);
  if (group < 0)
    return -EINVAL;
  if (!process || (process != stp_me && process->parent != stp_me))
    return -ESRCH;
  struct stp_identity* identity = stp_identity_of(process);
  if (process != stp_me && identity->session != stp_identity()->session)
    return -EPERM;
  if (process != stp_me && identity->executed)
    return -EACCES;
  if (identity->session == process->pid)
    return -EPERM;
  if (group == 0)
    group = process->pid;
  if (group != process->pid && !find_group(group, stp_identity()->session))
    return -EPERM;
  identity->process_group = group;
  return 0;
}

int simterpose_setpgid(pid_t pid, pid_t group) { return (int)stp_return(set_group(pid, group)); }

int simterpose_setpgrp(void) { return simterpose_setpgid(0, 0); }

pid_t simterpose_setsid(void) {
  if (find_group(stp_me->pid, 0))
    return (pid_t)stp_return(-EPERM);
  struct stp_identity* self = stp_identity();
  return self->session = self->process_group = stp_me->pid;
}
