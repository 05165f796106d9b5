/* What of a run is written down: which observers listen (trace/events.h). */
#include "observe.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "trace/log.h"
#include "trace/record.h"

enum { RECORD = 512 };

static const struct argp_option option_table[] = {
    {"record", RECORD, "BYTES", OPTION_ARG_OPTIONAL,
     "Record what happens in OUTPUT/record.jsonl, with the first BYTES of each message (default: "
     "256)",
     0},
    {0},
};

static struct {
  bool record;
  size_t record_payload;
} options;

static size_t parse_bytes(const char* option, const char* text) {
  char* end;
  const unsigned long value = strtoul(text, &end, 10);
  if (text[0] < '0' || text[0] > '9' || *end != '\0' || value > 1 << 30)
    stp_fatal("%s: \"%s\" is not a number of bytes", option, text);
  return value;
}

static error_t parse(int key, char* value, struct argp_state* state) {
  (void)state;
  switch (key) {
  case RECORD:
    options.record = true;
    options.record_payload = value == NULL ? STP_RECORD_PAYLOAD : parse_bytes("--record", value);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

const struct argp cli_observe_argp = {.options = option_table, .parser = parse};

static const char* in(const char* output, const char* name) {
  char* path;
  if (asprintf(&path, "%s/%s", output, name) < 0)
    stp_fatal("out of memory");
  return path;
}

void cli_observe(const char* output) {
  if (options.record)
    stp_record_start(in(output, "record.jsonl"), options.record_payload);
}
