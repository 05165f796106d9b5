/* simterpose run --check-determinism: two runs in fresh processes, and what tells them apart. */
#ifndef CLI_TWICE_H
#define CLI_TWICE_H

#include "run.h"

/* Runs the command (argv[0] is its name) twice, the second time into a directory beside `output`,
 * which is removed, and compares files, terminal, status and end. Shows what the first run shows,
 * then one line. The exit status of both runs if they are the same, else CLI_FAILED; bad input is
 * told once. */
int cli_run_twice(char** argv, const char* output);

/* What the two runs are started with in `--half=FD:DIRECTORY`: their output directory, and the
 * descriptor to which they write their result (-1 outside of such a run). */
const char* cli_half(const char* value, int* descriptor);
void cli_half_done(int descriptor, const struct stp_run_result* result);

#endif
