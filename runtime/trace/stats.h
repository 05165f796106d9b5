/* `simterpose run --stats`: what a run has used, counted, in a file of JSON that `simterpose stats`
 * shows. */
#ifndef STP_STATS_H
#define STP_STATS_H

/* Before the run: writes it to `path` at the end. */
void stp_stats_start(const char* path);

#endif
