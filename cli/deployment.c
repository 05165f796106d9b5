/* Deployments: the XML file, and one program everywhere. Everything made here lives as long as the
 * run. */
#include "deployment.h"

#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utarray.h>
#include <utstring.h>

#include "common.h"
#include "engine/engine.h"
#include "process/process.h"
#include "program.h"
#include "units.h"
#include "xml.h"

static const UT_icd process_icd = {sizeof(struct stp_run_process), NULL, NULL, NULL};

/* Hands a null-terminated vector of strings over. */
static char** vector_of(UT_array* strings) {
  char* const end = NULL;
  utarray_push_back(strings, &end);
  return (char**)utarray_front(strings);
}

static struct cli_deployment deployment_of(UT_array* processes) {
  return (struct cli_deployment){(struct stp_run_process*)utarray_front(processes),
                                 utarray_len(processes), NULL};
}

/* ---- the file ---- */

struct reader {
  UT_array* processes;
  char* directory;     /* of the file */
  bool in_platform;    /* inside the root element */
  UT_array* arguments; /* of the actor being read, else null */
  UT_array* environment;
};

static const char* required(const char** attributes, const char* name, const char* element,
                            const char* where) {
  const char* const value = cli_xml_attribute(attributes, name);
  if (value == NULL)
    stp_fatal("%s: <%s> needs the attribute %s", where, element, name);
  return value;
}

/* A date; SimGrid writes -1 for none. */
static double date(const char** attributes, const char* name, double otherwise, const char* where) {
  const char* const value = cli_xml_attribute(attributes, name);
  return value == NULL || strcmp(value, "-1") == 0 ? otherwise : cli_parse_delay(where, value);
}

static void add_string(UT_array* strings, const char* text) {
  char* const copy = stp_strdup(text);
  utarray_push_back(strings, &copy);
}

static void start_actor(struct reader* reader, const char* element, const char** attributes,
                        const char* where) {
  if (reader->arguments != NULL)
    stp_fatal("%s: <%s> inside an actor", where, element);
  const char* const on_failure = cli_xml_attribute(attributes, "on_failure");
  const bool restart = on_failure != NULL && strcmp(on_failure, "RESTART") == 0;
  if (on_failure != NULL && !restart && strcmp(on_failure, "DIE") != 0)
    stp_fatal("%s: on_failure=\"%s\" is neither DIE nor RESTART", where, on_failure);
  const char* const function = required(attributes, "function", element, where);
  const struct stp_run_process process = {
      .host = stp_strdup(required(attributes, "host", element, where)),
      .program = cli_find_program(reader->directory, function),
      .start = date(attributes, "start_time", 0, where),
      .stop = date(attributes, "kill_time", -1, where),
      .stop_signal = SIGTERM,
      .stop_grace = CLI_STOP_GRACE,
      .restart = restart,
      .where = stp_strdup(where),
  };
  utarray_push_back(reader->processes, &process);
  utarray_new(reader->arguments, &ut_ptr_icd);
  utarray_new(reader->environment, &ut_ptr_icd);
  add_string(reader->arguments, function);
}

int cli_signal_named(const char* text) {
  const char* const name = strncmp(text, "SIG", 3) == 0 ? text + 3 : text;
  for (int signal = 1; signal < NSIG; signal++)
    if (sigabbrev_np(signal) != NULL && strcmp(name, sigabbrev_np(signal)) == 0)
      return signal;
  return 0;
}

int cli_parse_signal(const char* where, const char* text) {
  const int named = cli_signal_named(text);
  if (named != 0)
    return named;
  for (int signal = 1; signal < NSIG; signal++) {
    char number[8];
    snprintf(number, sizeof number, "%d", signal);
    if (strcmp(text, number) == 0)
      return signal;
  }
  stp_fatal("%s: \"%s\" is not a signal: TERM, KILL ...", where, text);
}

static void add_variable(struct reader* reader, const char* name, const char* value) {
  UT_string* variable;
  utstring_new(variable);
  utstring_printf(variable, "%s=%s", name, value);
  add_string(reader->environment, utstring_body(variable));
  utstring_free(variable);
}

