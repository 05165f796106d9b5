/* What of a run is written down: which observers listen (trace/events.h). */
#include "observe.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deployment.h"
#include "engine/engine.h"
#include "file/output.h"
#include "progress.h"
#include "trace/log.h"
#include "trace/merged.h"
#include "trace/pcap.h"
#include "trace/record.h"
#include "trace/stats.h"
#include "trace/strace.h"
#include "trace/timeline.h"

enum { PAJE = 512, PCAP, RECORD, STATS, STRACE, STRACE_FILE, LOG, COLOUR, PROGRESS, TRACE };

/* The groups are those of cli/options.c, 6 its own. */
static const struct argp_option option_table[] = {
    {"log", LOG, "FILE", 0,
     "Write the lines of the processes' output to FILE as well, by date, with their hosts and the "
     "names of their files",
     5},
    {"color", COLOUR, "WHEN", OPTION_ARG_OPTIONAL,
     "Colour the lines on the terminal by host: always, never or auto (the default: if it is a "
     "terminal, and NO_COLOR is not set)",
     5},
    {"progress", PROGRESS, "WHEN", OPTION_ARG_OPTIONAL,
     "Show how far the run is: always, never or auto (the default: if the standard error is a "
     "terminal, from the third second on)",
     5},
    {NULL, 0, NULL, 0, "To look at a run (docs/seeing.md):", 6},
    {"record", RECORD, "BYTES", OPTION_ARG_OPTIONAL,
     "Record what happens, for the page of simterpose report OUTPUT, with the first BYTES of each "
     "message (default: "
     "256)",
     6},
    {"trace", TRACE, "FILE", OPTION_ARG_OPTIONAL,
     "Write a timeline for ui.perfetto.dev and chrome://tracing to FILE (default: "
     "OUTPUT/trace.json)",
     6},
    {"pcap", PCAP, "SNAPLEN", OPTION_ARG_OPTIONAL,
     "Capture the packets of each host in OUTPUT/HOST.pcap, for Wireshark and tshark; of each the "
     "first SNAPLEN bytes (default: all)",
     6},
    {"stats", STATS, NULL, 0,
     "Count bytes, packets, connections and CPU time for simterpose stats OUTPUT", 6},
    {"strace", STRACE, "FILTER", OPTION_ARG_OPTIONAL,
     "Write a line for each call of the processes to PROGRAM.PID.strace beside their output. "
     "FILTER: calls and classes of calls as of strace -e trace= (network,file,!poll), hosts as "
     "@PATTERN",
     6},
    {"strace-file", STRACE_FILE, "FILE", 0,
     "Write these lines of all processes to one FILE instead (-: the standard error)", 6},
    {"paje", PAJE, "FILE", 0,
     "Have SimGrid write its own trace of links and their use to FILE (Paje, for pajeng or Vite)",
     6},
    {0},
};

static struct {
  size_t pcap; /* 0: none */
  bool record;
  size_t record_payload;
  bool stats, trace;
  const char* trace_file;
  bool strace;
  const char *strace_filter, *strace_file, *log;
  const char* file; /* cli_observe_file */
  enum cli_progress progress;
} options;

static size_t parse_bytes(const char* option, const char* text) {
  char* end;
  const unsigned long value = strtoul(text, &end, 10);
  if (text[0] < '0' || text[0] > '9' || *end != '\0' || value > 1 << 30)
    stp_fatal("%s: \"%s\" is not a number of bytes", option, text);
  return value;
}

/* 0: auto, 1: always, 2: never. */
static int parse_when(const char* option, const char* text) {
  static const char* const words[] = {"auto", "always", "never"};
  for (int i = 0; i < 3; i++)
    if (text == NULL ? i == 1 : strcmp(text, words[i]) == 0)
      return i;
  stp_fatal("%s: \"%s\" is neither auto, always nor never", option, text);
}

static error_t parse(int key, char* value, struct argp_state* state) {
  switch (key) {
  case PAJE:
    options.file = "--paje";
    stp_engine_paje(value);
    return 0;
  case PCAP:
    options.pcap = value == NULL ? STP_PCAP_SNAPLEN : parse_bytes("--pcap", value);
    if (options.pcap == 0 || options.pcap > STP_PCAP_SNAPLEN)
      argp_error(state, "--pcap: a packet has 1 to %d bytes", STP_PCAP_SNAPLEN);
    return 0;
  case STATS:
    options.stats = true;
    return 0;
  case TRACE:
    options.trace = true;
    options.trace_file = value;
    options.file = value != NULL ? "--trace" : options.file;
    return 0;
  case RECORD:
    options.record = true;
    options.record_payload = value == NULL ? STP_RECORD_PAYLOAD : parse_bytes("--record", value);
    return 0;
  case LOG:
    options.log = value;
    options.file = "--log";
    return 0;
  case COLOUR:
    stp_output_colour = parse_when("--color", value);
    return 0;
  case PROGRESS:
    options.progress = parse_when("--progress", value);
    return 0;
  case STRACE:
    options.strace = true;
    options.strace_filter = value;
    return 0;
  case STRACE_FILE:
    options.strace = true;
    options.strace_file = value;
    options.file = strcmp(value, "-") != 0 ? "--strace-file" : options.file;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

const struct argp cli_observe_argp = {.options = option_table, .parser = parse};

void cli_observe(const char* output) {
  if (options.stats)
    stp_stats_start(cli_relative_to(output, "stats.json"));
  if (options.trace)
    stp_timeline_start(options.trace_file != NULL ? options.trace_file
                                                  : cli_relative_to(output, "trace.json"));
  if (options.pcap)
    stp_pcap_start(output, options.pcap);
  if (options.record)
    stp_record_start(cli_relative_to(output, "record.jsonl"), options.record_payload);
  if (options.log != NULL)
    stp_merged_start(options.log);
  if (options.strace)
    stp_strace_start(options.strace_filter, options.strace_file);
}

const char* cli_observe_file(void) { return options.file; }

void (*cli_observe_progress(void))(double) { return cli_progress_start(options.progress); }
