/* Expectations after the run. A process without an expected status is expected to end with 0 or to
 * be stopped. Processes that end well and have written what they should make no noise. */
#include "judge.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "contents.h"
#include "expect.h"
#include "outcome.h"
#include "process/process.h"
#include "table.h"
#include "text.h"

/* ---- what has been written ---- */

struct written {
  char* text; /* null: there is no such file */
  size_t size;
};

/* The stream of a process, of all its runs one after the other. */
static struct written read_stream(const char* directory, size_t index, const char* stream) {
  struct written all = {NULL, 0};
  const struct cli_outcome* const outcome = cli_outcome_of(index);
  FILE* const to = open_memstream(&all.text, &all.size);
  for (char** label = NULL;
       outcome->labels != NULL && (label = (char**)utarray_next(outcome->labels, label)) != NULL;) {
    char path[4300];
    size_t size;
    snprintf(path, sizeof path, "%s/%s.%s", directory, *label, stream);
    char* const part = cli_contents(path, &size);
    if (part != NULL)
      fwrite(part, 1, size, to);
    free(part);
  }
  fclose(to);
  return all;
}

static struct written read_written(const struct cli_deployment* deployment, size_t index,
                                   const char* output, const struct cli_expectation* expected) {
  char directory[4200], path[8400];
  snprintf(directory, sizeof directory, "%s/%s", output, deployment->processes[index].host);
  if (expected->stream)
    return read_stream(directory, index, expected->file);
  struct written written = {NULL, 0};
  char* const file = cli_deployment_expand_text(deployment, index, expected->file);
  snprintf(path, sizeof path, "%s/%s", directory, file);
  stp_free(file);
  written.text = cli_contents(path, &written.size);
  return written;
}

/* ---- one expectation ---- */

static regex_t compile(const struct cli_expectation* expected, const char* text) {
  regex_t compiled;
  const int error = regcomp(&compiled, text, REG_EXTENDED | REG_NEWLINE | REG_NOSUB);
  if (error != 0) {
    char message[200];
    regerror(error, &compiled, message, sizeof message);
    stp_fatal("%s: \"%s\" is not a regular expression: %s", expected->where, text, message);
  }
  return compiled;
}

static bool matches(const struct cli_expectation* expected, const char* text,
                    const struct written* written) {
  regex_t compiled = compile(expected, text);
  regmatch_t all = {.rm_so = 0, .rm_eo = (regoff_t)written->size};
  const bool found = regexec(&compiled, written->text, 1, &all, REG_STARTEND) == 0;
  regfree(&compiled);
  return found;
}

/* Fills `found` if it is not as expected. */
static bool is_written(const struct cli_expectation* expected, const char* text,
                       const struct written* written, char* found, size_t size) {
  const char* at;
  if (written->text == NULL) {
    snprintf(found, size, "no such file");
    return false;
  }
  switch (expected->kind) {
  case CLI_EXPECT_EXACT:
    return cli_text_equal(text, written->text, written->size, found, size);
  case CLI_EXPECT_LACKS:
    at = memmem(written->text, written->size, text, strlen(text));
    if (at != NULL)
      cli_text_line(written->text, written->size, at, found, size);
    return at == NULL;
  case CLI_EXPECT_CONTAINS:
    if (memmem(written->text, written->size, text, strlen(text)) != NULL)
      return true;
    break;
  default:
    if (matches(expected, text, written))
      return true;
  }
  cli_text_summary(written->text, written->size, found, size);
  return false;
}

static bool has_ended(const struct cli_outcome* outcome, enum cli_ending ending, int status,
                      char* found, size_t size) {
  if (ending == CLI_ENDING_ANY)
    return true;
  if (outcome->labels == NULL || outcome->running) {
    snprintf(found, size, "%s", outcome->running ? "has not ended" : "has not begun");
    return false;
  }
  if (ending == CLI_ENDING_STOPPED ? outcome->stopped : outcome->status == status)
    return true;
  snprintf(found, size, "%s%s at %.6f", outcome->stopped ? "stopped: " : "",
           stp_status_text(outcome->status), outcome->ended);
  return false;
}

/* ---- all of them ---- */

