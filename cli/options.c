/* The options of simterpose run; what --help says of the whole is in options_doc.c. */
#include "options.h"

#include <argp.h>
#include <stdint.h>
#include <string.h>

#include "calibration.h"
#include "fault.h"
#include "lab.h"
#include "observe.h"
#include "part.h"
#include "program.h"
#include "rerun.h"
#include "sweep.h"
#include "trace/log.h"
#include "units.h"
#include "watch.h"

enum {
  LATENCY = 256,
  BANDWIDTH,
  LOSS,
  TOPOLOGY,
  JITTER,
  STOP,
  UNTIL,
  FAULT,
  SEED,
  CPU,
  CPU_THRESHOLD,
  SPEED,
  CORES,
  BIN,
  ROOT,
  USER,
  TWICE,
  DRY_RUN,
  WATCH,
  NOTING,
  ENV,
  STDIN,
  SEEDS,
  JOBS,
  PART
};

static const struct argp_option option_table[] = {
    {NULL, 0, NULL, 0, "The network:", 1},
    {"hosts", 'n', "N", 0, "N hosts, node-0 to node-(N-1), around a switch (default: 1)", 1},
    {"topology", TOPOLOGY, "SHAPE", 0,
     "Not around a switch, but connected as a ring, line, mesh (each to each), tree, tree:DEGREE "
     "or "
     "fat-tree; latency, bandwidth, loss and jitter are then those of each link",
     1},
    {"latency", LATENCY, "DELAY", 0, "One-way latency between two hosts (default: 1ms)", 1},
    {"bandwidth", BANDWIDTH, "RATE", 0, "Bandwidth between two hosts (default: 1Gbps)", 1},
    {"loss", LOSS, "P", 0,
     "Probability that a packet is lost between two hosts, like 1% (default: 0)", 1},
    {"jitter", JITTER, "DELAY", 0,
     "By how much the latency of a packet differs at most, evenly distributed (default: 0)", 1},
    {"platform", 'p', "FILE", 0, "A SimGrid platform file instead (docs/platforms.md)", 1},
    {NULL, 0, NULL, 0, "The programs:", 2},
    {"deployment", 'd', "FILE", 0, "A SimGrid deployment file instead of PROGRAM on every host", 2},
    {"bin", BIN, "PATH=PROGRAM", 0,
     "Put PROGRAM, or those of a directory, at PATH on every host (/bin/sh=./busybox); repeatable",
     2},
    {"root", ROOT, "DIR", 0,
     "Hosts start with the files of DIR, which are only read: relative to their top directory, and "
     "before the machine's. {host} stands for a host's name",
     2},
    {"user", USER, "USER", 0,
     "Who the processes belong to: the NAME of a user of the host, or UID[:GID] (default: root)",
     2},
    {"env", ENV, "NAME=VALUE", 0, "Set a variable of all processes; repeatable", 2},
    {"stdin", STDIN, "FILE", 0, "Standard input of all processes that have no other", 2},
    {NULL, 0, NULL, 0, "What computing costs:", 3},
    {"cpu", CPU, "HOW", 0,
     "none: no virtual time; counted (the default): the cycles that the compiler has counted, at "
     "the speed of the host, the same in every run; measured: the real time it takes",
     3},
    {"cpu-threshold", CPU_THRESHOLD, "DELAY", 0,
     "Less work than this does not take part in the sharing of cores, and delays what others see "
     "only once there is more of it; the thread's own clock shows it (default: 1us)",
     3},
    {"speed", SPEED, "SPEED|host", 0,
     "Speed of a core of a host, in cycles per second (default: 1Gf); \"host\": that of this "
     "machine, which "
     "simterpose calibrate has found out",
     3},
    {"cores", CORES, "N", 0, "Cores of each host (default: 1)", 3},
    {NULL, 0, NULL, 0, "What happens in the run:", 4},
    {"seed", SEED, "N", 0,
     "Seed of everything random in the run (default: 1); others than 1 also permute what Linux "
     "leaves open: who wakes first, which of the events of one date comes first",
     4},
    {"fault", FAULT, "SPEC", 0,
     "What goes wrong, like \"at=10s crash=node-2 for=5s\" (see below); repeatable", 4},
    {"stop", STOP, "DATE", 0, "Stop the processes that still run at this date", 4},
    {"until", UNTIL, "DATE", 0, "Under simterpose gdb: halt at this date, to look", 4},
    {NULL, 0, NULL, 0, "What it shows and leaves (beside files of what each process writes):", 5},
    {"output", 'o', "DIR", 0, "Directory for the hosts' files, replaced (default: simterpose-out)",
     5},
    {"quiet", 'q', NULL, 0, "Do not copy the processes' output to the terminal; no summary", 5},
    {"verbose", 'v', NULL, 0, "Say more: faults with their dates, say", 5},
    {NULL, 0, NULL, 0, "Something else than one run:", 7},
    {"seeds", SEEDS, "LIST", 0,
     "Run once with each seed of LIST, like 1-100 or 1,5,9-12, in DIR/seed-N, and show in which of "
     "these runs something failed, and what; what a run says is in DIR/seed-N.log",
     7},
    {"jobs", JOBS, "N", 0, "Of --seeds: so many runs at a time (default: one for each processor)",
     7},
    {"dry-run", DRY_RUN, NULL, 0,
     "Check all input, show what would run, where and when, and run nothing", 7},
    {"watch", WATCH, NULL, 0,
     "Run again whenever a file of the lab changes: itself, a source, a program, a platform", 7},
    {"check-determinism", TWICE, NULL, 0,
     "Run twice, and compare all files, what is shown, the exit status and the end: say that they "
     "are the same, or fail (status 1) and name the first difference",
     7},
    {"noting", NOTING, "FD", OPTION_HIDDEN, "One of these runs", 7},
    {"part", PART, "FD:DIR", OPTION_HIDDEN, "One of several runs", 7},
    {0},
};

