/* What the command line gives to all processes: deployment.h. */
#ifndef CLI_COMMON_H
#define CLI_COMMON_H

struct stp_run_process;

void cli_common_add(struct stp_run_process* process);

#endif
