/* Results are lines, of which the first is for people: "SUMMARY; DATE s". In the others fields
 * follow each other behind tabs: what kind of line it is, and its values. */
#include "part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "summary.h"
#include "trace/log.h"

static int descriptor = -1;

const char* cli_part_begin(const char* value) {
  char* end;
  descriptor = (int)strtol(value, &end, 10);
  if (*end != ':')
    stp_fatal("--part: \"%s\" is not of the form FD:DIRECTORY", value);
  return end + 1;
}

void cli_part_result(const struct stp_run_result* result) {
  if (descriptor >= 0)
    dprintf(descriptor, "%s; %.17g s\n", cli_summary(result), result->date);
}

void cli_part_failure(const char* const* cells) {
  if (descriptor < 0)
    return;
  dprintf(descriptor, "failure");
  for (size_t i = 0; i < CLI_PART_CELLS; i++) {
    char cell[1024];
    snprintf(cell, sizeof cell, "%s", cells[i]);
    for (char* c = cell; (c = strpbrk(c, "\t\n")) != NULL;)
      *c = ' ';
    dprintf(descriptor, "\t%s", cell);
  }
  dprintf(descriptor, "\n");
}

void cli_part_expected(size_t count) {
  if (descriptor >= 0)
    dprintf(descriptor, "expected\t%zu\n", count);
}

static void parse_line(struct cli_part_read* read, char* line) {
  const char* const kind = strsep(&line, "\t");
  if (strcmp(kind, "expected") == 0)
    read->expected = line == NULL ? 0 : strtoul(line, NULL, 10);
  else if (strcmp(kind, "failure") == 0 && read->failures++ == 0)
    for (size_t i = 0; i < CLI_PART_CELLS && line != NULL; i++)
      read->failure[i] = strsep(&line, "\t");
}

struct cli_part_read cli_part_parse(char* text) {
  struct cli_part_read read = {.failure = {"", "", "", "", ""}};
  for (char* line; (line = strsep(&text, "\n")) != NULL && text != NULL;) {
    if (read.summary == NULL)
      read.summary = line;
    else
      parse_line(&read, line);
  }
  return read;
}
