/* Labs: the top of the file. */
#include "lab.h"

#include <errno.h>
#include <libgen.h>
#include <string.h>
#include <unistd.h>

#include "process/process.h"
#include "units.h"

static const UT_icd process_icd = {sizeof(struct cli_lab_process), NULL, NULL, NULL};

bool cli_is_lab(const char* word) {
  const char* const dot = strrchr(word, '.');
  return dot != NULL && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

/* ---- platform ---- */

static void read_hosts(void* field, struct cli_yaml value) {
  *(size_t*)field = cli_yaml_count(value, 1, 1000000);
}

static void read_cores(void* field, struct cli_yaml value) {
  *(unsigned*)field = (unsigned)cli_yaml_count(value, 1, CLI_MOST_CORES);
}

static void read_speed(void* field, struct cli_yaml value) {
  *(double*)field = cli_parse_speed(cli_yaml_where(value), cli_yaml_text(value, "a speed"));
}

static void read_topology(void* field, struct cli_yaml value) {
  *(struct cli_topology*)field =
      cli_parse_topology(cli_yaml_where(value), cli_yaml_text(value, "a topology"));
}

static const struct cli_yaml_key network_keys[] = {
    {"hosts", read_hosts, offsetof(struct cli_network, hosts)},
    {"latency", cli_yaml_delay, offsetof(struct cli_network, latency)},
    {"bandwidth", cli_yaml_bandwidth, offsetof(struct cli_network, bandwidth)},
    {"loss", cli_yaml_probability, offsetof(struct cli_network, loss)},
    {"jitter", cli_yaml_delay, offsetof(struct cli_network, jitter)},
    {"speed", read_speed, offsetof(struct cli_network, speed)},
    {"cores", read_cores, offsetof(struct cli_network, cores)},
    {"topology", read_topology, offsetof(struct cli_network, topology)},
    {NULL, NULL, 0},
};

static void read_platform_file(const char** field, struct cli_yaml value) {
  cli_yaml_path(field, value);
  if (access(*field, R_OK) != 0)
    cli_yaml_fail(value, "cannot read the platform %s: %s", *field, strerror(errno));
}

static void read_platform(void* context, struct cli_yaml value) {
  struct cli_lab* const lab = context;
  if (cli_yaml_is_mapping(value))
    cli_yaml_mapping(value, "a platform", network_keys, &lab->options.generated);
  else
    read_platform_file(&lab->options.platform, value);
}

/* ---- processes, and what concerns them all ---- */

static void read_one_process(void* context, struct cli_yaml value) {
  struct cli_lab* const lab = context;
  static const struct cli_lab_process empty;
  utarray_push_back(lab->processes, &empty);
  cli_lab_read_process(utarray_back(lab->processes), value);
}

static void read_processes(void* context, struct cli_yaml value) {
  cli_yaml_each(value, "processes", read_one_process, context);
}

static const struct cli_yaml_key stop_keys[] = {
    {"at", cli_yaml_delay, offsetof(struct cli_lab, options.stop)},
    {"after", cli_lab_read_placed, offsetof(struct cli_lab, stop_after)},
    {NULL, NULL, 0},
};

static void read_stop(void* context, struct cli_yaml value) {
  struct cli_lab* const lab = context;
  if (cli_yaml_is_mapping(value))
    cli_yaml_mapping(value, "stop", stop_keys, lab);
  else
    cli_yaml_delay(&lab->options.stop, value);
}

static void read_seed(void* context, struct cli_yaml value) {
  struct cli_lab* const lab = context;
  lab->options.seed = cli_yaml_count(value, 0, UINT64_MAX);
  lab->options.has_seed = true;
}

static void read_cpu(void* context, struct cli_yaml value) {
  struct cli_lab* const lab = context;
  lab->options.cpu = cli_parse_cpu(cli_yaml_where(value), cli_yaml_text(value, "none or counted"));
  lab->options.has_cpu = true;
}

static const struct cli_yaml_key keys[] = {
    {"description", cli_yaml_string, offsetof(struct cli_lab, description)},
    {"platform", read_platform, 0},
    {"programs", cli_lab_read_programs, 0},
    {"processes", read_processes, 0},
    {"faults", cli_lab_read_faults, 0},
    {"stop", read_stop, 0},
    {"expect", cli_lab_read_expect, 0},
    {"seed", read_seed, 0},
    {"environment", cli_lab_read_environment, offsetof(struct cli_lab, environment)},
    {"bin", cli_lab_read_bins, offsetof(struct cli_lab, bins)},
    {"root", cli_yaml_path, offsetof(struct cli_lab, options.root)},
    {"user", cli_yaml_string, offsetof(struct cli_lab, options.user)},
    {"cpu", read_cpu, 0},
    {"cpu_threshold", cli_yaml_delay, offsetof(struct cli_lab, options.cpu_threshold)},
    {NULL, NULL, 0},
};

struct cli_lab* cli_lab_read(const char* file) {
  struct cli_lab* const lab = stp_alloc(sizeof *lab);
  lab->file = file;
  lab->directory = dirname(stp_strdup(file));
  lab->options = cli_options_unsaid;
  utarray_new(lab->processes, &process_icd);
  const struct cli_yaml root = cli_yaml_read(file, "lab");
  cli_yaml_mapping(root, "a lab", keys, lab);
  if (utarray_len(lab->processes) == 0)
    cli_yaml_fail(root, "the lab starts nothing: it has no processes");
  return lab;
}
