/* simterpose memcheck: starts valgrind on `simterpose run`. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "command.h"
#include "process/process.h"
#include "trace/log.h"

static const char help[] =
    "Usage: simterpose memcheck RUN-ARGUMENT...\n"
    "Runs what `simterpose run RUN-ARGUMENT...` runs under valgrind, which reports invalid uses "
    "of\n"
    "memory, uses of undefined values, and for each process that ends what it has leaked.\n"
    "\n"
    "Build the programs with -gdwarf-4 if valgrind cannot read DWARF 5. The environment variable\n"
    "VALGRIND_OPTS holds options for valgrind, like --track-origins=yes or --error-exitcode=3.\n";

int cli_memcheck(int argc, char** argv) {
  static const char* const place = "../share/simterpose/memcheck.supp";
  char command[PATH_MAX], file[PATH_MAX], suppressions[PATH_MAX + 32];
  if (argc < 2 || strcmp(argv[1], "--help") == 0) {
    fputs(help, argc < 2 ? stderr : stdout);
    return argc < 2 ? CLI_BAD_INPUT : 0;
  }
  cli_beside_command(command);
  cli_beside(&place, 1, file);
  snprintf(suppressions, sizeof suppressions, "--suppressions=%s", file);
  const char** const words = stp_alloc((size_t)(argc + 6) * sizeof *words);
  int count = 0;
  words[count++] = "valgrind";
  words[count++] = "-q";
  words[count++] = suppressions;
  words[count++] = command;
  words[count++] = "run";
  for (int i = 1; i < argc; i++)
    words[count++] = argv[i];
  setenv("SIMTERPOSE_LEAKS", "yes", 1); /* process/heap_memcheck.c */
  execvp("valgrind", (char**)words);
  stp_fatal("valgrind cannot be started: %s%s", strerror(errno),
            errno == ENOENT ? "; install valgrind" : "");
}
