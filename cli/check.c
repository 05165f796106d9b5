/* simterpose check: is a program ready for emulation? */
#include "check.h"

#include <stddef.h>

#include "command.h"
#include "program.h"
#include "trace/log.h"

static const char doc[] =
    "Says whether a program is ready for emulation, and which of its calls would be refused, with "
    "their places in the source."
    "\v"
    "Exit status: 0 if it is ready; 1 if it is, but some calls would be refused; 2 if it cannot be "
    "emulated.";

int cli_check(int argc, char** argv) {
  char** const program = cli_parse_program(argc, argv, "PROGRAM", doc);
  if (program[1] != NULL)
    stp_fatal("one program at a time");
  return stp_check(cli_find_program(".", program[0]), stdout);
}
