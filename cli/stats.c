/* simterpose stats: what a run has used, from the stats.json that `run --stats` has left. */
#include <argp.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "outdir.h"
#include "table.h"
#include "trace/log.h"

static const char doc[] =
    "Shows what hosts, processes and links have used in a run whose OUTPUT has been made with "
    "`simterpose run --stats`."
    "\v"
    "Hosts: CPU time, and which part of all cores' that is; payload bytes and packets sent and "
    "received; packets lost on the way, and sent again by TCP; connections opened, accepted and "
    "failed. Links: bytes with headers, which part of the bandwidth that is on the whole, and in "
    "the busiest span of time. docs/stats.md has the fields of --json.";

static const struct argp_option option_table[] = {
    {"json", 'j', NULL, 0, "As JSON", 0},
    {0},
};

struct options {
  const char* directory;
  bool json;
};

static error_t parse(int key, char* value, struct argp_state* state) {
  struct options* const options = state->input;
  switch (key) {
  case 'j':
    options->json = true;
    return 0;
  case ARGP_KEY_ARG:
    if (options->directory != NULL)
      argp_error(state, "one OUTPUT at a time");
    options->directory = value;
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_error(state, "say which run: its output directory");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

/* ---- cells ---- */

enum { CELLS = 10, LONGEST = 80 };

static char texts[CELLS][LONGEST];
static const char* cells[CELLS];
static size_t cell_count;

__attribute__((format(printf, 1, 2))) static void cell(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(texts[cell_count], LONGEST, format, arguments);
  va_end(arguments);
  cells[cell_count] = texts[cell_count];
  cell_count++;
}

static void add_row(void) {
  cell_count = 0;
  cli_table_add(cells);
}

static double number(const json_t* object, const char* key) {
  return json_number_value(json_object_get(object, key));
}

static const char* string(const json_t* object, const char* key) {
  const char* const value = json_string_value(json_object_get(object, key));
  return value == NULL ? "" : value;
}

/* ---- tables ---- */

static void show_hosts(const json_t* run) {
  static const char* const titles[] = {"host",    "CPU s",    "CPU %", "bytes sent", "received",
                                       "packets", "received", "lost",  "again",      "connections"};
  const double end = number(run, "end");
  size_t i;
  json_t* host;
  cli_table_begin(titles, CELLS);
  json_array_foreach(json_object_get(run, "hosts"), i, host) {
    const json_t* const sent = json_object_get(host, "sent");
    const json_t* const received = json_object_get(host, "received");
    const json_t* const connections = json_object_get(host, "connections");
    const double all = end * number(host, "cores"), cpu = number(host, "cpu");
    cell("%s", string(host, "host"));
    cell("%.6f", cpu);
    cell("%.1f", all > 0 ? 100 * cpu / all : 0);
    cell("%.0f", number(sent, "bytes"));
    cell("%.0f", number(received, "bytes"));
    cell("%.0f", number(sent, "packets"));
    cell("%.0f", number(received, "packets"));
    cell("%.0f", number(host, "lost"));
    cell("%.0f", number(host, "sent_again"));
    cell("%.0f/%.0f/%.0f", number(connections, "opened"), number(connections, "accepted"),
         number(connections, "failed"));
    add_row();
  }
  cli_table_show(stdout, (size_t)-1);
}

static void show_processes(const json_t* run) {
  static const char* const titles[] = {"host", "process", "started", "ended", "CPU s", "end"};
  size_t i;
  json_t* process;
  cli_table_begin(titles, sizeof titles / sizeof *titles);
  json_array_foreach(json_object_get(run, "processes"), i, process) {
    const char* const status = string(process, "status");
    cell("%s", string(process, "host"));
    cell("%s", string(process, "label"));
    cell("%.6f", number(process, "started"));
    cell("%.6f", number(process, "ended"));
    cell("%.6f", number(process, "cpu"));
    cell("%s", status[0] == '\0' ? "runs on" : status);
    add_row();
  }
  cli_table_show(stdout, (size_t)-1);
}

static void show_links(const json_t* run) {
  static const char* const titles[] = {"link", "bytes", "flows", "use %", "peak %"};
  size_t i;
  json_t* link;
  cli_table_begin(titles, sizeof titles / sizeof *titles);
  json_array_foreach(json_object_get(run, "links"), i, link) {
    cell("%s", string(link, "link"));
    cell("%.0f", number(link, "bytes"));
    cell("%.0f", number(link, "flows"));
    cell("%.1f", 100 * number(link, "use"));
    cell("%.1f", 100 * number(link, "peak"));
    add_row();
  }
  cli_table_show(stdout, (size_t)-1);
}

int cli_stats(int argc, char** argv) {
  struct options options = {0};
  const struct argp argp = {option_table, parse, "OUTPUT", doc, NULL, NULL, NULL};
  argp_parse(&argp, argc, argv, 0, NULL, &options);
  const char* const path = cli_outdir_file(options.directory, "stats.json", "--stats");
  json_error_t error;
  json_t* const run = json_load_file(path, 0, &error);
  if (run == NULL)
    stp_fatal("%s: %s", path, error.text);
  if (options.json) {
    json_dumpf(run, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    putchar('\n');
  } else {
    show_hosts(run);
    putchar('\n');
    show_processes(run);
    putchar('\n');
    show_links(run);
  }
  json_decref(run);
  return 0;
}
