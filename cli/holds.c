/* Whether single expectations hold. */
#include "holds.h"

#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contents.h"
#include "outcome.h"
#include "process/process.h"
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
  if (ending == CLI_ENDING_WELL && outcome->stopped)
    return true;
  if (ending == CLI_ENDING_STOPPED ? outcome->stopped : outcome->status == status)
    return true;
  snprintf(found, size, "%s at %.6f", stp_end_text(outcome->status, outcome->stopped),
           outcome->ended);
  return false;
}

/* Dates of a lab are decimal numbers, those of a run sums of such. */
static bool has_ended_in_time(const struct cli_outcome* outcome,
                              const struct cli_expectation* expected, char* found, size_t size) {
  const double rounding = 1e-9;
  if (outcome->labels == NULL || outcome->running) {
    snprintf(found, size, "%s", outcome->running ? "has not ended" : "has not begun");
    return false;
  }
  snprintf(found, size, "ended at %.6f", outcome->ended);
  return outcome->ended >= expected->after - rounding &&
         outcome->ended <= expected->before + rounding;
}

/* ---- all kinds ---- */

static bool text_holds(const struct cli_expectation* expected,
                       const struct cli_deployment* deployment, size_t process, const char* output,
                       struct cli_holds* holds) {
  static const char* const verbs[] = {
      [CLI_EXPECT_EXACT] = "is",
      [CLI_EXPECT_CONTAINS] = "contains",
      [CLI_EXPECT_LACKS] = "lacks",
      [CLI_EXPECT_MATCHES] = "matches",
  };
  char shown[100];
  char* const text = cli_deployment_expand_text(deployment, process, expected->text);
  const struct written written = read_written(deployment, process, output, expected);
  const bool held = is_written(expected, text, &written, holds->found, sizeof holds->found);
  cli_text_show(text, strlen(text), shown, sizeof shown);
  snprintf(holds->expected, sizeof holds->expected, "%s %s %s", expected->file,
           verbs[expected->kind], shown);
  free(written.text);
  stp_free(text);
  return held;
}

bool cli_holds(const struct cli_expectation* expected, const struct cli_deployment* deployment,
               size_t process, const char* output, struct cli_holds* holds) {
  const struct cli_outcome* const outcome = cli_outcome_of(process);
  holds->found[0] = '\0';
  switch (expected->kind) {
  case CLI_EXPECT_STATUS:
    snprintf(holds->expected, sizeof holds->expected, "status %s", expected->text);
    return has_ended(outcome, expected->ending, expected->status, holds->found,
                     sizeof holds->found);
  case CLI_EXPECT_END:
    snprintf(holds->expected, sizeof holds->expected, "ends %s %s",
             isinf(expected->before) ? "after" : "before", expected->text);
    return has_ended_in_time(outcome, expected, holds->found, sizeof holds->found);
  default:
    return text_holds(expected, deployment, process, output, holds);
  }
}

void cli_holds_prepare(const struct cli_expectation* expected,
                       const struct cli_deployment* deployment, size_t process) {
  if (expected->kind != CLI_EXPECT_MATCHES)
    return;
  char* const text = cli_deployment_expand_text(deployment, process, expected->text);
  regex_t compiled = compile(expected, text);
  regfree(&compiled);
  stp_free(text);
}
