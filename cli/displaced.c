/* simterpose displaced: a test aid. */
#include "process/displaced.h"

#include "command.h"
#include "program.h"

static const char doc[] =
    "Runs an instrumented program natively, but on a displaced copy of its variables: a program "
    "that works like this shows that the plugin found all of its state. For testing the plugin.";

int cli_displaced(int argc, char** argv) {
  char** const command = cli_parse_program(argc, argv, "PROGRAM [ARGUMENT...]", doc);
  stp_displaced(cli_find_program(".", command[0]), command);
}
