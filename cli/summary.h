/* How the processes of a run have ended, in a few words. */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "run.h"

/* "all 3 processes ended well"; "31 processes: 23 ended well, 3 failed, 5 stopped as planned". A
 * static buffer. Well is with status 0; stopped as planned are those that a stop date, the end of
 * the run, or a fault has ended. */
const char* cli_summary(const struct stp_run_result* result);

#endif
