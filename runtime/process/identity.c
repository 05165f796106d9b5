/* The identity of a new process, made when first asked for. */
#include "process/identity.h"

#include "process/process.h"

static const struct rlimit default_limits[RLIMIT_NLIMITS] = {
    [RLIMIT_CPU] = {RLIM_INFINITY, RLIM_INFINITY},
    [RLIMIT_FSIZE] = {RLIM_INFINITY, RLIM_INFINITY},
    [RLIMIT_DATA] = {RLIM_INFINITY, RLIM_INFINITY},
    [RLIMIT_STACK] = {8 << 20, RLIM_INFINITY},
    [RLIMIT_CORE] = {0, RLIM_INFINITY},
    [RLIMIT_RSS] = {RLIM_INFINITY, RLIM_INFINITY},
    [RLIMIT_NPROC] = {15000, 15000},
    [RLIMIT_NOFILE] = {1024, 1 << 20},
    [RLIMIT_MEMLOCK] = {8 << 20, 8 << 20},
    [RLIMIT_AS] = {RLIM_INFINITY, RLIM_INFINITY},
    [RLIMIT_LOCKS] = {RLIM_INFINITY, RLIM_INFINITY},
    [RLIMIT_SIGPENDING] = {15000, 15000},
    [RLIMIT_MSGQUEUE] = {819200, 819200},
    [RLIMIT_NICE] = {0, 0},
    [RLIMIT_RTPRIO] = {0, 0},
    [RLIMIT_RTTIME] = {RLIM_INFINITY, RLIM_INFINITY},
};

/* All that Linux 6.1 knows: CAP_CHOWN (0) to CAP_CHECKPOINT_RESTORE (40). */
static const uint64_t all_capabilities = ((uint64_t)1 << 41) - 1;

struct stp_identity* stp_identity_of(struct stp_process* process) {
  if (!process->identity) {
    struct stp_identity* fresh = process->identity = stp_alloc(sizeof *fresh);
    fresh->process_group = fresh->session = process->pid;
    fresh->capabilities = (struct stp_capabilities){
        .effective = all_capabilities, .permitted = all_capabilities, .bounding = all_capabilities};
    fresh->group_count = 1; /* the group root */
    fresh->dumpable = true;
    for (int i = 0; i < (int)RLIMIT_NLIMITS; i++)
      fresh->limits[i] = default_limits[i];
  }
  return process->identity;
}

static void identity_fork(struct stp_process* child, struct stp_process* parent) {
  child->identity = stp_alloc(sizeof *child->identity);
  *child->identity = *stp_identity_of(parent);
  child->identity->subreaper = child->identity->executed = false;
  child->identity->parent_death_signal = 0;
}

/* Capabilities as capabilities(7) transforms them for files that have none. */
static void transform(struct stp_capabilities* has, const struct stp_ids* user) {
  const bool root = user->real == 0 || user->effective == 0;
  has->permitted = root ? has->inheritable | has->bounding : has->ambient;
  has->effective = user->effective == 0 ? has->permitted : has->ambient;
}

static void identity_exec(struct stp_process* process) {
  struct stp_identity* const self = stp_identity_of(process);
  transform(&self->capabilities, &self->user);
  self->file_user.differs = self->file_group.differs = false;
  self->user.saved = self->user.effective;
  self->group.saved = self->group.effective;
  self->keep_capabilities = false;
  self->dumpable = true;
  self->executed = true;
  if (process->parent)
    stp_wake_all(&process->parent->child_news); /* it may have called vfork */
}

const struct stp_process_hooks stp_identity_hooks = {
    .fork = identity_fork, .exec = identity_exec, .spawned = true};

bool stp_capable(int capability) {
  if (!stp_me->identity) /* root, as it started */
    return true;
  return stp_identity()->capabilities.effective >> capability & 1;
}

rlim_t stp_limit(int resource) {
  if (!stp_me->identity)
    return default_limits[resource].rlim_cur;
  return stp_me->identity->limits[resource].rlim_cur;
}

struct stp_process* stp_process_by_pid(pid_t pid) {
  if (pid == stp_me->pid) /* also one that is not in the list yet (spawn.h) */
    return stp_me;
  for (struct stp_process* process = stp_me->host->processes; process;
       process = process->next_on_host)
    if (process->pid == pid)
      return process;
  return NULL;
}
