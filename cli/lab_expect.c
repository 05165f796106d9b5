/* Labs: `expect`, of the run as a whole and of some among many processes. */
#include <string.h>

#include "expect.h"
#include "lab.h"
#include "process/process.h"

static const UT_icd some_icd = {sizeof(struct cli_lab_some), NULL, NULL, NULL};

static void read_count(void* context, struct cli_yaml value) {
  struct cli_lab_some* const some = context;
  some->count = cli_yaml_text(value, "a number or a range like 1-9");
  cli_lab_read_range(some->count, cli_yaml_where(value), &some->least, &some->most);
}

static void read_what(void* context, struct cli_yaml value) {
  struct cli_lab_some* const some = context;
  cli_expect_read(&some->expectations, value);
  some->text = cli_yaml_line(value);
}

static const struct cli_yaml_key some_keys[] = {
    {"processes", cli_yaml_string, offsetof(struct cli_lab_some, processes)},
    {"count", read_count, 0},
    {"expect", read_what, 0},
    {NULL, NULL, 0},
};

static void read_one(void* context, struct cli_yaml value) {
  struct cli_lab* const lab = context;
  struct cli_lab_some some = {.where = cli_yaml_where(value)};
  cli_yaml_mapping(value, "some of the processes", some_keys, &some);
  if (some.processes == NULL || some.count == NULL || some.expectations == NULL)
    cli_yaml_fail(value, "it takes three: processes (their name), count, and expect");
  utarray_push_back(lab->some, &some);
}

static void read_some(void* context, struct cli_yaml value) {
  struct cli_lab* const lab = context;
  utarray_new(lab->some, &some_icd);
  cli_yaml_some(value, "some", read_one, lab);
}

static const struct cli_yaml_key keys[] = {
    {"some", read_some, 0},
    {"deadlock", cli_yaml_bool, offsetof(struct cli_lab, deadlock)},
    {NULL, NULL, 0},
};

void cli_lab_read_expect(void* context, struct cli_yaml value) {
  cli_yaml_mapping(value, "expect", keys, context);
}
