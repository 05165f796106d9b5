/* Deployed processes, for the files deployed*.c alone. */
#ifndef STP_DEPLOYED_PARTS_H
#define STP_DEPLOYED_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "deployed.h"

struct stp_engine_host;

/* One entry of the deployment: it and what it started are its unit. */
struct stp_deployed {
  const struct stp_run_process* request;
  struct stp_program* program;
  struct stp_host* host;
  struct stp_user* user; /* null: root, as by default */
  bool due;              /* is to start when its host is on again, */
  bool again;            /* at a date that whoever killed it knows */
};

extern struct stp_deployed* stp_deployed_units;
extern size_t stp_deployed_count;
extern bool stp_deployed_ceased; /* nothing is started any more */

/* Starts a unit, or makes it due if its host is off and it is to be started then. Maestro. */
void stp_deployed_start(void* unit);

bool stp_deployed_any_due(void);

/* The environment that a unit starts with: an array to free, whose strings are not. */
char** stp_deployed_environment(const struct stp_deployed* unit);

/* A host has gone off or on, says the simulator. Maestro. */
void stp_deployed_host_changed(struct stp_engine_host* handle, bool on);

/* Whether there is a reason to wait for hosts: keeps the simulator going, or no longer. */
void stp_deployed_hope(bool reason);

/* A host has gone off or on, and that ended or started so many processes. */
void stp_deployed_changed(size_t concerned);

#endif
