/* Programs by name. */
#include "program.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/process.h"

static bool is_file(const char* path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

const char* cli_find_program(const char* directory, const char* name) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", name[0] == '/' ? "" : directory, name);
  if (!is_file(path) && strchr(name, '/') == NULL) {
    char* const directories = stp_strdup(getenv("PATH") != NULL ? getenv("PATH") : "");
    char* rest = directories;
    for (char* entry = strtok_r(directories, ":", &rest); entry;
         entry = strtok_r(NULL, ":", &rest)) {
      char candidate[PATH_MAX];
      snprintf(candidate, sizeof candidate, "%s/%s", entry, name);
      if (is_file(candidate) && access(candidate, X_OK) == 0) {
        strcpy(path, candidate);
        break;
      }
    }
    stp_free(directories);
  }
  char* const real = realpath(path, NULL);
  return real != NULL ? real : stp_strdup(name);
}
