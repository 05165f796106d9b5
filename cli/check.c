/* simterpose check: is a program ready for emulation? */
#include "check.h"

#include <argp.h>
#include <stdio.h>

#include "command.h"
#include "program.h"

static const char doc[] =
    "Says whether a program is ready for emulation, and which of its calls would be refused, with "
    "their places in the source (where it was compiled with -g)."
    "\v"
    "Exit status: 0 if it is ready; 1 if it is, but some calls would be refused; 2 if it cannot be "
    "emulated.";

static error_t parse(int key, char* value, struct argp_state* state) {
  const char** const program = state->input;
  switch (key) {
  case ARGP_KEY_ARG:
    if (*program != NULL)
      argp_error(state, "one program at a time");
    *program = value;
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_error(state, "say which program");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

int cli_check(int argc, char** argv) {
  const char* program = NULL;
  const struct argp argp = {.parser = parse, .args_doc = "PROGRAM", .doc = doc};
  argp_parse(&argp, argc, argv, 0, NULL, &program);
  return stp_check(cli_find_program(".", program), stdout);
}
