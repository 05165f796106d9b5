/* What the kernel keeps about a process besides its memory and descriptors: users and groups,
 * process group and session, capabilities, resource limits. Recorded as the process sets them;
 * nothing else of the runtime depends on who a process is. */
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

struct stp_capabilities {
  uint64_t effective, permitted, inheritable;
};

struct stp_identity {
  struct stp_ids user, group;
  gid_t groups[STP_GROUPS_MAX];
  int group_count;
  pid_t process_group, session;
  int nice;
  struct stp_capabilities capabilities;
  struct rlimit limits[RLIMIT_NLIMITS];
  bool no_new_privileges, keep_capabilities, dumpable;
  int parent_death_signal;
};

struct stp_process;

/* Of any process that has not ended; never null. A new process is root, alone in its group and
 * session, with the limits of an ordinary Linux system. */
struct stp_identity* stp_identity_of(struct stp_process* process);

/* Of the calling process. */
#define stp_identity() stp_identity_of(stp_me)

/* The calling process's soft limit (RLIM_INFINITY: none). */
rlim_t stp_limit(int resource);

/* The running process of the calling process's host that has this pid, or null. */
struct stp_process* stp_process_by_pid(pid_t pid);

#endif
