/* Readers of single values in YAML. */
#include <libgen.h>
#include <string.h>

#include "deployment.h"
#include "process/process.h"
#include "units.h"
#include "watch.h"
#include "yaml.h"

void cli_yaml_string(void* field, struct cli_yaml value) {
  *(const char**)field = cli_yaml_text(value, "text");
}

void cli_yaml_path(void* field, struct cli_yaml value) {
  const char* const path = cli_yaml_text(value, "a path");
  char* const file = stp_strdup(value.file);
  const char* const directory = dirname(file);
  *(const char**)field = strcmp(directory, ".") == 0 ? path : cli_relative_to(directory, path);
  stp_free(file);
  cli_watch_note(*(const char**)field);
}

void cli_yaml_delay(void* field, struct cli_yaml value) {
  *(double*)field = cli_parse_delay(cli_yaml_where(value), cli_yaml_text(value, "a time"));
}

void cli_yaml_bandwidth(void* field, struct cli_yaml value) {
  *(double*)field = cli_parse_bandwidth(cli_yaml_where(value), cli_yaml_text(value, "a bandwidth"));
}

void cli_yaml_probability(void* field, struct cli_yaml value) {
  *(double*)field =
      cli_parse_probability(cli_yaml_where(value), cli_yaml_text(value, "a probability"));
}

void cli_yaml_bool(void* field, struct cli_yaml value) {
  const char* const text = cli_yaml_text(value, "true or false");
  const bool yes = strcmp(text, "true") == 0;
  if (!yes && strcmp(text, "false") != 0)
    cli_yaml_fail(value, "\"%s\" is neither true nor false", text);
  *(bool*)field = yes;
}

unsigned long long cli_yaml_count(struct cli_yaml value, unsigned long long least,
                                  unsigned long long most) {
  return cli_parse_count(cli_yaml_where(value), cli_yaml_text(value, "a number"), least, most);
}
