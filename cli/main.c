/* The simterpose command: its subcommands and what concerns them all. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "engine/engine.h"
#include "simterpose/module.h"
#include "version.h"

static const char doc[] =
    "Runs unmodified network programs on simulated hosts, in one process and in virtual time.\v"
    "Compile a program with the plugin, then run it on as many hosts as you like:\n"
    "\n"
    "  clang -fplugin=" CLI_PLUGIN " -O2 hello.c -o hello\n"
    "  simterpose run -n 3 --latency 5ms --bandwidth 100Mbps ./hello\n"
    "\n"
    "The commands:\n"
    "  run        run programs on an emulated network (simterpose run --help)\n"
    "  report     make one page of HTML that shows a recorded run\n"
    "  stats      show what hosts, processes and links have used in a run\n"
    "  gdb        the same in a debugger that knows all hosts, processes and threads\n"
    "  memcheck   the same under valgrind\n"
    "  check      say whether a program is ready for emulation\n"
    "  calibrate  measure this machine: what computing costs here, and how well it is predicted\n"
    "  displaced  run a program natively from a displaced copy of its variables (a test aid)\n";

static const struct {
  const char* name;
  int (*function)(int argc, char** argv);
} commands[] = {
    {"run", cli_run},
    {"report", cli_report},
    {"gdb", cli_gdb},
    {"memcheck", cli_memcheck},
    {"stats", cli_stats},
    {"check", cli_check},
    {"calibrate", cli_calibrate},
    {"displaced", cli_displaced},
};

static void print_version(FILE* stream, struct argp_state* state) {
  (void)state;
  fprintf(stream, "simterpose %s\ncontract: %d\nLLVM: %s (the plugin)\nSimGrid: %s\n", CLI_VERSION,
          SIMTERPOSE_CONTRACT, CLI_LLVM_VERSION, stp_engine_version());
}

/* Hands the words from the command's name on to it. */
static int dispatch(struct argp_state* state, const char* name) {
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    if (strcmp(commands[i].name, name) != 0)
      continue;
    char** const argv = &state->argv[state->next - 1];
    char full_name[64];
    snprintf(full_name, sizeof full_name, "simterpose %s", name);
    argv[0] = full_name;
    program_invocation_name = program_invocation_short_name = full_name;
    exit(commands[i].function(state->argc - state->next + 1, argv));
  }
  argp_error(state, "unknown command \"%s\"", name);
  return 0;
}

static error_t parse(int key, char* value, struct argp_state* state) {
  switch (key) {
  case ARGP_KEY_ARG:
    return dispatch(state, value);
  case ARGP_KEY_NO_ARGS:
    argp_error(state, "say what to do: run, check ...");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

int main(int argc, char** argv) {
  const struct argp argp = {.parser = parse, .args_doc = "COMMAND [ARGUMENTS]", .doc = doc};
  static char name[] = "simterpose";
  program_invocation_name = program_invocation_short_name = argv[0] = name;
  argp_err_exit_status = CLI_BAD_INPUT;
  argp_program_version_hook = print_version;
  argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);
  return CLI_BAD_INPUT;
}
