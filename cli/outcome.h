/* How the processes of a run have ended. */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <utarray.h>

#include "run.h"

struct cli_outcome {
  UT_array* labels; /* char*: of its runs, of which a restart makes more than one; null: none */
  bool running;     /* begun and not ended */
  double ended;     /* date */
  int status;       /* as waitpid reports it */
  bool stopped;     /* struct stp_run_end */
};

/* Makes room for so many; then the others are what the run tells of them (stp_run_options). */
void cli_outcomes_start(size_t processes);
void cli_outcome_begun(size_t process, const char* label);
void cli_outcome_ended(const struct stp_run_end* end);

const struct cli_outcome* cli_outcome_of(size_t process);

#endif
