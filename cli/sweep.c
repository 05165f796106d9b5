/* Many runs. Each is a process of its own, so that a crash of one ends only that; its result comes
 * through a file in memory. Nothing that is said depends on which ends first. */
#include "sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utstring.h>

#include "again.h"
#include "command.h"
#include "contents.h"
#include "observe.h"
#include "outdir.h"
#include "part.h"
#include "process/memcheck.h"
#include "process/process.h"
#include "rerun.h"
#include "seeds.h"
#include "table.h"
#include "units.h"

enum { MOST_ROWS = 100, MOST_JOBS = 1024 };

static struct cli_seeds seeds;
static size_t jobs; /* 0: as many as there are processors */

void cli_sweep_seeds(const struct argp_state* state, const char* value) {
  seeds = cli_parse_seeds("--seeds", value);
  cli_rerun_without(state, value);
}

void cli_sweep_jobs(const struct argp_state* state, const char* value) {
  jobs = cli_parse_count("--jobs", value, 1, MOST_JOBS);
  cli_rerun_without(state, value);
}

unsigned long long cli_sweep_size(void) { return seeds.count; }

struct run {
  pid_t process; /* 0: not begun, or over */
  int channel;   /* to which it writes its result */
  int status;    /* of wait */
  char *directory, *log;
  struct cli_part_read result;
};

struct sweep {
  char** argv;
  const char *output, *path; /* as the user names it; absolute */
  struct run* runs;          /* of each seed */
  size_t begun, over, failed, not_run;
};

static char* path_of(const char* directory, unsigned long long seed, const char* ending) {
  char* path;
  if (asprintf(&path, "%s/seed-%llu%s", directory, seed, ending) < 0)
    stp_fatal("out of memory");
  return path;
}

static char** words_for(const struct sweep* sweep, unsigned long long seed, const char* output) {
  char* number;
  if (asprintf(&number, "%llu", seed) < 0)
    stp_fatal("out of memory");
  return cli_rerun_words(sweep->argv, (const char*[]){"--seed", number, "-o", output, NULL});
}

/* ---- running ---- */

