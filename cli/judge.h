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

/* Without a lab: tells a run of which this one is a part which processes have failed. */
void cli_judge_ends(const struct cli_deployment* deployment, bool deadlock);

#endif