enum stp_work_source cli_parse_cpu(const char* where, const char* text) {
  if (strcmp(text, "none") == 0)
    return STP_WORK_NONE;
  if (strcmp(text, "measured") == 0)
    return STP_WORK_MEASURED;
  if (strcmp(text, "counted") == 0)
    return STP_WORK_COUNTED;
  stp_fatal("%s: \"%s\" is neither none, counted nor measured", where, text);
}

static double parse_host_speed(const char* text) {
  if (strcmp(text, "host") != 0)
    return cli_parse_speed("--speed", text);
  const double speed = cli_calibration_read();
  if (speed == 0)
    stp_fatal("--speed host: this machine is not calibrated; run simterpose calibrate");
  stp_warn("hosts are as fast as this machine, by its calibration: %.4gGf", speed / 1e9);
  return speed;
}

/* One run or many. */
static void check_sweep(const struct cli_options* options, const struct argp_state* state) {
  const bool many = cli_sweep_size() > 0;
  const char* const one = options->has_seed ? "--seed"
                          : options->watch  ? "--watch"
                          : options->twice  ? "--check-determinism"
                                            : NULL;
  if (many && one != NULL)
    argp_error(state, "--seeds and %s exclude each other", one);
  if (!many && options->jobs)
    argp_error(state, "--jobs is how many runs there are at a time: say --seeds, too");
}