static void add_property(struct reader* reader, const char** attributes, const char* where) {
  struct stp_run_process* const process = (struct stp_run_process*)utarray_back(reader->processes);
  const char* const id = required(attributes, "id", "prop", where);
  const char* const value = required(attributes, "value", "prop", where);
  if (strncmp(id, "env:", 4) == 0 && id[4] != '\0' && strchr(id, '=') == NULL)
    add_variable(reader, id + 4, value);
  else if (strcmp(id, "stop_signal") == 0)
    process->stop_signal = cli_parse_signal(where, value);
  else if (strcmp(id, "stop_grace") == 0)
    process->stop_grace = cli_parse_delay(where, value);
  else if (strncmp(id, "bin:", 4) == 0)
    cli_install_at(process->host, id + 4, reader->directory, value, where);
  else if (strcmp(id, "user") == 0)
    process->user = stp_strdup(value);
  else if (strcmp(id, "root") == 0)
    process->base = cli_relative_to(reader->directory, value);
  else
    stp_fatal("%s: unknown property \"%s\" of an actor: env:NAME sets a variable, stop_signal and "
              "stop_grace say how it is stopped at its kill_time, bin:PATH puts a program there, "
              "user says whose it is and "
              "root what its host starts from",
              where, id);
}

static bool is_actor(const char* element) {
  return strcmp(element, "actor") == 0 || strcmp(element, "process") == 0;
}

static void on_start(void* context, const char* element, const char** attributes,
                     const char* where) {
  struct reader* const reader = context;
  if (!reader->in_platform) {
    if (strcmp(element, "platform") != 0)
      stp_fatal("%s: a deployment starts with <platform version=\"4.1\">, not with <%s>", where,
                element);
    reader->in_platform = true;
  } else if (is_actor(element)) {
    start_actor(reader, element, attributes, where);
  } else if (reader->arguments != NULL && strcmp(element, "argument") == 0) {
    add_string(reader->arguments, required(attributes, "value", element, where));
  } else if (reader->arguments != NULL && strcmp(element, "prop") == 0) {
    add_property(reader, attributes, where);
  } else {
    stp_fatal("%s: unexpected <%s> in a deployment", where, element);
  }
}

static void on_end(void* context, const char* element, const char* where) {
  (void)where;
  struct reader* const reader = context;
  if (!is_actor(element))
    return;
  struct stp_run_process* const process = (struct stp_run_process*)utarray_back(reader->processes);
  process->argv = vector_of(reader->arguments);
  process->environment = vector_of(reader->environment);
  reader->arguments = NULL;
}

struct cli_deployment cli_deployment_read(const char* file) {
  char* const path = stp_strdup(file);
  struct reader reader = {.directory = dirname(path)};
  utarray_new(reader.processes, &process_icd);
  const struct cli_xml handlers = {.start = on_start, .end = on_end, .context = &reader};
  cli_xml_read(file, "deployment", &handlers);
  stp_free(path);
  if (utarray_len(reader.processes) == 0)
    stp_fatal("%s: the deployment starts nothing: it has no <actor>", file);
  return deployment_of(reader.processes);
}

char* cli_relative_to(const char* directory, const char* path) {
  char* result;
  if (path[0] == '/')
    return stp_strdup(path);
  if (asprintf(&result, "%s/%s", directory, path) < 0)
    stp_fatal("out of memory");
  return result;
}

/* ---- one program everywhere ---- */

struct cli_deployment cli_deployment_everywhere(char** argv) {
  UT_array* processes;
  utarray_new(processes, &process_icd);
  const char* const program = cli_find_program(".", argv[0]);
  if (strchr(program, '/') == NULL)
    stp_fatal("command line: %s: no such program, neither here nor in PATH", program);
  for (size_t i = 0; i < stp_host_count(); i++) {
    const struct stp_run_process process = {
        .host = stp_host_at(i)->name,
        .program = program,
        .argv = argv,
        .stop = -1,
        .where = "command line",
    };
    utarray_push_back(processes, &process);
  }
  return deployment_of(processes);
}

void cli_deployment_complete(struct cli_deployment* deployment, const char* platform,
                             const char* user, const char* root) {
  char* const path = stp_strdup(platform);
  const char* const directory = dirname(path);
  for (size_t i = 0; i < deployment->count; i++) {
    struct stp_run_process* const process = &deployment->processes[i];
    const struct stp_host* const host = stp_host_by_name(process->host);
    const char* const own = host == NULL ? NULL : stp_engine_host_property(host->engine, "root");
    if (process->user == NULL)
      process->user = user;
    cli_common_add(process);
    if (process->base == NULL)
      process->base = own == NULL ? root : cli_relative_to(directory, own);
  }
  stp_free(path);
}

void cli_deployment_restart(struct cli_deployment* deployment) {
  for (size_t i = 0; i < deployment->count; i++)
    deployment->processes[i].restart = true;
}
