/* simterpose run --check-determinism: two runs in fresh processes, and what tells them apart. */
#ifndef CLI_TWICE_H
#define CLI_TWICE_H

/* Runs the command (argv[0] is its name) twice, the second time into a directory beside `output`,
 * which is removed, and compares files, terminal, status and end. Shows what the first run shows,
 * then one line. The exit status of both runs if they are the same, else CLI_FAILED; bad input is
 * told once. */
int cli_run_twice(char** argv, const char* output);

#endif
