/* Labs: `faults`: the words of --fault (fault.h) with YAML's lists and mappings. */
#include <string.h>
#include <utstring.h>

#include "fault.h"
#include "lab.h"
#include "nearest.h"
#include "process/process.h"

/* ---- hosts and links, as --fault says them ---- */

struct writing {
  UT_string* text;
  const char* separator; /* before the next one */
};

static void write_name(void* context, struct cli_yaml value) {
  struct writing* const writing = context;
  utstring_printf(writing->text, "%s%s", writing->separator, cli_yaml_text(value, "a name"));
  writing->separator = ",";
}

/* A name or a list of names: "a,b". */
static void write_names(UT_string* text, struct cli_yaml value) {
  struct writing writing = {text, ""};
  cli_yaml_some(value, "names", write_name, &writing);
}

/* A list within a list of groups, "a,b|c"; else one name of a list. */
static void write_group(void* context, struct cli_yaml value) {
  struct writing* const writing = context;
  if (!cli_yaml_is_list(value)) {
    write_name(writing, value);
    return;
  }
  utstring_printf(writing->text, "%s", writing->separator[0] == '\0' ? "" : "|");
  write_names(writing->text, value);
  writing->separator = "|";
}

/* {from: a, to: b}: "a>b"; {hosts: a}: "@a". */
static void write_from(void* text, struct cli_yaml value) {
  write_names(text, value);
  utstring_printf((UT_string*)text, ">");
}

static void write_to(void* text, struct cli_yaml value) { write_names(text, value); }

static void write_hosts(void* text, struct cli_yaml value) {
  utstring_printf((UT_string*)text, "@");
  write_names(text, value);
}

static const struct cli_yaml_key way_keys[] = {
    {"from", write_from, 0},
    {"to", write_to, 0},
    {"hosts", write_hosts, 0},
    {NULL, NULL, 0},
};

/* ---- one fault ---- */

static void check_key(const char* name, struct cli_yaml value) {
  const char* names[64];
  const size_t count = cli_fault_keys(names, sizeof names / sizeof *names);
  for (size_t i = 0; i < count; i++)
    if (strcmp(names[i], name) == 0)
      return;
  const struct cli_yaml key = {value.file, value.key, NULL};
  const char* const nearest = cli_nearest(name, names, count);
  if (nearest != NULL)
    cli_yaml_fail(key, "a fault has no \"%s\"; is it \"%s\"?", name, nearest);
  cli_yaml_fail(key, "a fault has no \"%s\"; docs/lab-files.md tells what it has", name);
}

static void read_pair(void* context, const char* name, struct cli_yaml value) {
  struct stp_run_fault* const fault = context;
  const char* const entry = fault->where;
  UT_string* text;
  utstring_new(text);
  struct writing writing = {text, ""};
  check_key(name, value);
  if (cli_yaml_is_mapping(value))
    cli_yaml_mapping(value, "a way", way_keys, text);
  else
    cli_yaml_some(value, name, write_group, &writing);
  const bool all = strcmp(name, "heal") == 0 && strcmp(utstring_body(text), "all") == 0;
  fault->where = cli_yaml_where(value);
  cli_fault_set(fault, name, all ? "" : utstring_body(text));
  fault->where = entry;
  utstring_free(text);
}

static void read_fault(void* context, struct cli_yaml value) {
  (void)context;
  struct stp_run_fault fault = cli_fault_new(cli_yaml_where(value));
  cli_yaml_pairs(value, "a fault", read_pair, &fault);
  cli_fault_end(&fault);
  cli_faults_add(&fault);
}

void cli_lab_read_faults(void* context, struct cli_yaml value) {
  cli_yaml_each(value, "faults", read_fault, context);
}
