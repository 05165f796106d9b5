/* Expectations, as a lab file says them. */
#include "expect.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "contents.h"
#include "deployment.h"
#include "process/process.h"
#include "units.h"

static const UT_icd expectation_icd = {sizeof(struct cli_expectation), NULL, NULL, NULL};

/* What is expected of one stream or file. */
struct reader {
  UT_array* expectations;
  const char* file;
  bool stream;
  enum cli_expected kind; /* of the texts being read */
};

static void add_text(void* context, struct cli_yaml value) {
  const struct reader* const reader = context;
  const struct cli_expectation expectation = {
      .kind = reader->kind,
      .where = cli_yaml_where(value),
      .file = reader->file,
      .stream = reader->stream,
      .text = cli_yaml_text(value, "text"),
  };
  utarray_push_back(reader->expectations, &expectation);
}

static void read_exact(void* context, struct cli_yaml value) {
  struct reader* const reader = context;
  reader->kind = CLI_EXPECT_EXACT;
  add_text(reader, value);
}

static void read_same_as(void* context, struct cli_yaml value) {
  const struct reader* const reader = context;
  const char* path;
  size_t size;
  cli_yaml_path(&path, value);
  const struct cli_expectation expectation = {
      .kind = CLI_EXPECT_EXACT,
      .where = cli_yaml_where(value),
      .file = reader->file,
      .stream = reader->stream,
      .text = cli_contents(path, &size),
  };
  if (expectation.text == NULL)
    cli_yaml_fail(value, "cannot read %s: %s", path, strerror(errno));
  utarray_push_back(reader->expectations, &expectation);
}

static void read_contains(void* context, struct cli_yaml value) {
  struct reader* const reader = context;
  reader->kind = CLI_EXPECT_CONTAINS;
  cli_yaml_some(value, "contains", add_text, reader);
}

static void read_lacks(void* context, struct cli_yaml value) {
  struct reader* const reader = context;
  reader->kind = CLI_EXPECT_LACKS;
  cli_yaml_some(value, "lacks", add_text, reader);
}

static void read_matches(void* context, struct cli_yaml value) {
  struct reader* const reader = context;
  reader->kind = CLI_EXPECT_MATCHES;
  cli_yaml_some(value, "matches", add_text, reader);
}

static const struct cli_yaml_key text_keys[] = {
    {"exact", read_exact, 0}, {"same_as", read_same_as, 0}, {"contains", read_contains, 0},
    {"lacks", read_lacks, 0}, {"matches", read_matches, 0}, {NULL, NULL, 0},
};

static void read_texts(UT_array* expectations, const char* file, bool stream,
                       struct cli_yaml value) {
  struct reader reader = {expectations, file, stream, CLI_EXPECT_EXACT};
  cli_yaml_mapping(value, "expected output", text_keys, &reader);
}

static void read_stdout(void* expectations, struct cli_yaml value) {
  read_texts(expectations, "stdout", true, value);
}

static void read_stderr(void* expectations, struct cli_yaml value) {
  read_texts(expectations, "stderr", true, value);
}

static void read_one_file(void* expectations, const char* name, struct cli_yaml value) {
  read_texts(expectations, name, false, value);
}

static void read_files(void* expectations, struct cli_yaml value) {
  cli_yaml_pairs(value, "files", read_one_file, expectations);
}

/* A number, the name of a signal, "stopped" or "any". */
static void read_status(void* expectations, struct cli_yaml value) {
  struct cli_expectation expectation = {
      .kind = CLI_EXPECT_STATUS,
      .where = cli_yaml_where(value),
      .text = cli_yaml_text(value, "a status"),
  };
  if (strcmp(expectation.text, "stopped") == 0)
    expectation.ending = CLI_ENDING_STOPPED;
  else if (strcmp(expectation.text, "any") == 0)
    expectation.ending = CLI_ENDING_ANY;
  else if (isupper((unsigned char)expectation.text[0]))
    expectation.status = cli_parse_signal(expectation.where, expectation.text);
  else
    expectation.status = (int)cli_parse_count(expectation.where, expectation.text, 0, 255) << 8;
  utarray_push_back((UT_array*)expectations, &expectation);
}

static void add_end(void* expectations, struct cli_yaml value, bool after) {
  struct cli_expectation expectation = {
      .kind = CLI_EXPECT_END,
      .where = cli_yaml_where(value),
      .text = cli_yaml_text(value, "a date"),
      .before = INFINITY,
  };
  cli_yaml_delay(after ? &expectation.after : &expectation.before, value);
  utarray_push_back((UT_array*)expectations, &expectation);
}

static void read_after(void* expectations, struct cli_yaml value) {
  add_end(expectations, value, true);
}

static void read_before(void* expectations, struct cli_yaml value) {
  add_end(expectations, value, false);
}

static const struct cli_yaml_key keys[] = {
    {"status", read_status, 0},
    {"after", read_after, 0},
    {"before", read_before, 0},
    {"stdout", read_stdout, 0},
    {"stderr", read_stderr, 0},
    {"files", read_files, 0},
    {NULL, NULL, 0},
};

void cli_expect_read(void* field, struct cli_yaml value) {
  UT_array** const expectations = field;
  utarray_new(*expectations, &expectation_icd);
  cli_yaml_mapping(value, "expect", keys, *expectations);
}
