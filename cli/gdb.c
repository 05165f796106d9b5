/* simterpose gdb: starts gdb on `simterpose run`, with the extension of share/gdb. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "command.h"
#include "process/process.h"
#include "trace/log.h"

static const char help[] =
    "Usage: simterpose gdb [GDB-OPTION...] RUN-ARGUMENT...\n"
    "Runs what `simterpose run RUN-ARGUMENT...` runs, in gdb, which then knows the emulated "
    "hosts,\n"
    "processes and threads. Virtual time stands still while you look.\n"
    "\n"
    "  simterpose gdb -n 3 --latency 5ms ./hello {rank} {hosts}\n"
    "  (gdb) break serve                 in all processes; vbreak serve host node-1: in some\n"
    "  (gdb) run\n"
    "  (gdb) info vthreads               also: info hosts, info processes, info messages\n"
    "  (gdb) vthread 2                   then bt, up, print ... are about that thread\n"
    "  (gdb) until-date 1.5s             go on to that date\n"
    "\n"
    "help simterpose, in gdb, lists all commands. --until DATE halts the run at that date. "
    "Running\n"
    "again with the same seed does the same again, to the byte.\n"
    "\n"
    "Options for gdb, which come first: -x FILE, -ex COMMAND, -iex COMMAND, -batch, -tui, -nx,\n"
    "-i INTERPRETER; --gdb PROGRAM is the gdb to use (default: gdb).\n";

enum { ROOM = 16 }; /* for what is put before the options */

/* How many arguments a word of gdb's takes, itself included; 0: it is not for gdb. */
static int gdb_words(const char* word) {
  static const char* const alone[] = {"-batch", "-tui", "-nx", "-nh"};
  static const char* const with_value[] = {"-x", "-ex", "-iex", "-i", "-gdb"};
  if (word[0] != '-')
    return 0;
  const char* const name = word[1] == '-' ? word + 1 : word;
  for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
    if (strcmp(name, alone[i]) == 0)
      return 1;
  for (size_t i = 0; i < sizeof with_value / sizeof *with_value; i++)
    if (strcmp(name, with_value[i]) == 0)
      return 2;
  return 0;
}

/* The arguments of the run reach the extension through the environment, a line each. */
static void hand_on(const char* command, char** arguments) {
  size_t size = 1;
  for (char** a = arguments; *a != NULL; a++) {
    if (strchr(*a, '\n') != NULL)
      stp_fatal("gdb: an argument that contains a line break cannot be handed on");
    size += strlen(*a) + 1;
  }
  char *const lines = stp_alloc(size), *end = lines;
  for (char** a = arguments; *a != NULL; a++)
    end += sprintf(end, "%s%s", a == arguments ? "" : "\n", *a);
  setenv("SIMTERPOSE_GDB_COMMAND", command, 1);
  setenv("SIMTERPOSE_GDB_ARGUMENTS", lines, 1);
  stp_free(lines);
}

int cli_gdb(int argc, char** argv) {
  /* Installed and in the build tree, it lies at the same place beside the command. */
  static const char* const place = "../share/simterpose/gdb/simterpose.py";
  const char* gdb = "gdb";
  char command[PATH_MAX], extension[PATH_MAX];
  int count = 0, at = 1;
  if (argc < 2 || strcmp(argv[1], "--help") == 0) {
    fputs(help, argc < 2 ? stderr : stdout);
    return argc < 2 ? CLI_BAD_INPUT : 0;
  }
  cli_beside_command(command);
  cli_beside(&place, 1, extension);
  const char** const words = stp_alloc((size_t)(argc + ROOM) * sizeof *words);
  words[count++] = "gdb";
  words[count++] = "-q";
  words[count++] = "-x";
  words[count++] = extension;
  for (int taken; at < argc && (taken = gdb_words(argv[at])) > 0; at += taken) {
    if (at + taken > argc)
      stp_fatal("gdb: %s needs a value", argv[at]);
    if (strcmp(argv[at], "--gdb") == 0)
      gdb = argv[at + 1];
    else
      for (int i = 0; i < taken; i++)
        words[count++] = argv[at + i];
  }
  hand_on(command, argv + at);
  execvp(gdb, (char**)words);
  stp_fatal("%s cannot be started: %s%s", gdb, strerror(errno),
            errno == ENOENT ? "; install gdb" : "");
}
