/* Faults in words, KEY=VALUE: one function for each key, in one table. */
#include "fault.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utarray.h>

#include "deployment.h"
#include "pattern.h"
#include "process/process.h"
#include "trace/log.h"
#include "units.h"

struct cli_faults cli_faults;

typedef void setter(struct stp_run_fault* fault, const char* key, const char* value);

/* ---- names ---- */

/* Splits at commas, and counts ranges of numbers out. */
static struct stp_fault_names names_of(const struct stp_run_fault* fault, const char* key,
                                       const char* text) {
  UT_array* names;
  utarray_new(names, &ut_ptr_icd);
  char* rest = stp_strdup(text);
  for (char* name; (name = strsep(&rest, ",")) != NULL;) {
    if (*name == '\0')
      stp_fatal("%s: %s=%s: a name is missing", fault->where, key, text);
    cli_pattern_expand(name, names);
  }
  return (struct stp_fault_names){(const char**)utarray_front(names), utarray_len(names)};
}

/* Splits at | or >; "A>" is one group, one way. */
static void set_groups(struct stp_run_fault* fault, const char* key, const char* text) {
  size_t most = 1;
  for (const char* c = text; *c != '\0'; c++)
    most += *c == '|' || *c == '>';
  struct stp_fault_names* const groups = stp_alloc(most * sizeof *groups);
  char* rest = stp_strdup(text);
  fault->one_way = strchr(text, '>') != NULL;
  if (fault->one_way && (most > 2 || strchr(text, '|') != NULL))
    stp_fatal("%s: %s=%s: one way is from one group to one other: A>B", fault->where, key, text);
  for (char* group; (group = strsep(&rest, "|>")) != NULL;) {
    if (*group == '\0' && fault->one_way && fault->group_count == 1)
      break;
    groups[fault->group_count++] = names_of(fault, key, group);
  }
  fault->groups = groups;
}

/* ---- what ---- */

static const char* const kinds[STP_FAULT_KINDS] = {
    "crash",     "restart", "kill",      "pause",   "resume",  "clock-jump", "clock-drift",
    "partition", "heal",    "link-down", "link-up", "degrade", "restore",
};

const char* cli_fault_kind(const struct stp_run_fault* fault) { return kinds[fault->kind]; }

static void set_kind(struct stp_run_fault* fault, const char* key, const char* value) {
  if (fault->kind != STP_FAULT_KINDS)
    stp_fatal("%s: one fault cannot be both %s and %s", fault->where, kinds[fault->kind], key);
  int kind = 0;
  while (strcmp(kinds[kind], key) != 0)
    kind++;
  fault->kind = (enum stp_fault_kind)kind;
  if (kind == STP_FAULT_HEAL && *value == '\0')
    return;
  if (kind < STP_FAULT_LINK_DOWN || strpbrk(value, "|>") != NULL)
    set_groups(fault, key, value);
  else if (value[0] == '@')
    set_groups(fault, key, value + 1);
  else
    fault->links = names_of(fault, key, value);
}

static void set_signal(struct stp_run_fault* fault, const char* key, const char* value) {
  fault->signal = cli_signal_named(value);
  if (fault->signal == 0)
    stp_fatal("%s: %s=%s: there is no such signal", fault->where, key, value);
}

static void set_program(struct stp_run_fault* fault, const char* key, const char* value) {
  (void)key;
  fault->program = stp_strdup(value);
}

/* A delay with a sign, or parts per million. */
static void set_by(struct stp_run_fault* fault, const char* key, const char* value) {
  char* end;
  const double number = strtod(value, &end);
  if (end != value && strcmp(end, "ppm") == 0) {
    fault->value = number;
    return;
  }
  const bool negative = value[0] == '-';
  const double delay = cli_parse_delay(fault->where, value + (negative || value[0] == '+' ? 1 : 0));
  fault->value = negative ? -delay : delay;
  (void)key;
}

/* ---- what it is like ---- */

static struct stp_fault_number number_of(const struct stp_run_fault* fault, const char* key,
                                         const char* value,
                                         double (*parse)(const char*, const char*)) {
  if (value[0] == 'x') {
    char* end;
    const double number = strtod(value + 1, &end);
    if (end == value + 1 || *end != '\0' || !(number >= 0) || isinf(number))
      stp_fatal("%s: %s=%s: times what? Write a number, like x0.5", fault->where, key, value);
    return (struct stp_fault_number){STP_FAULT_TIMES, number};
  }
  if (value[0] == '+' || value[0] == '-') {
    const double number = parse(fault->where, value + 1);
    return (struct stp_fault_number){STP_FAULT_ADD, value[0] == '-' ? -number : number};
  }
  return (struct stp_fault_number){STP_FAULT_SET, parse(fault->where, value)};
}

