/* Whether what a lab expects has come. */
#ifndef CLI_JUDGE_H
#define CLI_JUDGE_H

#include <stdbool.h>

#include "lab.h"

/* Compiles regular expressions: what is wrong with them ends the program, so before the run. */
void cli_judge_prepare(const struct cli_lab* lab, const struct cli_deployment* deployment);

/* After the run, whose files are in `output`: shows a table of what has not come, if anything.
 * Whether all has. A deadlock must have been expected. */
bool cli_judge(const struct cli_lab* lab, const struct cli_deployment* deployment, bool deadlock,
               const char* output);

/* Without a lab: whether no process has failed, and there is no deadlock. */
bool cli_judge_ends(const struct cli_deployment* deployment, const struct stp_run_result* result);

#endif
