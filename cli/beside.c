/* What lies beside the command. */
#include "beside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace/log.h"

void cli_beside_command(char path[PATH_MAX]) {
  const ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
  if (length <= 0)
    stp_fatal("cannot find out where the command is: %m");
  path[length] = '\0';
}

void cli_beside(const char* const* places, size_t count, char path[PATH_MAX]) {
  char command[PATH_MAX], place[PATH_MAX + 128];
  cli_beside_command(command);
  *strrchr(command, '/') = '\0';
  for (size_t i = 0; i < count; i++) {
    snprintf(place, sizeof place, "%s/%s", command, places[i]);
    if (realpath(place, path) != NULL)
      return;
  }
  stp_fatal("%s/%s is missing; is simterpose installed completely?", command, places[0]);
}
