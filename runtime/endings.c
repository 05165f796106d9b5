/* The ends of deployed processes. */
#include "endings.h"

#include "engine/engine.h"
#include "process/process.h"
#include "run.h"

static const struct stp_run_options* run;
static void (*stop)(void*);
static size_t left, awaited; /* that have not ended for good: of all, and of those */

void stp_endings_start(const struct stp_run_options* options, void (*when_none)(void*)) {
  run = options;
  stop = when_none;
  left = options->process_count;
  for (size_t i = 0; i < options->process_count; i++)
    awaited += options->processes[i].awaited;
}

/* What is under way at this date ends first. */
static void one_less(size_t index) {
  left--;
  if (run->processes[index].awaited && --awaited == 0)
    stp_engine_timer(stp_engine_now(), stop, NULL);
}

void stp_endings_begun(size_t index, const struct stp_process* process) {
  if (run->begun != NULL)
    run->begun(index, process->label);
}

void stp_endings_ended(size_t index, const struct stp_process* process, bool for_good) {
  if (run->ended != NULL)
    run->ended(&(struct stp_run_end){
        .index = index,
        .started = process->start_date,
        .ended = stp_engine_now(),
        .status = process->status,
        .stopped = process->stopped,
    });
  if (for_good)
    one_less(index);
}

void stp_endings_never(size_t index) { one_less(index); }

bool stp_endings_all(void) { return left == 0; }
