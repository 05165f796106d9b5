/* The line of progress. Real clocks decide when it is shown, and nothing else of the run. */
#include "progress.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "engine/engine.h"
#include "file/output.h"
#include "process/process.h"

/* The clock is read each so many dates: reading it takes a fraction of the shortest step. */
enum { STEPS = 16 };

static const double interval = 0.5, first = 3; /* s */

static bool terminal;
static bool shown; /* the line is there */
static double began, next, last;
static uint64_t last_events;

double cli_real_time(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void cli_progress_clear(void) {
  if (shown)
    fprintf(stderr, "\r\033[K");
  shown = false;
}

static size_t alive(void) {
  size_t count = 0;
  for (const struct stp_process* p = stp_processes; p != NULL; p = p->next)
    count += !p->ending;
  return count;
}

static void show(double date, double now) {
  const double rate = (double)(stp_engine_events - last_events) / (now - last);
  const size_t processes = alive();
  stp_output_flush(); /* clears */
  fprintf(stderr, "%.6f s of virtual time in %.1f s: %.0f events/s, %zu process%s alive", date,
          now - began, rate, processes, processes == 1 ? "" : "es");
  shown = terminal;
  if (!terminal)
    fputc('\n', stderr);
  fflush(stderr);
  last = now;
  last_events = stp_engine_events;
}

static void advanced(double date) {
  static unsigned steps;
  if (++steps % STEPS != 0)
    return;
  const double now = cli_real_time();
  if (now < next)
    return;
  show(date, now);
  next = now + interval;
}

void (*cli_progress_start(enum cli_progress wanted))(double) {
  terminal = isatty(STDERR_FILENO);
  if (wanted == CLI_PROGRESS_NEVER || (wanted == CLI_PROGRESS_AUTO && !terminal))
    return NULL;
  began = last = cli_real_time();
  next = began + (wanted == CLI_PROGRESS_ALWAYS ? interval : first);
  stp_output_before = cli_progress_clear;
  return advanced;
}
