/* Expectations after the run. A process without an expected status is expected to end with 0 or to
 * be stopped. */
#include "judge.h"

#include <stdio.h>
#include <string.h>
#include <utstring.h>

#include "expect.h"
#include "holds.h"
#include "outcome.h"
#include "part.h"
#include "pattern.h"
#include "process/process.h"
#include "table.h"

enum { MOST_ROWS = 100 };

struct judging {
  const struct cli_lab* lab;
  const struct cli_deployment* deployment;
  const char* output;
  size_t held, failed, said;
};

static struct cli_lab_process* entry_of(const struct cli_lab* lab, size_t index) {
  return *(struct cli_lab_process**)utarray_eltptr(lab->started, (unsigned)index);
}

static void note(struct judging* judging, bool held, const char* const* row) {
  judging->held += held;
  judging->failed += !held;
  if (held)
    return;
  cli_table_add(row);
  cli_part_failure(row);
}

/* ---- of each process ---- */

static void judge_one(struct judging* judging, size_t index,
                      const struct cli_expectation* expected) {
  struct cli_holds holds;
  const bool held = cli_holds(expected, judging->deployment, index, judging->output, &holds);
  note(judging, held,
       (const char*[]){entry_of(judging->lab, index)->name,
                       judging->deployment->processes[index].host, holds.expected, holds.found,
                       expected->where});
}

static void judge_process(struct judging* judging, size_t index) {
  const struct cli_lab_process* const entry = entry_of(judging->lab, index);
  const struct cli_expectation* expected = NULL;
  bool has_status = false;
  while (entry->expectations != NULL &&
         (expected = utarray_next(entry->expectations, expected)) != NULL) {
    judging->said++;
    has_status = has_status || expected->kind == CLI_EXPECT_STATUS;
    judge_one(judging, index, expected);
  }
  const struct cli_expectation well = {
      .kind = CLI_EXPECT_STATUS,
      .where = entry->where,
      .text = "0",
      .ending = CLI_ENDING_WELL,
  };
  if (!has_status)
    judge_one(judging, index, &well);
}

/* ---- of some among many ---- */

static bool all_hold(const struct judging* judging, const struct cli_lab_some* some, size_t index) {
  struct cli_holds holds;
  const struct cli_expectation* expected = NULL;
  while ((expected = utarray_next(some->expectations, expected)) != NULL)
    if (!cli_holds(expected, judging->deployment, index, judging->output, &holds))
      return false;
  return true;
}

static void judge_some(struct judging* judging, const struct cli_lab_some* some) {
  UT_string *hosts, *wanted;
  unsigned long long count = 0, of = 0;
  utstring_new(hosts);
  utstring_new(wanted);
  for (size_t i = 0; i < judging->deployment->count; i++) {
    if (!cli_pattern_matches(some->processes, entry_of(judging->lab, i)->name))
      continue;
    of++;
    if (!all_hold(judging, some, i))
      continue;
    if (count++ < 8)
      utstring_printf(hosts, "%s%s", count == 1 ? ": " : ", ",
                      judging->deployment->processes[i].host);
  }
  const bool held = count >= some->least && count <= some->most;
  utstring_printf(wanted, "%s of %llu: %s", some->count, of, some->text);
  char found[600];
  snprintf(found, sizeof found, "%llu%s%s", count, utstring_body(hosts), count > 8 ? " ..." : "");
  judging->said++;
  note(judging, held,
       (const char*[]){some->processes, "", utstring_body(wanted), found, some->where});
  utstring_free(hosts);
  utstring_free(wanted);
}

/* ---- all of them ---- */

static void prepare(const UT_array* all, const struct cli_deployment* deployment, size_t index) {
  const struct cli_expectation* expected = NULL;
  while (all != NULL && (expected = utarray_next(all, expected)) != NULL)
    cli_holds_prepare(expected, deployment, index);
}

void cli_judge_prepare(const struct cli_lab* lab, const struct cli_deployment* deployment) {
  const struct cli_lab_some* some = NULL;
  for (size_t i = 0; i < deployment->count; i++)
    prepare(entry_of(lab, i)->expectations, deployment, i);
  while (lab->some != NULL && (some = utarray_next(lab->some, some)) != NULL) {
    bool any = false;
    for (size_t i = 0; i < deployment->count; i++)
      if (cli_pattern_matches(some->processes, entry_of(lab, i)->name)) {
        any = true;
        prepare(some->expectations, deployment, i);
      }
    if (!any)
      stp_fatal("%s: no process has the name \"%s\"", some->where, some->processes);
  }
}

bool cli_judge(const struct cli_lab* lab, const struct cli_deployment* deployment, bool deadlock,
               const char* output) {
  struct judging judging = {.lab = lab, .deployment = deployment, .output = output};
  const struct cli_lab_some* some = NULL;
  cli_table_begin((const char*[]){"process", "host", "expected", "found", "said in"}, 5);
  for (size_t i = 0; i < deployment->count; i++)
    judge_process(&judging, i);
  while (lab->some != NULL && (some = utarray_next(lab->some, some)) != NULL)
    judge_some(&judging, some);
  judging.said += lab->deadlock;
  if (lab->deadlock || deadlock)
    note(&judging, deadlock == lab->deadlock,
         (const char*[]){"", "", lab->deadlock ? "a deadlock" : "no deadlock",
                         deadlock ? "a deadlock" : "none", lab->file});
  const size_t all = judging.held + judging.failed;
  cli_part_expected(all + (stp_incomplete != NULL));
  if (judging.failed > 0) {
    fprintf(stderr, "simterpose: %zu of %zu expectations %s:\n", judging.failed, all,
            judging.failed == 1 ? "does not hold" : "do not hold");
    cli_table_show(stderr, MOST_ROWS);
  } else if (judging.said > 0 && stp_verbosity > STP_QUIET) {
    fprintf(stderr, "simterpose: all %zu expectations hold\n", all);
  }
  return judging.failed == 0;
}

/* ---- no lab ---- */

static void judge_end(const struct cli_deployment* deployment, size_t index) {
  const struct cli_outcome* const outcome = cli_outcome_of(index);
  const struct stp_run_process* const process = &deployment->processes[index];
  char found[160];
  if (outcome->labels == NULL || outcome->running || outcome->stopped || outcome->status == 0)
    return;
  snprintf(found, sizeof found, "%s at %.6f", stp_status_text(outcome->status), outcome->ended);
  cli_part_failure((const char*[]){*(char**)utarray_back(outcome->labels), process->host,
                                   "status 0", found, process->where});
}

bool cli_judge_ends(const struct cli_deployment* deployment, const struct stp_run_result* result) {
  for (size_t i = 0; i < deployment->count; i++)
    judge_end(deployment, i);
  if (result->deadlock)
    cli_part_failure((const char*[]){"", "", "no deadlock", "a deadlock", ""});
  return result->failed == 0 && !result->deadlock;
}
