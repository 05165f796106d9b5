/* Virtual processes: one run of one program on one host. */
#ifndef STP_PROCESS_H
#define STP_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "process/crash.h"
#include "process/heap.h"
#include "process/host.h"
#include "process/region.h"
#include "process/thread.h"
#include "sync/wait.h"

struct stp_deployed;
struct stp_exec;
struct stp_program;

/* The variables of libc that each process has for itself (the DATA rows). In the process's heap. */
struct stp_libc_variables {
  union {
    char **environ_, **__environ_, **_environ_; /* one variable, as in libc */
  };
  void *stdin_, *stdout_, *stderr_; /* FILE* */
  char* optarg_;
  int optind_, opterr_, optopt_;
  union {
    char *program_invocation_name_, *__progname_full_;
  };
  union {
    char *program_invocation_short_name_, *__progname_;
  };
  unsigned long re_syntax_options_; /* reg_syntax_t */
  long timezone_;
  int daylight_;
  char* tzname_[2];
};

struct stp_process {
  int pid;
  unsigned number; /* of all in the run, in the order in which they were made: for debuggers */
  /* The tree (process/tree.h). Null parent: the host's process 1 has adopted it, or it was
   * deployed. A zombie has ended (`ending` is set, threads, memory and descriptors are gone) and
   * waits to be reaped by its parent; until then it stays in `children` of the parent and
   * `processes` of the host. */
  struct stp_process *parent, *children, *prev_sibling, *next_sibling;
  bool zombie;
  int stop_signal;             /* by which it has been stopped; 0: it runs */
  bool stop_told, resumed;     /* of that, and of going on, its parent has (not yet) been told */
  struct stp_waitq child_news; /* where its threads wait for children (process/children.h) */
  struct stp_usage {
    double cpu_time;           /* s */
    long resident;             /* KiB, the most that one of them has used */
  } children_usage;            /* of children waited for, theirs included */
  struct stp_deployed* origin; /* deployed.c: the deployment that it or its ancestor came of */
  bool deployed; /* started by the deployment: its status counts in the result of the run */
  bool stopped;  /* asked to end by the deployment or the run, or its host has lost power */
  struct stp_host* host;
  struct stp_program* program;
  struct stp_region region;
  char* main_stack_top;
  struct stp_heap* heap;
  struct stp_libc_variables* libc;
  char* vfork_frame; /* process/fork.h; null: not made by vfork, or a program of its own by now */
  int argc;
  char** argv;           /* in the region, like the strings */
  char* arguments;       /* the strings of argv as laid out at the start, one after the other */
  size_t arguments_size; /* bytes */
  struct stp_thread* threads; /* oldest first */
  int thread_count;
  bool ending; /* all threads are being ended */
  int status;  /* as waitpid reports it, once ended */
  double start_date;
  double cpu_time;   /* of all its threads so far, those that have ended included; s */
  long resident;     /* KiB of heap in use when it ended of its own accord */
  char* name;        /* of the program that it was started as, last component */
  const char* label; /* "redis-server.2": name and pid, for files and messages */
  char* executable;  /* what it has executed, as its host knows it; null: program->path */
  struct stp_exec* replacement; /* by which its last thread replaces it; null: none (exec.c) */

  /* What the models keep for it; made by their stp_process_hooks. */
  struct stp_fdtable* fds;     /* file/fdtable.h */
  struct stp_paths* paths;     /* file/: working directory, umask */
  struct stp_stdio* stdio;     /* file/: open FILEs */
  struct stp_maps* maps;       /* file/maps.h: what it has mapped */
  struct stp_sync* sync;       /* sync/threads.h: keys */
  struct stp_exits* exits;     /* process/exits.h: atexit */
  struct stp_random* random;   /* process/random.h */
  struct stp_late_image* late; /* process/late.h: libraries loaded at run time */
  struct stp_late_global* late_globals;
  struct stp_library_state* libraries; /* process/libraries.h: what it has written to */
  struct stp_hidden* hidden;           /* process/hidden.h: strtok, localtime, inet_ntoa ... */
  struct stp_signals* signals;         /* process/signals.h; null: all defaults */
  struct stp_identity* identity;       /* process/identity.h */
  struct stp_ipc* ipc;                 /* ipc/; null until first used */
  struct stp_converter* converters;    /* process/converters.h: iconv */
  struct stp_alarm* alarm;             /* time/alarm.h; null: never set */
  struct stp_cpu_deadline* cpu_limit;  /* time/cpu_limit.c; null: it has none */
  struct stp_timers* timers;           /* time/timers.h; null: never made one */
  struct stp_strace_sink* strace;      /* trace/strace.c; null: it is not traced */