static void set_quality(struct stp_run_fault* fault, const char* key, const char* value) {
  struct stp_fault_quality* const quality = &fault->quality;
  switch (key[0]) {
  case 'b':
    quality->bandwidth = number_of(fault, key, value, cli_parse_bandwidth);
    break;
  case 'd':
    quality->duplicate = number_of(fault, key, value, cli_parse_probability);
    break;
  case 'j':
    quality->jitter = number_of(fault, key, value, cli_parse_delay);
    break;
  default:
    if (strcmp(key, "loss") == 0)
      quality->loss = number_of(fault, key, value, cli_parse_probability);
    else
      quality->latency = number_of(fault, key, value, cli_parse_delay);
  }
}

static void set_reorder(struct stp_run_fault* fault, const char* key, const char* value) {
  const bool yes = strcmp(value, "yes") == 0 || strcmp(value, "true") == 0;
  if (!yes && strcmp(value, "no") != 0 && strcmp(value, "false") != 0)
    stp_fatal("%s: %s=%s: say yes or no", fault->where, key, value);
  fault->quality.reorder = (struct stp_fault_number){STP_FAULT_SET, yes};
}

/* ---- when ---- */

static void set_date(struct stp_run_fault* fault, const char* key, const char* value) {
  const double delay = cli_parse_delay(fault->where, value);
  if (strcmp(key, "at") == 0)
    fault->date = delay;
  else if (strcmp(key, "until") == 0)
    fault->until = delay;
  else if (strcmp(key, "for") == 0)
    fault->duration = delay;
  else
    fault->every = delay;
  if (strcmp(key, "random") == 0)
    fault->random = true;
}

static void set_pick(struct stp_run_fault* fault, const char* key, const char* value) {
  char* end;
  errno = 0;
  fault->pick = strtoul(value, &end, 10);
  if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0)
    stp_fatal("%s: %s=%s: not a number", fault->where, key, value);
}

/* ---- the whole ---- */

static const struct {
  const char* key;
  setter* set;
} keys[] = {
    {"at", set_date},           {"every", set_date},        {"random", set_date},
    {"until", set_date},        {"for", set_date},          {"pick", set_pick},
    {"signal", set_signal},     {"program", set_program},   {"by", set_by},
    {"bandwidth", set_quality}, {"latency", set_quality},   {"loss", set_quality},
    {"jitter", set_quality},    {"duplicate", set_quality}, {"reorder", set_reorder},
    {"crash", set_kind},        {"restart", set_kind},      {"kill", set_kind},
    {"pause", set_kind},        {"resume", set_kind},       {"clock-jump", set_kind},
    {"clock-drift", set_kind},  {"partition", set_kind},    {"heal", set_kind},
    {"link-down", set_kind},    {"link-up", set_kind},      {"degrade", set_kind},
    {"restore", set_kind},
};

struct stp_run_fault cli_fault_new(const char* where) {
  return (struct stp_run_fault){.kind = STP_FAULT_KINDS, .where = where};
}

void cli_fault_set(struct stp_run_fault* fault, const char* key, const char* value) {
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (strcmp(key, keys[i].key) == 0) {
      keys[i].set(fault, keys[i].key, value);
      return;
    }
  stp_fatal("%s: a fault has no \"%s\"; see simterpose run --help", fault->where, key);
}

size_t cli_fault_keys(const char** names, size_t most) {
  size_t count = 0;
  for (; count < most && count < sizeof keys / sizeof *keys; count++)
    names[count] = keys[count].key;
  return count;
}

void cli_fault_end(const struct stp_run_fault* fault) {
  if (fault->kind == STP_FAULT_KINDS)
    stp_fatal("%s: it is not said what is to happen: crash, partition, degrade ...", fault->where);
}

void cli_faults_add(const struct stp_run_fault* fault) {
  const size_t count = cli_faults.count++;
  cli_faults.faults = reallocarray(cli_faults.faults, count + 1, sizeof *fault);
  if (cli_faults.faults == NULL)
    stp_fatal("out of memory");
  cli_faults.faults[count] = *fault;
}

void cli_faults_parse(const char* option) {
  char* where = stp_alloc(strlen("--fault \"\"") + strlen(option) + 1);
  stpcpy(stpcpy(stpcpy(where, "--fault \""), option), "\"");
  struct stp_run_fault fault = cli_fault_new(where);
  char* rest = stp_strdup(option);
  for (char* word; (word = strsep(&rest, " \t\n")) != NULL;) {
    if (*word == '\0')
      continue;
    char* const value = strchr(word, '=');
    if (value != NULL)
      *value = '\0';
    cli_fault_set(&fault, word, value == NULL ? "" : value + 1);
  }
  cli_fault_end(&fault);
  cli_faults_add(&fault);
}
