/* What the kernel keeps about a process besides its memory and descriptors: users and groups,
 * process group and session, capabilities, resource limits. Kept from one program to the next
 * (exec), inherited by children, and kept of zombies too. */
#ifndef STP_IDENTITY_H
#define STP_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum { STP_GROUPS_MAX = 64 };

/* Real, effective and saved. */
struct stp_ids {
  id_t real, effective, saved;
};

/* Sets of capabilities(7): bit N for capability N. */
struct stp_capabilities {
  uint64_t effective, permitted, inheritable, ambient, bounding;
};

/* Who a process is for file systems, where it asked to be somebody else (setfsuid). */
struct stp_file_id {
  bool differs; /* from the effective id */
  id_t id;
};

struct stp_identity {
  struct stp_ids user, group;
  struct stp_file_id file_user, file_group;
  gid_t groups[STP_GROUPS_MAX];
  int group_count;
  pid_t process_group, session;
  int nice;
  struct stp_capabilities capabilities;
  struct rlimit limits[RLIMIT_NLIMITS];
  bool no_new_privileges, keep_capabilities, dumpable;
  bool subreaper; /* adopts orphans among its descendants */
  bool executed;  /* it has replaced its program: its parent cannot move it to a group any more */
  int parent_death_signal;
  unsigned long personality;
};

struct stp_process;
struct stp_process_hooks;

/* Of any process; never null. A new process is root, alone in its group and
 * session, with the limits of an ordinary Linux system. */
struct stp_identity* stp_identity_of(struct stp_process* process);

/* Of the calling process. */
#define stp_identity() stp_identity_of(stp_me)

static inline id_t stp_file_user(const struct stp_identity* identity) {
  return identity->file_user.differs ? identity->file_user.id : identity->user.effective;
}
static inline id_t stp_file_group(const struct stp_identity* identity) {
  return identity->file_group.differs ? identity->file_group.id : identity->group.effective;
}

/* Whether the calling process has a capability (CAP_KILL ...). */
bool stp_capable(int capability);

/* The calling process's soft limit (RLIM_INFINITY: none). */
rlim_t stp_limit(int resource);

/* What fork and exec make of it. */
extern const struct stp_process_hooks stp_identity_hooks;

/* The process, or zombie, of the calling process's host that has this pid, or null. */
struct stp_process* stp_process_by_pid(pid_t pid);

#endif