static error_t parse(int key, char* value, struct argp_state* state) {
  struct cli_options* const options = state->input;
  switch (key) {
  case 'n':
    options->generated.hosts = cli_parse_count("--hosts", value, 1, 1000000);
    options->network = "--hosts";
    return 0;
  case LATENCY:
    options->generated.latency = cli_parse_delay("--latency", value);
    options->network = "--latency";
    return 0;
  case BANDWIDTH:
    options->generated.bandwidth = cli_parse_bandwidth("--bandwidth", value);
    options->network = "--bandwidth";
    return 0;
  case LOSS:
    options->generated.loss = cli_parse_probability("--loss", value);
    options->network = "--loss";
    return 0;
  case JITTER:
    options->generated.jitter = cli_parse_delay("--jitter", value);
    options->network = "--jitter";
    return 0;
  case TOPOLOGY:
    options->generated.topology = cli_parse_topology("--topology", value);
    options->network = "--topology";
    return 0;
  case SPEED:
    options->generated.speed = parse_host_speed(value);
    options->network = "--speed";
    return 0;
  case CORES:
    options->generated.cores = (unsigned)cli_parse_count("--cores", value, 1, CLI_MOST_CORES);
    options->network = "--cores";
    return 0;
  case 'p':
    options->platform = value;
    return 0;
  case 'd':
    options->deployment = value;
    return 0;
  case BIN:
    cli_install("--bin", value);
    return 0;
  case CPU:
    options->cpu = cli_parse_cpu("--cpu", value);
    options->has_cpu = true;
    return 0;
  case CPU_THRESHOLD:
    options->cpu_threshold = cli_parse_delay("--cpu-threshold", value);
    return 0;
  case SEED:
    options->seed = cli_parse_count("--seed", value, 0, UINT64_MAX);
    options->has_seed = true;
    return 0;
  case ROOT:
    options->root = value;
    return 0;
  case USER:
    options->user = value;
    return 0;
  case STOP:
    options->stop = cli_parse_delay("--stop", value);
    return 0;
  case UNTIL:
    options->until = cli_parse_delay("--until", value);
    return 0;
  case FAULT:
    cli_faults_parse(value);
    return 0;
  case 'o':
    options->output = value;
    cli_rerun_without(state, value);
    return 0;
  case 'q':
    stp_verbosity = STP_QUIET;
    return 0;
  case 'v':
    stp_verbosity = STP_VERBOSE;
    return 0;
  case TWICE:
    options->twice = true;
    return 0;
  case ENV:
    cli_deployment_set_variable(value);
    return 0;
  case STDIN:
    cli_deployment_set_input(value);
    return 0;
  case WATCH:
    options->watch = true;
    return 0;
  case NOTING:
    cli_watch_noting((int)cli_parse_count("--noting", value, 0, INT32_MAX));
    options->noting = true;
    return 0;
  case DRY_RUN:
    options->dry = true;
    return 0;
  case SEEDS:
    cli_sweep_seeds(state, value);
    return 0;
  case JOBS:
    cli_sweep_jobs(state, value);
    options->jobs = true;
    return 0;
  case PART:
    options->part = cli_part_begin(value);
    return 0;
  case ARGP_KEY_ARG:
    if (options->lab != NULL)
      argp_error(state, "%s says what to run, so \"%s\" cannot", options->lab, value);
    if (cli_is_lab(value)) {
      options->lab = value;
      return 0;
    }
    options->program = &state->argv[state->next - 1];
    state->next = state->argc;
    return 0;
  case ARGP_KEY_END:
    if (options->lab != NULL && options->deployment != NULL)
      argp_error(state, "a lab (%s) and --deployment exclude each other", options->lab);
    else if (options->platform != NULL && options->network != NULL)
      argp_error(state, "%s and --platform exclude each other", options->network);
    else if (options->program != NULL && options->deployment != NULL)
      argp_error(state, "a program (%s) and --deployment exclude each other", options->program[0]);
    else if (options->program == NULL && options->deployment == NULL && options->lab == NULL)
      argp_error(state, "say what to run: a lab file, a program, or --deployment FILE");
    check_sweep(options, state);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

void cli_options_parse(struct cli_options* options, int argc, char** argv) {
  *options = cli_options_unsaid;
  static const struct argp_child children[] = {{&cli_observe_argp, 0, NULL, 0}, {0}};
  const struct argp argp = {.options = option_table,
                            .parser = parse,
                            .args_doc = "LAB.yaml\n[PROGRAM [ARGUMENT...]]",
                            .doc = cli_options_doc,
                            .children = children};
  argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, options);
}
