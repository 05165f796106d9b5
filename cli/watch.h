/* simterpose run --watch: running again whenever something that went into the run has changed. */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

/* Runs the command (argv[0] is its name) in a process of its own, again and again, until it is
 * interrupted. Returns (the status of the run) only if it could not even find its input. */
int cli_watch(char** argv);

/* In such a run: where its files are noted, by the hidden option --noting=FD; and a file that goes
 * into it. Notes nothing in other runs. */
void cli_watch_noting(int descriptor);
void cli_watch_note(const char* file);

#endif
