/* A run, from the command's options to its exit status. The interface between cli/ and the runtime.
 */
#ifndef STP_RUN_H
#define STP_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "time/work.h"
#include "trace/log.h"

struct stp_typed_input;

/* One process to start. Strings are borrowed until the run ends. */
struct stp_run_process {
  const char* host;
  const char* program;      /* real path */
  char* const* argv;        /* null-terminated; argv[0] included */
  char* const* environment; /* null-terminated "NAME=VALUE" added to the default one; may be null */
  double start, stop;       /* dates (s); stop < 0: none */
  int stop_signal;          /* sent at the stop date to it and what it has forked */
  double stop_grace;        /* SIGKILL follows after so many seconds */
  bool restart;             /* started again when its host, having lost power, is on again */
  bool awaited;             /* when all those have ended, the run is stopped */
  const struct stp_typed_input* input; /* file/typed_input.h: its standard input; null: empty */
  const char* user;                    /* "NAME" or "UID[:GID]" whose it is; null: root's */
  const char* base;  /* real path of the directory that its host starts from; may be null */
  const char* where; /* "FILE:LINE" or "command line": for messages */
};

/* How one has ended. */
struct stp_run_end {
  size_t index;          /* of its request */
  double started, ended; /* dates */
  int status;            /* as waitpid reports it */
  bool stopped;          /* by a stop date, the end of the run, or a power cut */
};

enum { STP_DEFAULT_SEED = 1 };

struct stp_run_fault;

struct stp_run_options {
  /* Called once all input has been found good, before anything is written or runs; may be null. */
  void (*ready)(void);
  const struct stp_run_process* processes;
  size_t process_count;
  const struct stp_run_fault* faults; /* faults.h */
  size_t fault_count;
  double stop;   /* end of the run (s); < 0: when all processes have ended */
  double until;  /* a debugger gets the run to look at at this date; < 0: none */
  uint64_t seed; /* of all randomness; another than the default permutes what Linux leaves open */
  enum stp_work_source work;
  double work_threshold;         /* s: stp_work_start */
  double machine_speed;          /* likewise */
  void (*progress)(double date); /* called each time the date has changed; may be null */
  /* Called each time one of `processes` has begun (again, if it restarts), with its label:
   * "server.2", and when it has ended. May be null. */
  void (*begun)(size_t index, const char* label);
  void (*ended)(const struct stp_run_end* end);
};

struct stp_run_result {
  double date; /* when the last process ended, or the stop date */
  size_t started, succeeded, failed, stopped;
  bool deadlock;
};

/* Loads a SimGrid platform file and makes the table of hosts (process/host.h). `output` is the
 * directory for the hosts' files: an absolute path, which need not exist before `ready` is called.
 * A bad platform ends the program (status 2). Call once, first. */
void stp_run_open(const char* platform, const char* output);

/* Finds what is wrong with the input as stp_run does, and runs nothing, then or later. */
void stp_run_check(const struct stp_run_options* options);

/* Runs it all. Errors of input (unknown host, bad program ...) end the program through stp_fatal
 * (status 2) before any process runs. May be called once. */
struct stp_run_result stp_run(const struct stp_run_options* options);

extern uint64_t stp_seed;

#endif