  struct stp_process *prev_on_host, *next_on_host, *prev, *next;
};

/* A model's share in the life of a process. All in the table of run.c, called in its order (end:
 * reversed). `start` runs before the program's first instruction, `end` when no thread is left;
 * both outside virtual threads (stp_self is null). */
struct stp_process_hooks {
  void (*start)(struct stp_process* process);
  void (*end)(struct stp_process* process);
  /* A process forked: gives `child`, whose struct is zeroed and whose memory is a copy of the
   * parent's, what the model keeps outside regions. In the parent's thread, on its kernel stack,
   * the parent's memory in place; to write to the child's: stp_region_alias(&child->region,
   * address). Null: nothing to copy. */
  void (*fork)(struct stp_process* child, struct stp_process* parent);
  /* `process` has replaced its program: its memory is new, what lay in the old one is gone and must
   * not be touched; what lies outside regions is kept or reset as execve(2) says. Outside virtual
   * threads. Null: nothing to do. */
  void (*exec)(struct stp_process* process);
  /* A child that posix_spawn makes gets this share by fork and exec, neither of which touches
   * memory of regions; the others by start. */
  bool spawned;
};
extern const struct stp_process_hooks* const
    stp_process_hooks[]; /* ends with null; defined in run.c */

/* The first function of every process, on its user stack: initialisers, main, exit. In run.c. */
void stp_process_entry(void* process);

/* Starts `program` on `host` now. argv (null-terminated) and envp are copied. Maestro or before the
 * run. Returns null and warns if there is no memory for it. */
struct stp_process* stp_process_start(struct stp_program* program, struct stp_host* host,
                                      char* const* argv, char* const* envp);

/* A struct for a child of the calling process, with a pid; and what frees one. In the lists of its
 * host and of the run. For spawn.c. */
struct stp_process* stp_process_child(void);
void stp_process_discard(struct stp_process* process);
void stp_process_enlist(struct stp_process* process);

/* Gives a process new memory with its program, the arguments and the environment. False: there is
 * none. And its names. For exec.c and spawn.c. */
bool stp_process_place(struct stp_process* process, char* const* argv, char* const* envp);
void stp_process_name(struct stp_process* process, const char* name);

/* Makes what the memory of `to` is known by (heap, arguments, lists that lie in it ...) the same as
 * in `from`: the bytes are, or will be, at the same addresses in both. */
void stp_process_take_memory(struct stp_process* to, const struct stp_process* from);

/* A copy of the calling process, its youngest child, with a copy of the calling thread
 * (stp_thread_fork). Null: no memory. On the kernel stack; for fork.c. */
struct stp_process* stp_process_fork(void);

/* Ends the calling process at once with a status as waitpid reports it (exit code << 8, or a
 * signal). No handlers. */
_Noreturn void stp_process_end(int status);

/* Ends any process from anywhere: its threads never run again. Returns at once unless it is the
 * caller's own. */
void stp_process_kill(struct stp_process* process, int status);

/* The running process. */
#define stp_me (stp_self->process)

/* The deferred last act, when the last thread has left: hooks, memory, tally. Maestro; for
 * thread.c. */
void stp_process_finish(void* process);

/* Forgets a process that has ended and that nobody waits for: frees its struct. For tree.c. */
void stp_process_forget(struct stp_process* process);

extern struct stp_process* stp_processes; /* running ones, oldest first */

/* How the run went: processes started, stopped on purpose, ended with status 0, ended otherwise. */
struct stp_process_tally {
  size_t started, stopped, succeeded, failed;
};
extern struct stp_process_tally stp_process_tally;
extern double stp_process_last_end; /* the date at which a process last ended */

/* Told when one that was deployed has ended. Maestro; null: nobody. Set by deployed.c. */
extern void (*stp_process_deployed_ended)(const struct stp_process* process);

/* How a status reads: "exited with 1", "killed by SIGSEGV (Segmentation fault)". Static buffer. */
const char* stp_status_text(int status);

/* The same of a process that is over. If it was asked to end (`stopped`): "stopped by SIGKILL",
 * "stopped, exited with 0". Static buffer. */
const char* stp_end_text(int status, bool stopped);

/* Memory for the runtime itself, never of a region: like malloc, but ends the program when there is
 * none. */
void* stp_alloc(size_t size); /* zeroed */
char* stp_strdup(const char* string);
void stp_free(void* block);

#endif
