/* Options that are not said: a lab says them, or they have their defaults. */
#include <stddef.h>

#include "options.h"
#include "trace/log.h"

const struct cli_options cli_options_unsaid = {
    .generated = {.latency = -1, .loss = -1, .jitter = -1},
    .stop = -1,
    .until = -1,
    .cpu_threshold = -1,
    .output = "simterpose-out",
};

static void add_text(const char** to, const char* from) {
  if (*to == NULL)
    *to = from;
}

static void add_number(double* to, double from) {
  if (*to < 0)
    *to = from;
}

static void add_network(struct cli_network* to, const struct cli_network* from) {
  to->hosts = to->hosts == 0 ? from->hosts : to->hosts;
  to->bandwidth = to->bandwidth == 0 ? from->bandwidth : to->bandwidth;
  to->speed = to->speed == 0 ? from->speed : to->speed;
  to->cores = to->cores == 0 ? from->cores : to->cores;
  to->topology = to->topology.kind == CLI_STAR ? from->topology : to->topology;
  add_number(&to->latency, from->latency);
  add_number(&to->loss, from->loss);
  add_number(&to->jitter, from->jitter);
}

void cli_options_add(struct cli_options* options, const struct cli_options* more) {
  if (options->network != NULL && more->platform != NULL)
    stp_fatal("%s and the platform of the lab, %s, exclude each other", options->network,
              more->platform);
  add_text(&options->platform, more->platform);
  add_network(&options->generated, &more->generated);
  add_number(&options->stop, more->stop);
  add_number(&options->until, more->until);
  add_number(&options->cpu_threshold, more->cpu_threshold);
  add_text(&options->root, more->root);
  add_text(&options->user, more->user);
  if (!options->has_seed)
    options->seed = more->seed;
  if (!options->has_cpu)
    options->cpu = more->cpu;
  options->has_seed = options->has_seed || more->has_seed;
  options->has_cpu = options->has_cpu || more->has_cpu;
}

void cli_options_complete(struct cli_options* options) {
  static const struct cli_options defaults = {
      .generated = {.hosts = 1, .latency = 1e-3, .bandwidth = 125e6, .speed = 1e9, .cores = 1},
      .stop = -1,
      .until = -1,
      .seed = STP_DEFAULT_SEED,
      .cpu = STP_WORK_COUNTED,
      .cpu_threshold = 1e-6,
  };
  cli_options_add(options, &defaults);
}
