/* The file of the calibration: one line, "speed 3.25e+09". */
#include "calibration.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "trace/log.h"

/* Null if there is no such directory. */
static const char* file_name(void) {
  static char name[PATH_MAX];
  const char *const config = getenv("XDG_CONFIG_HOME"), *const home = getenv("HOME");
  if (config != NULL && config[0] == '/')
    snprintf(name, sizeof name, "%s/simterpose/calibration", config);
  else if (home != NULL && home[0] == '/')
    snprintf(name, sizeof name, "%s/.config/simterpose/calibration", home);
  else
    return NULL;
  return name;
}

double cli_calibration_read(void) {
  const char* const name = file_name();
  FILE* const file = name == NULL ? NULL : fopen(name, "r");
  if (file == NULL)
    return 0;
  double speed;
  if (fscanf(file, "speed %lf", &speed) != 1 || !isfinite(speed) || speed <= 0)
    stp_fatal("%s: not a calibration; run simterpose calibrate again", name);
  fclose(file);
  return speed;
}

/* Makes the directories of a file. */
static void make_directories(char* name) {
  for (char* slash = strchr(name + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    if (mkdir(name, 0777) != 0 && errno != EEXIST)
      stp_fatal("%s: %m", name);
    *slash = '/';
  }
}

const char* cli_calibration_write(double speed) {
  const char* const name = file_name();
  if (name == NULL)
    stp_fatal("neither XDG_CONFIG_HOME nor HOME say where to keep the calibration");
  char copy[PATH_MAX];
  snprintf(copy, sizeof copy, "%s", name);
  make_directories(copy);
  FILE* const file = fopen(name, "w");
  if (file == NULL || fprintf(file, "speed %.3e\n", speed) < 0 || fclose(file) != 0)
    stp_fatal("%s: %m", name);
  return name;
}
