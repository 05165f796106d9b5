/* The simterpose command: its subcommands and what concerns them all. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "engine/engine.h"
#include "lab.h"
#include "nearest.h"
#include "simterpose/module.h"
#include "trace/log.h"
#include "version.h"

/* At most 80 letters a line. */
static const char doc[] =
    "Runs unmodified network programs on simulated hosts, in one process and in virtual time.\v"
    "Compile a program, and run it on three hosts, 5 ms from each other:\n"
    "\n"
    "  simterpose-cc -O2 hello.c -o hello\n"
    "  simterpose run -n 3 --latency 5ms ./hello {rank} {hosts}\n"
    "\n"
    "Or what a lab file says: who runs where and when, what goes wrong, and what is\n"
    "expected of it. Then look at what has happened:\n"
    "\n"
    "  simterpose run --record lab.yaml\n"
    "  simterpose report simterpose-out\n"
    "\n"
    "The commands (simterpose help COMMAND tells more):\n"
    "  run        run programs on an emulated network, or a lab\n"
    "  report     make one page of HTML that shows a recorded run\n"
    "  stats      show what hosts, processes and links have used in a run\n"
    "  gdb        run in a debugger that knows all hosts, processes and threads\n"
    "  memcheck   run under valgrind\n"
    "  check      say whether a program is ready for emulation\n"
    "  calibrate  measure what computing costs on this machine\n"
    "  displaced  test the plugin: run from a displaced copy of variables\n"
    "\n"
    "README.md has a first emulation, docs/guide.md goes on from there.\n";

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

enum { COMMANDS = sizeof commands / sizeof *commands };

/* What may have been meant. */
_Noreturn static void unknown(const char* word) {
  const char* names[COMMANDS];
  for (size_t i = 0; i < COMMANDS; i++)
    names[i] = commands[i].name;
  const char* const nearest = cli_nearest(word, names, COMMANDS);
  if (cli_is_lab(word) || strchr(word, '/') != NULL)
    stp_fatal("\"%s\" is no command; is it simterpose run %s?", word, word);
  if (nearest != NULL)
    stp_fatal("unknown command \"%s\"; is it \"%s\"?", word, nearest);
  stp_fatal("unknown command \"%s\"; simterpose help lists them", word);
}

/* Hands the words from the command's name on to it. */
_Noreturn static void dispatch(const char* name, int argc, char** argv) {
  for (size_t i = 0; i < COMMANDS; i++) {
    if (strcmp(commands[i].name, name) != 0)
      continue;
    char full_name[64];
    snprintf(full_name, sizeof full_name, "simterpose %s", name);
    argv[0] = full_name;
    program_invocation_name = program_invocation_short_name = full_name;
    exit(commands[i].function(argc, argv));
  }
  unknown(name);
}

/* help COMMAND is COMMAND --help. */
static void help(struct argp_state* state) {
  static char option[] = "--help";
  if (state->next < state->argc)
    dispatch(state->argv[state->next], 2, (char*[]){state->argv[state->next], option, NULL});
  argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
}

static error_t parse(int key, char* value, struct argp_state* state) {
  switch (key) {
  case ARGP_KEY_ARG:
    if (strcmp(value, "help") == 0)
      help(state);
    else
      dispatch(value, state->argc - state->next + 1, &state->argv[state->next - 1]);
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_state_help(state, stderr, (ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK) | ARGP_HELP_EXIT_ERR);
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
