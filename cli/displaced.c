/* simterpose displaced: a test aid. */
#include <argp.h>

#include "command.h"
#include "process/displaced.h"
#include "program.h"

static const char doc[] =
    "Runs an instrumented program natively, but on a displaced copy of its variables: a program "
    "that works like this shows that the plugin found all of its state. For testing the plugin.";

static error_t parse(int key, char* value, struct argp_state* state) {
  char*** const command = state->input;
  (void)value;
  switch (key) {
  case ARGP_KEY_ARG:
    *command = &state->argv[state->next - 1];
    state->next = state->argc;
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_error(state, "say which program");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

int cli_displaced(int argc, char** argv) {
  char** command = NULL;
  const struct argp argp = {.parser = parse, .args_doc = "PROGRAM [ARGUMENT...]", .doc = doc};
  argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &command);
  stp_displaced(cli_find_program(".", command[0]), command);
}
