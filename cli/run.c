/* simterpose run: platform and deployment in; the run; one summary line out. */
#include <stdio.h>

#include "again.h"
#include "calibration.h"
#include "command.h"
#include "deployment.h"
#include "engine/engine.h"
#include "fault.h"
#include "judge.h"
#include "lab.h"
#include "observe.h"
#include "options.h"
#include "outcome.h"
#include "outdir.h"
#include "part.h"
#include "plan.h"
#include "platform.h"
#include "process/host.h"
#include "progress.h"
#include "run.h"
#include "summary.h"
#include "sweep.h"
#include "trace/log.h"
#include "twice.h"
#include "watch.h"

/* ---- input ---- */

/* Every process can send to every other: on small platforms all pairs are tried. On large ones the
 * first to all, since SimGrid may have to find the shortest paths anew for each that sends. */
static void check_routes(const struct cli_deployment* deployment) {
  enum { SMALL = 64 };
  const size_t n = deployment->count;
  for (size_t i = 0; i < (n <= SMALL ? n : 1); i++)
    for (size_t k = 0; k < n; k++) {
      const char* const from = deployment->processes[i].host;
      const char* const to = deployment->processes[k].host;
      const struct stp_host *const source = stp_host_by_name(from), *const target =
                                                                        stp_host_by_name(to);
      struct stp_engine_link* ends[2];
      if (source == NULL || target == NULL || source == target)
        continue;
      stp_engine_route_ends(source->engine, target->engine, ends);
      if (ends[0] == NULL)
        stp_fatal("%s: the platform has no route from %s to %s", deployment->processes[i].where,
                  from, to);
    }
}

static const char* output;

/* For --watch. Those that the lab compiles change by that alone. */
static void note_programs(const struct cli_deployment* deployment, const struct cli_lab* lab) {
  for (size_t i = 0; i < deployment->count; i++)
    if (lab == NULL || cli_lab_program(lab, deployment->processes[i].argv[0]) == NULL)
      cli_watch_note(deployment->processes[i].program);
}

/* Loads the platform, and says what runs on it. */
static struct cli_deployment deploy(struct cli_options* options, struct cli_lab* lab) {
  struct cli_deployment deployment = {0};
  if (options->deployment != NULL)
    deployment = cli_deployment_read(options->deployment);
  const bool ours = options->platform == NULL;
  if (ours)
    options->platform = cli_platform_make(&options->generated);
  else
    cli_platform_check(options->platform);
  stp_run_open(options->platform, output);
  if (lab != NULL)
    deployment = cli_lab_deploy(lab);
  else if (options->deployment == NULL)
    deployment = cli_deployment_everywhere(options->program);
  if (options->program != NULL && cli_faults.count > 0)
    cli_deployment_restart(&deployment);
  cli_deployment_complete(&deployment, options->platform, options->user, options->root);
  cli_deployment_expand(&deployment);
  if (!ours)
    check_routes(&deployment);
  note_programs(&deployment, lab);
  return deployment;
}

static void ready(void) { cli_outdir_make(output); }

/* ---- what the user sees ---- */

static void summarise(const struct stp_run_result* result, const struct cli_lab* lab,
                      double duration) {
  fprintf(stderr, "simterpose: %s; %.6f s of virtual time in %.3f s; their files are in %s\n",
          cli_summary(result), result->date, duration, output);
  if (result->deadlock && (lab == NULL || !lab->deadlock))
    fprintf(stderr, "simterpose: if they are to wait until the run ends, say when: %s\n",
            lab == NULL ? "--stop DATE" : "stop: DATE");
}

/* ---- the run ---- */

static struct stp_run_options run_options(const struct cli_options* options,
                                          const struct cli_deployment* deployment) {
  return (struct stp_run_options){
      .ready = ready,
      .processes = deployment->processes,
      .process_count = deployment->count,
      .faults = cli_faults.faults,
      .fault_count = cli_faults.count,
      .stop = options->stop,
      .until = options->until,
      .seed = options->seed,
      .work = options->cpu,
      .machine_speed = options->cpu == STP_WORK_MEASURED ? cli_calibration_read() : 0,
      .work_threshold = options->cpu_threshold,
      .progress = cli_observe_progress(),
      .begun = cli_outcome_begun,
      .ended = cli_outcome_ended,
  };
}

static int show_plan(const struct cli_deployment* deployment, const struct cli_lab* lab,
                     double stop) {
  cli_plan_show(deployment, lab, stop);
  if (cli_sweep_size() > 0)
    printf("  once with each of %llu seeds\n", cli_sweep_size());
  return 0;
}

int cli_run(int argc, char** argv) {
  struct cli_options options;
  cli_options_parse(&options, argc, argv);

  const double start = cli_real_time();
  if (options.watch && !options.noting && options.part == NULL)
    return cli_watch(argv);
  if (options.part == NULL && options.twice && !options.dry)
    return cli_run_twice(argv, cli_outdir_check(options.output));
  cli_fix_addresses(argv);
  struct cli_lab* const lab = options.lab == NULL ? NULL : cli_lab_read(options.lab);
  if (lab != NULL)
    cli_options_add(&options, &lab->options);
  cli_options_complete(&options);
  output = cli_outdir_check(options.part != NULL ? options.part : options.output);
  if (lab != NULL)
    cli_lab_compile(lab, cli_outdir_check(options.output));
  const struct cli_deployment deployment = deploy(&options, lab);
  cli_outcomes_start(deployment.count);
  if (lab != NULL)
    cli_judge_prepare(lab, &deployment);
  const struct stp_run_options run = run_options(&options, &deployment);
  if (options.dry || cli_sweep_size() > 0)
    stp_run_check(&run);
  if (options.dry)
    return show_plan(&deployment, lab, options.stop);
  if (cli_sweep_size() > 0)
    return cli_sweep(argv, options.output, lab != NULL);
  cli_observe(output);

  const struct stp_run_result result = stp_run(&run);
  cli_progress_clear();
  cli_part_result(&result);
  if (stp_incomplete != NULL)
    cli_part_failure((const char*[]){"", "", "all output is written", stp_incomplete, ""});
  if (options.part == NULL && stp_verbosity > STP_QUIET)
    summarise(&result, lab, cli_real_time() - start);
  bool good = stp_incomplete == NULL;
  if (lab != NULL)
    good = cli_judge(lab, &deployment, result.deadlock, output) && good;
  else
    good = cli_judge_ends(&deployment, &result) && good;
  return good ? 0 : CLI_FAILED;
}
