/* Starting children that run another program: for posix_spawn, popen and system. */
#ifndef STP_CALLS_SPAWN_H
#define STP_CALLS_SPAWN_H

#include <spawn.h>
#include <stdbool.h>
#include <sys/types.h>

struct stp_spawn {
  const char* path;
  bool search;                               /* along PATH */
  const posix_spawn_file_actions_t* actions; /* may be null, like the attributes */
  const posix_spawnattr_t* attributes;
  char *const *argv, *const *envp;
};

/* The child's pid, or -errno. */
pid_t stp_spawn(const struct stp_spawn* spawn);

#endif
