/* simterpose run --dry-run. */
#ifndef CLI_PLAN_H
#define CLI_PLAN_H

#include "deployment.h"
#include "lab.h"

/* Shows on the standard output what would run, where and when, in the order of dates. `lab` may be
 * null. */
void cli_plan_show(const struct cli_deployment* deployment, const struct cli_lab* lab, double stop);

#endif