struct judging {
  const struct cli_lab* lab;
  const struct cli_deployment* deployment;
  const char* output;
  size_t held, failed, said;
};

static struct cli_lab_process* entry_of(const struct cli_lab* lab, size_t index) {
  return *(struct cli_lab_process**)utarray_eltptr(lab->started, (unsigned)index);
}

static void note(struct judging* judging, size_t index, bool held, const char* where,
                 const char* expected, const char* found) {
  judging->held += held;
  judging->failed += !held;
  if (!held)
    cli_table_add((const char*[]){entry_of(judging->lab, index)->name,
                                  judging->deployment->processes[index].host, expected, found,
                                  where});
}

static void judge_status(struct judging* judging, size_t index,
                         const struct cli_expectation* expected) {
  char found[200] = "", what[100];
  const struct cli_outcome* const outcome = cli_outcome_of(index);
  if (expected == NULL) {
    const bool held = outcome->stopped || has_ended(outcome, CLI_ENDING_STATUS, 0, found, 200);
    note(judging, index, held, judging->deployment->processes[index].where, "status 0", found);
    return;
  }
  snprintf(what, sizeof what, "status %s", expected->text);
  const bool held = has_ended(outcome, expected->ending, expected->status, found, sizeof found);
  note(judging, index, held, expected->where, what, found);
}

static void judge_written(struct judging* judging, size_t index,
                          const struct cli_expectation* expected) {
  static const char* const verbs[] = {
      [CLI_EXPECT_EXACT] = "is",
      [CLI_EXPECT_CONTAINS] = "contains",
      [CLI_EXPECT_LACKS] = "lacks",
      [CLI_EXPECT_MATCHES] = "matches",
  };
  char found[300] = "", what[300], shown[100];
  char* const text = cli_deployment_expand_text(judging->deployment, index, expected->text);
  const struct written written =
      read_written(judging->deployment, index, judging->output, expected);
  const bool held = is_written(expected, text, &written, found, sizeof found);
  cli_text_show(text, strlen(text), shown, sizeof shown);
  snprintf(what, sizeof what, "%s %s %s", expected->file, verbs[expected->kind], shown);
  note(judging, index, held, expected->where, what, found);
  free(written.text);
  stp_free(text);
}

static void judge(struct judging* judging, size_t index) {
  const struct cli_lab_process* const entry = entry_of(judging->lab, index);
  const struct cli_expectation *expected = NULL, *status = NULL;
  while (entry->expectations != NULL &&
         (expected = utarray_next(entry->expectations, expected)) != NULL) {
    judging->said++;
    if (expected->kind == CLI_EXPECT_STATUS)
      status = expected;
    else
      judge_written(judging, index, expected);
  }
  judge_status(judging, index, status);
}

void cli_judge_prepare(const struct cli_lab* lab, const struct cli_deployment* deployment) {
  for (size_t i = 0; i < deployment->count; i++) {
    const struct cli_expectation* expected = NULL;
    const UT_array* const all = entry_of(lab, i)->expectations;
    while (all != NULL && (expected = utarray_next(all, expected)) != NULL) {
      if (expected->kind != CLI_EXPECT_MATCHES)
        continue;
      char* const text = cli_deployment_expand_text(deployment, i, expected->text);
      regex_t compiled = compile(expected, text);
      regfree(&compiled);
      stp_free(text);
    }
  }
}

bool cli_judge(const struct cli_lab* lab, const struct cli_deployment* deployment,
               const char* output) {
  struct judging judging = {.lab = lab, .deployment = deployment, .output = output};
  cli_table_begin((const char*[]){"process", "host", "expected", "found", "said in"}, 5);
  for (size_t i = 0; i < deployment->count; i++)
    judge(&judging, i);
  const size_t all = judging.held + judging.failed;
  if (judging.failed > 0) {
    fprintf(stderr, "simterpose: %zu of %zu expectations %s:\n", judging.failed, all,
            judging.failed == 1 ? "does not hold" : "do not hold");
    cli_table_show(stderr);
  } else if (judging.said > 0 && stp_verbosity > STP_QUIET) {
    fprintf(stderr, "simterpose: all %zu expectations hold\n", all);
  }
  return judging.failed == 0;
}
