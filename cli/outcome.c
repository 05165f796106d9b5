/* What is told of processes, gathered. */
#include "outcome.h"

#include "process/process.h"

static struct cli_outcome* outcomes;

void cli_outcomes_start(size_t processes) {
  outcomes = stp_alloc((processes + 1) * sizeof *outcomes);
}

void cli_outcome_begun(size_t process, const char* label) {
  struct cli_outcome* const outcome = &outcomes[process];
  if (outcome->labels == NULL)
    utarray_new(outcome->labels, &ut_str_icd);
  utarray_push_back(outcome->labels, &label);
  outcome->running = true;
}

void cli_outcome_ended(const struct stp_run_end* end) {
  struct cli_outcome* const outcome = &outcomes[end->index];
  outcome->running = false;
  outcome->ended = end->ended;
  outcome->status = end->status;
  outcome->stopped = end->stopped;
}

const struct cli_outcome* cli_outcome_of(size_t process) { return &outcomes[process]; }
