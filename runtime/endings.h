/* How deployed processes end: told to whoever runs them, and counted, for a run that lasts until
 * some of them have ended. */
#ifndef STP_ENDINGS_H
#define STP_ENDINGS_H

#include <stdbool.h>
#include <stddef.h>

struct stp_process;
struct stp_run_options;

/* Before the run. `stop` is called, in maestro, when all those processes that are awaited have
 * ended for good, if there are any. */
void stp_endings_start(const struct stp_run_options* options, void (*stop)(void*));

/* The process of the entry `index` has begun; it has ended, for good or to be started again; it
 * never will be started. Maestro. */
void stp_endings_begun(size_t index, const struct stp_process* process);
void stp_endings_ended(size_t index, const struct stp_process* process, bool for_good);
void stp_endings_never(size_t index);

/* Whether all have ended for good. */
bool stp_endings_all(void);

#endif
