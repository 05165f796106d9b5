/* Selecting time zones: the real TZ is only written when another zone than the last is asked for.
 */
#include "time/zone.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "process/process.h"

/* The process's TZ, or that of a machine set to UTC. */
static const char* zone_of(const struct stp_process* process) {
  char** const variables = process->libc->environ_;
  for (size_t i = 0; variables != NULL && variables[i] != NULL; i++)
    if (strncmp(variables[i], "TZ=", 3) == 0)
      return variables[i] + 3;
  return "UTC0";
}

void stp_zone_select(void) {
  static char* selected;
  const char* const zone = zone_of(stp_me);
  if (selected == NULL || strcmp(selected, zone) != 0) {
    stp_free(selected);
    selected = stp_strdup(zone);
    setenv("TZ", selected, 1);
    tzset();
  }
  struct stp_libc_variables* const libc = stp_me->libc;
  libc->timezone_ = timezone;
  libc->daylight_ = daylight;
  libc->tzname_[0] = tzname[0];
  libc->tzname_[1] = tzname[1];
}
