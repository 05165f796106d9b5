/* simterpose calibrate: runs a set of computing kernels (bench/kernels/), which were compiled with
 * the plugin and without when Simterpose was built, and relates what the one counts to the time
 * that the other takes. */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "calibration.h"
#include "command.h"
#include "trace/log.h"

static const char doc[] =
    "Measures this machine, once: how many of the cycles that the compiler counts (--cpu counted) "
    "it does in a second, on a set of computing kernels."
    "\v"
    "For each kernel it shows the time that it takes here, what the count of its cycles predicts, "
    "and the ratio of the two. A host of a platform with the speed that is printed at the end "
    "(speed=\"3.6Gf\") takes as long as this machine. The result is kept in "
    "$XDG_CONFIG_HOME/simterpose/calibration (or ~/.config), where\n"
    "\n"
    "  simterpose run --speed host ...      generates hosts as fast as this machine\n"
    "  simterpose run --cpu measured ...    relates real time to the speeds of hosts\n"
    "\n"
    "find it. Nothing else uses it: the default speed of hosts is 1Gf on every machine. Run it "
    "while the machine is idle.\n"
    "\n"
    "What cannot be predicted: the count knows the code, not the data. It assumes that data is in "
    "the first-level cache or comes in order, and that branches are foreseen as usual for their "
    "kind. Kernels that depend on more than that are shown, and do not count.";

struct options {
  int rounds;
  bool keep;
};

enum { DRY_RUN = 256 };

static error_t parse(int key, char* value, struct argp_state* state) {
  struct options* const options = state->input;
  switch (key) {
  case 'r':
    options->rounds = atoi(value);
    if (options->rounds < 1 || options->rounds > 1000)
      argp_error(state, "--rounds: \"%s\" is not a number from 1 to 1000", value);
    return 0;
  case DRY_RUN:
    options->keep = false;
    return 0;
  case ARGP_KEY_ARG:
    argp_error(state, "\"%s\": this command takes no arguments", value);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

struct kernel {
  char name[32], reason[100]; /* why its time cannot be predicted; "-": it can */
  double counted, seconds, slowed;
};

static bool is_predictable(const struct kernel* kernel) { return strcmp(kernel->reason, "-") == 0; }

/* Where the program is, from the directory of the command: installed, and in the build tree. */
static void find_kernels(char path[PATH_MAX]) {
  static const char* const places[] = {CLI_KERNELS_INSTALLED, "../bench/simterpose-kernels"};
  cli_beside(places, sizeof places / sizeof *places, path);
}

static size_t run_kernels(int rounds, struct kernel* kernels, size_t most) {
  char path[PATH_MAX], command[PATH_MAX + 32];
  find_kernels(path);
  if (strchr(path, '\'') != NULL)
    stp_fatal("%s: a name that the shell cannot be told", path);
  snprintf(command, sizeof command, "'%s' %d", path, rounds);
  FILE* const output = popen(command, "r");
  if (output == NULL)
    stp_fatal("%s: cannot be run: %m", path);
  size_t count = 0;
  struct kernel kernel;
  while (count < most && fscanf(output, "%31s %lf %lf %lf %99[^\n]", kernel.name, &kernel.counted,
                                &kernel.seconds, &kernel.slowed, kernel.reason) == 5)
    kernels[count++] = kernel;
  if (pclose(output) != 0 || count == 0)
    stp_fatal("%s failed", path);
  return count;
}

/* The speed that is right on the average: the geometric mean. */
static double speed_of(const struct kernel* kernels, size_t count) {
  double sum = 0;
  size_t predictable = 0;
  for (size_t i = 0; i < count; i++)
    if (is_predictable(&kernels[i])) {
      sum += log(kernels[i].counted / kernels[i].seconds);
      predictable++;
    }
  return exp(sum / (double)predictable);
}

static void show(const struct kernel* kernels, size_t count, double speed) {
  size_t right = 0, predictable = 0;
  double slowed = 0;
  printf("%-16s %12s %12s %8s\n", "kernel", "measured", "predicted", "ratio");
  for (size_t i = 0; i < count; i++) {
    const struct kernel* const kernel = &kernels[i];
    const double predicted = kernel->counted / speed, ratio = predicted / kernel->seconds;
    const bool close = ratio >= 0.75 && ratio <= 1.25;
    printf("%-16s %9.1f us %9.1f us %8.2f%s%s%s\n", kernel->name, kernel->seconds * 1e6,
           predicted * 1e6, ratio, close ? "" : "  *",
           is_predictable(kernel) ? "" : "  not counted: ",
           is_predictable(kernel) ? "" : kernel->reason);
    if (!is_predictable(kernel))
      continue;
    predictable++;
    right += close;
    slowed += log(kernel->slowed / kernel->seconds);
  }
  printf("\n%zu of %zu kernels are predicted within 25 %%; * marks the others.\n"
         "Counting slows them down by %.1f %% on the average.\n",
         right, predictable, 100 * (exp(slowed / (double)predictable) - 1));
}

int cli_calibrate(int argc, char** argv) {
  static const struct argp_option table[] = {
      {"rounds", 'r', "N", 0, "Measure N times as long (default: 3, a few seconds)", 0},
      {"dry-run", DRY_RUN, NULL, 0, "Do not keep the result", 0},
      {0},
  };
  const struct argp argp = {.options = table, .parser = parse, .doc = doc};
  struct options options = {.rounds = 3, .keep = true};
  argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &options);

  enum { MOST = 100 };
  static struct kernel kernels[MOST];
  const size_t count = run_kernels(options.rounds, kernels, MOST);
  const double speed = speed_of(kernels, count);
  show(kernels, count, speed);
  printf("This machine: speed=\"%.2fGf\"\n", speed / 1e9);
  if (options.keep)
    printf("Kept in %s\n", cli_calibration_write(speed));
  return 0;
}
