/* What the user asks of a run, by the options of simterpose run. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>

#include "platform.h"
#include "run.h"

struct cli_options {
  struct cli_network generated;
  double stop, cpu_threshold;
  const char *platform, *deployment, *output, *root, *user;
  const char* network; /* the last option that describes the generated network */
  unsigned long long seed;
  enum stp_work_source cpu;
  bool twice;
  const char* half; /* the output directory of one of two runs, null: none of two */
  int result;       /* where it writes its result */
  char** program;   /* argv, null if there is none */
};

/* Parses the command line; what is wrong with it, and --help, end the program. Programs to be put
 * on hosts (--bin) are, and what concerns messages (-q, -v) is set. */
void cli_options_parse(struct cli_options* options, int argc, char** argv);

#endif