_Noreturn static void become(const struct sweep* sweep, size_t index, int log) {
  const struct run* const run = &sweep->runs[index];
  char* option;
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  dup2(nothing, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  fcntl(run->channel, F_SETFD, 0);
  if (asprintf(&option, "--part=%d:%s", run->channel, run->directory) < 0)
    stp_fatal("out of memory");
  cli_run_again(option, words_for(sweep, seeds.seeds[index], sweep->path));
  stp_fatal("cannot start another run: %s", strerror(errno));
}

static void begin(struct sweep* sweep) {
  const size_t index = sweep->begun++;
  struct run* const run = &sweep->runs[index];
  run->directory = path_of(sweep->path, seeds.seeds[index], "");
  run->log = path_of(sweep->path, seeds.seeds[index], ".log");
  const int log = open(run->log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
  if (log < 0)
    stp_fatal("cannot write %s: %s", run->log, strerror(errno));
  run->channel = memfd_create("result", MFD_CLOEXEC);
  run->process = run->channel < 0 ? -1 : fork();
  if (run->process < 0)
    stp_fatal("cannot start another run: %s", strerror(errno));
  if (run->process == 0)
    become(sweep, index, log);
  close(log);
}

static void end(struct sweep* sweep, struct run* run, int status) {
  char path[64];
  size_t size;
  snprintf(path, sizeof path, "/proc/self/fd/%d", run->channel);
  char* const text = cli_contents(path, &size);
  if (text != NULL)
    run->result = cli_part_parse(text);
  close(run->channel);
  run->process = 0;
  run->status = status;
  sweep->over++;
  sweep->failed += status != 0;
  sweep->not_run += WIFEXITED(status) && WEXITSTATUS(status) == CLI_BAD_INPUT;
}

static void wait_for_one(struct sweep* sweep) {
  int status;
  const pid_t process = waitpid(-1, &status, 0);
  for (size_t i = 0; i < sweep->begun; i++)
    if (process > 0 && sweep->runs[i].process == process)
      end(sweep, &sweep->runs[i], status);
}

static size_t processors(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
}

static void show_progress(const struct sweep* sweep) {
  if (stp_verbosity == STP_QUIET || !isatty(STDERR_FILENO))
    return;
  fprintf(stderr, "\r\033[K");
  if (sweep->over < seeds.count)
    fprintf(stderr, "%zu of %zu seeds, %zu failed", sweep->over, seeds.count, sweep->failed);
}

static void run_all(struct sweep* sweep) {
  const size_t at_once = jobs > 0 ? jobs : processors();
  while (sweep->over < sweep->begun || sweep->begun < seeds.count) {
    while (sweep->begun < seeds.count && sweep->begun - sweep->over < at_once &&
           sweep->not_run == 0)
      begin(sweep);
    if (sweep->over == sweep->begun)
      break;
    show_progress(sweep);
    wait_for_one(sweep);
  }
  show_progress(sweep);
}

/* ---- what came of it ---- */

/* "3 of 12" expectations, of a lab. */
static const char* failures_of(const struct cli_part_read* result) {
  static char text[64];
  if (result->expected > 0)
    snprintf(text, sizeof text, "%zu of %zu", result->failures, result->expected);
  else
    snprintf(text, sizeof text, "%zu", result->failures);
  return text;
}

static void add_row(const struct run* run, unsigned long long seed) {
  char number[32], found[4200];
  const char* const* const cells = run->result.failure;
  snprintf(number, sizeof number, "%llu", seed);
  if (WIFEXITED(run->status) && run->result.failures > 0) {
    cli_table_add((const char*[]){number, failures_of(&run->result), cells[0], cells[1], cells[2],
                                  cells[3], cells[4]});
    return;
  }
  if (WIFSIGNALED(run->status))
    snprintf(found, sizeof found, "the run itself ended by SIG%s: see %s",
             sigabbrev_np(WTERMSIG(run->status)), run->log);
  else
    snprintf(found, sizeof found, "status %d: see %s", WEXITSTATUS(run->status), run->log);
  cli_table_add((const char*[]){number, "", "", "", "", found, ""});
}

static void show_failures(const struct sweep* sweep) {
  static const char* const titles[] = {"seed",     "failed", "process", "host",
                                       "expected", "found",  "said in"};
  cli_table_begin(titles, sizeof titles / sizeof *titles);
  for (size_t i = 0; i < sweep->begun; i++)
    if (sweep->runs[i].status != 0)
      add_row(&sweep->runs[i], seeds.seeds[i]);
  cli_table_show(stderr, MOST_ROWS);
}

static void show_first_again(const struct sweep* sweep) {
  size_t first = 0;
  UT_string* line;
  while (sweep->runs[first].status == 0)
    first++;
  char* const directory = path_of(sweep->output, seeds.seeds[first], "");
  utstring_new(line);
  cli_rerun_show(words_for(sweep, seeds.seeds[first], directory) + 1, line);
  fprintf(stderr, "simterpose: the first of them again: simterpose run %s\n", utstring_body(line));
  utstring_free(line);
}

/* A run that did not begin, after its input was found good: no space, say. */
static int show_not_run(const struct sweep* sweep) {
  size_t size, first = 0;
  while (!WIFEXITED(sweep->runs[first].status) ||
         WEXITSTATUS(sweep->runs[first].status) != CLI_BAD_INPUT)
    first++;
  char* const said = cli_contents(sweep->runs[first].log, &size);
  fprintf(stderr, "simterpose: with seed %llu nothing was run:\n%s", seeds.seeds[first],
          said == NULL ? "" : said);
  free(said);
  return CLI_BAD_INPUT;
}

int cli_sweep(char** argv, const char* output, bool expecting) {
  struct sweep sweep = {.argv = argv, .output = output};
  const char* const file = cli_observe_file();
  if (file != NULL)
    stp_fatal("--seeds: every run would write the file of %s; give that to one run, with --seed",
              file);
  if (stp_memcheck())
    stp_fatal("--seeds: valgrind follows one run; say which seed, with --seed");
  sweep.path = cli_outdir_check(output);
  sweep.runs = stp_alloc(seeds.count * sizeof *sweep.runs);
  cli_outdir_make(sweep.path);
  run_all(&sweep);
  if (sweep.not_run > 0)
    return show_not_run(&sweep);
  if (sweep.failed > 0) {
    fprintf(stderr,
            "simterpose: %s with %zu of %zu seeds (what each run said is in %s/seed-N.log):\n",
            expecting ? "expectations do not hold" : "processes fail", sweep.failed, seeds.count,
            output);
    show_failures(&sweep);
    show_first_again(&sweep);
    return CLI_FAILED;
  }
  if (stp_verbosity > STP_QUIET)
    fprintf(stderr, "simterpose: %s with each of %zu seeds; their files are in %s\n",
            expecting ? "all expectations hold" : "no process fails", seeds.count, sweep.path);
  return 0;
}
