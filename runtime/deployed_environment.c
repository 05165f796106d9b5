/* The environment of deployed processes. */
#include <string.h>

#include "calls/user_databases.h"
#include "deployed_parts.h"
#include "process/process.h"
#include "run.h"

static const char* const default_environment[] = {
    "HOME=/root",
    "LOGNAME=root",
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "PWD=/",
    "SHELL=/bin/sh",
    "USER=root",
};

/* Sets a variable, in place of one of the same name. */
static size_t set_variable(char** environment, size_t length, char* variable) {
  const size_t name = strcspn(variable, "=") + 1;
  size_t at = 0;
  while (at < length && strncmp(environment[at], variable, name) != 0)
    at++;
  environment[at] = variable;
  return length + (at == length);
}

/* The default environment, that of the user, and what the deployment adds to it. */
char** stp_deployed_environment(const struct stp_deployed* unit) {
  enum { DEFAULTS = sizeof default_environment / sizeof *default_environment };
  char* const* const more = unit->request->environment;
  size_t added = 0, length = 0;
  while (more != NULL && more[added] != NULL)
    added++;
  char** const environment = stp_alloc((DEFAULTS + added + 1) * sizeof *environment);
  for (size_t i = 0; i < DEFAULTS; i++)
    environment[length++] = (char*)default_environment[i];
  for (size_t i = 0; unit->user != NULL && i < STP_USER_VARIABLES; i++)
    length = set_variable(environment, length, unit->user->variables[i]);
  for (size_t i = 0; i < added; i++)
    length = set_variable(environment, length, more[i]);
  return environment;
}
