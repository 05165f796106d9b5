/* How far a long run is: date, real time, events, processes; on the standard error. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

enum cli_progress { CLI_PROGRESS_AUTO, CLI_PROGRESS_ALWAYS, CLI_PROGRESS_NEVER };

/* What struct stp_run_options is to have as `progress`: null if nothing is shown. On a terminal one
 * line, rewritten, from the third second of real time on; elsewhere, if always, a line each time.
 */
void (*cli_progress_start(enum cli_progress wanted))(double date);

/* Takes the line away, before something else is said. */
void cli_progress_clear(void);

/* Seconds of a real clock. */
double cli_real_time(void);

#endif
