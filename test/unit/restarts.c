// A process is killed with its host and started again ten thousand times: nothing of the runtime's
// memory, mappings or descriptors is left behind.
//
// RUN: rm -rf %t && mkdir -p %t/out/fickle %t/out/steady && cd %t
// RUN: %stp_clang -w -O2 -pthread %S/Inputs/fickle.c -o fickle
// RUN: sed -n 's/^.. PLATFORM//p' %s >platform.xml
// RUN: sed -n 's/^.. STATE //p' %s >fickle.state
// RUN: ulimit -n 256 && %unit restarts
//
// PLATFORM<?xml version='1.0'?>
// PLATFORM<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
// PLATFORM<platform version="4.1">
// PLATFORM  <zone id="lan" routing="Full">
// PLATFORM    <host id="fickle" speed="1Gf" state_file="fickle.state"/>
// PLATFORM    <host id="steady" speed="1Gf"/>
// PLATFORM    <link id="wire" bandwidth="1GBps" latency="1ms"/>
// PLATFORM    <route src="fickle" dst="steady"><link_ctn id="wire"/></route>
// PLATFORM  </zone>
// PLATFORM</platform>
//
// STATE PERIODICITY 1.0
// STATE 0.5 0
// STATE 0.9 1
#include <dirent.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process/process.h"
#include "run.h"

enum { CYCLES = 10000, SETTLED = 1000 };

struct holdings {
  size_t memory, mappings, descriptors;
};

static size_t count_lines(const char* path) {
  FILE* const file = fopen(path, "re");
  size_t lines = 0;
  for (int c; (c = getc(file)) != EOF;)
    lines += c == '\n';
  fclose(file);
  return lines;
}

static size_t count_entries(const char* path) {
  DIR* const directory = opendir(path);
  size_t entries = 0;
  while (readdir(directory))
    entries++;
  closedir(directory);
  return entries;
}

static struct holdings take_stock(void) {
  return (struct holdings){mallinfo2().uordblks + mallinfo2().hblkhd,
                           count_lines("/proc/self/maps"), count_entries("/proc/self/fd")};
}

static struct holdings before, after;

/* Between two lives of the process. */
static void watch(double date) {
  (void)date;
  if (stp_process_tally.started == SETTLED && before.memory == 0)
    before = take_stock();
  if (stp_process_tally.started == CYCLES)
    after = take_stock();
}

static int compare(const char* what, size_t then, size_t now, size_t allowed) {
  printf("%s: %zu after %d cycles, %zu after %d\n", what, then, SETTLED, now, CYCLES);
  return now > then + allowed;
}

int main(void) {
  char program[PATH_MAX];
  if (realpath("fickle", program) == NULL)
    return 1;
  static char *no_arguments[] = {"fickle", NULL}, *serve[] = {"fickle", "serve", NULL};
  const struct stp_run_process processes[] = {
      {.host = "steady", .program = program, .argv = serve, .stop = -1, .where = "test"},
      {.host = "fickle",
       .program = program,
       .argv = no_arguments,
       .stop = -1,
       .restart = true,
       .where = "test"},
  };
  stp_verbosity = STP_QUIET;
  stp_run_open("platform.xml", "out");
  const struct stp_run_result result = stp_run(&(struct stp_run_options){.processes = processes,
                                                                         .process_count = 2,
                                                                         .stop = CYCLES + 1,
                                                                         .seed = 1,
                                                                         .progress = watch});
  printf("started: %zu, stopped: %zu, failed: %zu\n", result.started, result.stopped,
         result.failed);
  if (result.started < CYCLES || result.failed > 0)
    return 1;
  /* SimGrid 3.32 loses some bytes with every kill. */
  const size_t simgrid = 64;
  return compare("memory", before.memory, after.memory, (CYCLES - SETTLED) * simgrid) |
         compare("mappings", before.mappings, after.mappings, 4) |
         compare("descriptors", before.descriptors, after.descriptors, 4);
}
