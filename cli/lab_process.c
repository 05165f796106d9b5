/* Labs: an entry of `processes`. */
#include <signal.h>
#include <string.h>
#include <utstring.h>

#include "expect.h"
#include "lab.h"
#include "process/process.h"
#include "units.h"
#include "words.h"

static const UT_icd placed_icd = {sizeof(struct cli_placed), NULL, NULL, NULL};
static const UT_icd bin_icd = {sizeof(struct cli_lab_bin), NULL, NULL, NULL};

/* ---- lists ---- */

static void add_placed(void* texts, struct cli_yaml value) {
  const struct cli_placed placed = {cli_yaml_text(value, "a name"), cli_yaml_where(value)};
  utarray_push_back((UT_array*)texts, &placed);
}

void cli_lab_read_placed(void* field, struct cli_yaml value) {
  UT_array** const texts = field;
  utarray_new(*texts, &placed_icd);
  cli_yaml_some(value, "names", add_placed, *texts);
  if (utarray_len(*texts) == 0)
    cli_yaml_fail(value, "an empty list");
}

static void add_variable(void* vector, const char* name, struct cli_yaml value) {
  const struct cli_yaml key = {value.file, value.key, NULL};
  if (name[0] == '\0' || strchr(name, '=') != NULL)
    cli_yaml_fail(key, "\"%s\" cannot be the name of a variable", name);
  char* variable;
  if (asprintf(&variable, "%s=%s", name, cli_yaml_text(value, "text")) < 0)
    stp_fatal("out of memory");
  utarray_push_back((UT_array*)vector, &variable);
}

void cli_lab_read_environment(void* field, struct cli_yaml value) {
  UT_array* vector;
  char* const end = NULL;
  utarray_new(vector, &ut_ptr_icd);
  cli_yaml_pairs(value, "an environment", add_variable, vector);
  utarray_push_back(vector, &end);
  *(char***)field = (char**)utarray_front(vector);
}

static void add_bin(void* bins, const char* path, struct cli_yaml value) {
  const struct cli_lab_bin bin = {path, cli_yaml_text(value, "a program"), cli_yaml_where(value)};
  utarray_push_back((UT_array*)bins, &bin);
}

void cli_lab_read_bins(void* field, struct cli_yaml value) {
  UT_array** const bins = field;
  utarray_new(*bins, &bin_icd);
  cli_yaml_pairs(value, "bin", add_bin, *bins);
}

static void add_word(void* words, struct cli_yaml value) {
  char* const word = cli_yaml_text(value, "a word");
  utarray_push_back((UT_array*)words, &word);
}

void cli_lab_read_words(void* field, struct cli_yaml value) {
  char*** const argv = field;
  if (cli_yaml_is_list(value)) {
    UT_array* words;
    char* const end = NULL;
    utarray_new(words, &ut_ptr_icd);
    cli_yaml_each(value, "words", add_word, words);
    utarray_push_back(words, &end);
    *argv = (char**)utarray_front(words);
  } else {
    const char* error;
    *argv = cli_words(cli_yaml_text(value, "a line of words"), &error);
    if (*argv == NULL)
      cli_yaml_fail(value, "%s", error);
  }
}

/* ---- fields ---- */

static void read_run(void* field, struct cli_yaml value) {
  cli_lab_read_words(field, value);
  if ((*(char***)field)[0] == NULL)
    cli_yaml_fail(value, "an empty command");
}

void cli_lab_read_range(const char* text, const char* where, unsigned long long* first,
                        unsigned long long* last) {
  enum { MOST = 1000000 };
  char* const copy = stp_strdup(text);
  char* const dash = text[0] == '\0' ? NULL : strchr(copy + 1, '-');
  if (dash != NULL)
    *dash = '\0';
  *first = cli_parse_count(where, copy, 0, MOST);
  *last = dash == NULL ? *first : cli_parse_count(where, dash + 1, *first, MOST);
  stp_free(copy);
}

/* "1-9", or a number of repetitions. */
static void read_repeat(void* context, struct cli_yaml value) {
  struct cli_lab_process* const process = context;
  const char* const text = cli_yaml_text(value, "a number or a range like 1-9");
  cli_lab_read_range(text, cli_yaml_where(value), &process->first, &process->last);
  process->repeated = true;
  if (text[0] == '\0' || strchr(text + 1, '-') != NULL)
    return;
  if (process->last == 0)
    cli_yaml_fail(value, "no repetition at all");
  process->first = 0;
  process->last--;
}

static void read_signal(void* field, struct cli_yaml value) {
  *(int*)field = cli_parse_signal(cli_yaml_where(value), cli_yaml_text(value, "a signal"));
}

static const struct cli_yaml_key stop_keys[] = {
    {"at", cli_yaml_delay, offsetof(struct cli_lab_process, stop)},
    {"signal", read_signal, offsetof(struct cli_lab_process, stop_signal)},
    {"grace", cli_yaml_delay, offsetof(struct cli_lab_process, stop_grace)},
    {NULL, NULL, 0},
};

static void read_stop(void* context, struct cli_yaml value) {
  struct cli_lab_process* const process = context;
  if (!cli_yaml_is_mapping(value))
    cli_yaml_delay(&process->stop, value);
  else
    cli_yaml_mapping(value, "stop", stop_keys, process);
  if (process->stop < 0)
    cli_yaml_fail(value, "stop needs a date: at");
}

/* ---- an entry ---- */

static const struct cli_yaml_key keys[] = {
    {"name", cli_yaml_string, offsetof(struct cli_lab_process, name)},
    {"host", cli_lab_read_placed, offsetof(struct cli_lab_process, hosts)},
    {"hosts", cli_lab_read_placed, offsetof(struct cli_lab_process, hosts)},
    {"run", read_run, offsetof(struct cli_lab_process, argv)},
    {"repeat", read_repeat, 0},
    {"start", cli_yaml_delay, offsetof(struct cli_lab_process, start)},
    {"stagger", cli_yaml_delay, offsetof(struct cli_lab_process, stagger)},
    {"stop", read_stop, 0},
    {"restart", cli_yaml_bool, offsetof(struct cli_lab_process, restart)},
    {"stdin", cli_lab_read_input, 0},
    {"environment", cli_lab_read_environment, offsetof(struct cli_lab_process, environment)},
    {"user", cli_yaml_string, offsetof(struct cli_lab_process, user)},
    {"root", cli_yaml_path, offsetof(struct cli_lab_process, root)},
    {"bin", cli_lab_read_bins, offsetof(struct cli_lab_process, bins)},
    {"expect", cli_expect_read, offsetof(struct cli_lab_process, expectations)},
    {NULL, NULL, 0},
};

static const char* base_name(const char* path) {
  const char* const slash = strrchr(path, '/');
  return slash == NULL || slash[1] == '\0' ? path : slash + 1;
}

void cli_lab_read_process(void* context, struct cli_yaml value) {
  struct cli_lab_process* const process = context;
  process->where = cli_yaml_where(value);
  process->stop = -1;
  process->stop_signal = SIGTERM;
  process->stop_grace = CLI_STOP_GRACE;
  cli_yaml_mapping(value, "a process", keys, process);
  if (process->argv == NULL)
    cli_yaml_fail(value, "the process has no run: which program, with which arguments?");
  if (process->hosts == NULL)
    cli_yaml_fail(value, "the process has no host: where does it run?");
  if (cli_yaml_has(value, "host") && cli_yaml_has(value, "hosts"))
    cli_yaml_fail(value, "host and hosts are the same: one of them");
  if (process->name == NULL)
    process->name = base_name(process->argv[0]);
}
