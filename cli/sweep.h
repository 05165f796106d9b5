/* simterpose run --seeds: one run for each seed, and a table of those in which something failed. */
#ifndef CLI_SWEEP_H
#define CLI_SWEEP_H

#include <argp.h>
#include <stdbool.h>

/* While the command line is parsed: --seeds and --jobs. */
void cli_sweep_seeds(const struct argp_state* state, const char* value);
void cli_sweep_jobs(const struct argp_state* state, const char* value);

/* How many seeds there are to run with; 0: it is one run. */
unsigned long long cli_sweep_size(void);

/* Once the input has been found good: runs the command (argv[0] is its name) with each seed, in
 * processes of their own, some at a time, in the directories seed-N of `output` (as the user names
 * it; it is replaced), what they say in seed-N.log beside them. Then says, in the order of seeds,
 * what has failed; `expecting`: there is a lab. CLI_FAILED if anything has, CLI_BAD_INPUT if a run
 * could not begin. */
int cli_sweep(char** argv, const char* output, bool expecting);

#endif
