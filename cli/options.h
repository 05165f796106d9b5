/* What the user asks of a run: the options of simterpose run, and the same in a lab file, where the
 * command line does not say otherwise. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>

#include "platform.h"
#include "run.h"

struct cli_options {
  struct cli_network generated;
  double stop, until, cpu_threshold;                     /* negative: not said */
  const char *platform, *deployment, *lab, *root, *user; /* null: not said */
  const char* output;
  const char* network; /* the last option that describes the generated network */
  unsigned long long seed;
  enum stp_work_source cpu;
  bool has_seed, has_cpu;
  bool twice, dry, jobs; /* jobs: --jobs has been said */
  bool watch, noting;    /* to run again and again; one of these runs */
  const char* part; /* the output directory, if it is a part of something (part.h); else null */
  char** program;   /* argv, null if there is none */
};

/* Parses the command line; what is wrong with it, and --help, end the program. Programs to be put
 * on hosts (--bin) are, and what concerns messages (-q, -v) is set. */
void cli_options_parse(struct cli_options* options, int argc, char** argv);

/* For --help: what comes before the options, and after a \v what comes after them. */
extern const char cli_options_doc[];

/* Nothing is said yet; what is not said, `more` says; what nobody says has its default. */
extern const struct cli_options cli_options_unsaid;
void cli_options_add(struct cli_options* options, const struct cli_options* more);
void cli_options_complete(struct cli_options* options);

/* "none", "counted" or "measured". */
enum stp_work_source cli_parse_cpu(const char* where, const char* text);

#endif
