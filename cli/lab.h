/* Labs: what `simterpose run lab.yaml` reads: a network, what runs on it, what goes wrong, and what
 * is expected of it. docs/lab-files.md tells each key. What is wrong with the file ends the program
 * with "FILE:LINE:COLUMN: ..." (status 2). All of it lives as long as the program. */
#ifndef CLI_LAB_H
#define CLI_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <utarray.h>

#include "deployment.h"
#include "file/typed_input.h"
#include "options.h"
#include "run.h"
#include "yaml.h"

/* A text and where it stands. */
struct cli_placed {
  const char *text, *where;
};

/* A program that is put at a path of a host. */
struct cli_lab_bin {
  const char *path, *program, *where;
};

/* A program that is compiled for the lab. */
struct cli_lab_program {
  const char *name, *where, *path; /* the path once it is compiled */
  char **sources, **flags, **libraries;
};

/* One entry of `processes`, which may start many. */
struct cli_lab_process {
  const char *where, *name; /* the name is that of the program, if it has no other */
  UT_array* hosts;          /* struct cli_placed: patterns */
  char** argv;
  bool repeated; /* for each number from first to last */
  unsigned long long first, last;
  double start, stagger, stop, stop_grace;
  int stop_signal;
  bool restart;
  bool has_input;
  struct stp_typed_input input;
  char** environment;
  const char *user, *root;
  UT_array* bins;         /* struct cli_lab_bin */
  UT_array* expectations; /* struct cli_expectation */
};

/* So many of the processes with a name are as expected. */
struct cli_lab_some {
  const char *where, *processes; /* a pattern for names */
  const char* count;             /* as it is said */
  unsigned long long least, most;
  UT_array* expectations; /* struct cli_expectation */
  const char* text;       /* what they are, in a word */
};

struct cli_lab {
  const char *file, *directory, *description;
  struct cli_options options; /* what it says of the run as a whole */
  UT_array* programs;         /* struct cli_lab_program; null: none */
  UT_array* processes;        /* struct cli_lab_process */
  char** environment;         /* of all processes */
  UT_array* bins;             /* on all hosts */
  UT_array* stop_after;       /* struct cli_placed: names of processes */
  UT_array* some;             /* struct cli_lab_some; null: none */
  bool deadlock;              /* it is expected to end in one */
  UT_array* started;          /* by cli_lab_deploy: struct cli_lab_process* of each process */
};

struct cli_lab* cli_lab_read(const char* file);

/* For --help. */
#define CLI_LAB_HELP                                                                               \
  "  platform: {hosts: 5, latency: 5ms, bandwidth: 100Mbps}    # or lan.xml\n"                     \
  "  programs: {server: server.c, client: [client.c, common.c]}\n"                                 \
  "  processes:\n"                                                                                 \
  "    - {host: node-0, run: server 7000, restart: true, stop: 20s}\n"                             \
  "    - hosts: node-[1-4]\n"                                                                      \
  "      run: client node-0 7000 {i}\n"                                                            \
  "      start: 1s\n"                                                                              \
  "      stagger: 10ms\n"                                                                          \
  "      expect: {status: 0, before: 9s, stdout: {contains: ok}}\n"                                \
  "  faults: [{at: 10s, crash: node-0, for: 5s}]\n"                                                \
  "  stop: {at: 60s, after: client}\n"                                                             \
  "  seed: 3\n"                                                                                    \
  "\n"                                                                                             \
  "A platform also has topology, loss, jitter, speed and cores; a program sources, flags and "     \
  "libraries; "                                                                                    \
  "a process name, repeat, stdin, environment, user, root and bin; what is expected also after, "  \
  "stderr and files; of texts exact, same_as, contains, lacks and matches. The file also has "     \
  "description, expect (some, deadlock), environment, bin, root, user, cpu and cpu_threshold.\n"

/* Whether a word of the command line is a lab's name: by its ending. */
bool cli_is_lab(const char* word);

/* Compiles its programs, beside the output. */
void cli_lab_compile(struct cli_lab* lab, const char* output);

/* What it starts, on the hosts of the platform that has been loaded; installs its programs. */
struct cli_deployment cli_lab_deploy(struct cli_lab* lab);

/* The name of a process that it has deployed. */
const char* cli_lab_name_of(const struct cli_lab* lab, size_t process);

/* ---- parts of the file; for lab.c ---- */

void cli_lab_read_programs(void* lab, struct cli_yaml value);             /* lab_programs.c */
const char* cli_lab_program(const struct cli_lab* lab, const char* name); /* path; null: none */
void cli_lab_read_words(void* vector, struct cli_yaml value); /* char***: as a shell splits them */
void cli_lab_read_process(void* lab, struct cli_yaml value);  /* lab_process.c */
void cli_lab_read_environment(void* vector, struct cli_yaml value); /* char*** */
void cli_lab_read_bins(void* bins, struct cli_yaml value);          /* UT_array** */
void cli_lab_read_placed(void* texts, struct cli_yaml value);       /* UT_array**: one or more */
void cli_lab_read_faults(void* lab, struct cli_yaml value);         /* lab_faults.c */
void cli_lab_read_expect(void* lab, struct cli_yaml value);         /* lab_expect.c */
void cli_lab_read_range(const char* text, const char* where, unsigned long long* first,
                        unsigned long long* last);             /* "3" or "1-9" */
void cli_lab_read_input(void* process, struct cli_yaml value); /* lab_input.c */

#endif
