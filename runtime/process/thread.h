/* Virtual threads, the one that runs, and the only way to block: park.
 *
 * A thread has a user stack in its process's region, where the program's code and the adapters run,
 * and its actor's small stack (the kernel stack), where it waits and ends. Code runs on the user
 * stack unless a comment says otherwise. */
#ifndef STP_THREAD_H
#define STP_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"

struct stp_process;
struct stp_waits;

struct stp_thread {
  struct stp_process* process;
  int tid;          /* the main thread's is the process's pid */
  const char* call; /* the mediated call it is in ("simterpose_recv"): for reports */
  struct stp_actor* actor;
  void* user_stack; /* lowest address, null for the main thread's; size below, guard included */
  size_t user_stack_size;
  char* tls;            /* its block of the program's thread-locals, in the region */
  void (*start)(void*); /* first function on the user stack; must not return */
  void* start_argument;
  void* resume_sp;            /* of a forked thread: where to go on instead, on the copied stack */
  void* kernel_sp;            /* where to return to on the kernel stack to end */
  bool ending;                /* never returns to the user stack */
  bool timed_out;             /* why the last park ended */
  struct stp_timer* deadline; /* of the park under way, or null */
  double flops;               /* to execute */
  double work_mark;   /* time/work.c: the real CPU clock when work was last taken into account,
                         seconds */
  double cpu_time;    /* time/work.c: work accounted so far, seconds */
  int saved_errno;    /* kept while another thread runs */
  void* saved_cxa[2]; /* __cxa_get_globals(): C++ exceptions in flight */
  unsigned saved_mxcsr;
  unsigned short saved_x87;
  uint64_t blocked, pending;      /* process/signals.h; `blocked` is inherited from the creator */
  bool suspended;                 /* waits for a signal handler to be called */
  char name[16];                  /* PR_SET_NAME; inherited from the creator */
  void* sync;                     /* sync/: keys, join state, cancellation */
  struct stp_waits* waits;        /* sync/wait.c: its places in queues; null until it first waits */
  double spin_date;               /* time/spin.c: since when, and how often, it has asked ... */
  unsigned spins;                 /* ... without waiting */
  struct stp_thread *prev, *next; /* in the process */
};

/* The virtual thread that runs is stp_self (engine.h): null in maestro and inside the engine. Set
 * by thread.c only. */

/* Opens every adapter that may block or be reported: remembers the call's name. */
#define STP_CALL() (stp_self->call = __func__)

/* Creates a thread of `process` that will run start(argument) on a user stack of `stack_size` bytes
 * (0: the default, 8 MiB reserved); it becomes runnable when the caller next parks. start must end
 * with stp_thread_end. Null: no memory. */
struct stp_thread* stp_thread_create(struct stp_process* process, void (*start)(void*),
                                     void* argument, size_t stack_size);

/* Ends the calling thread, and with the last one the process (status 0). Its struct is freed. */
_Noreturn void stp_thread_end(void);

/* Makes a thread, the caller's or another, never run on its user stack again. Anywhere; the caller
 * itself goes on until it leaves by stp_thread_leave. process.c ends processes with these. */
void stp_thread_doom(struct stp_thread* thread);
_Noreturn void stp_thread_leave(void);

/* Starts the first thread of a process, on the region's main stack. Maestro. */
void stp_thread_start_main(struct stp_process* process, void (*start)(void*));

/* Gives `child`, whose memory is a copy of the calling process's, its one thread: a copy of the
 * calling one that goes on where stp_stack_fork left off. On the kernel stack. */
void stp_thread_fork(struct stp_process* child);

/* Blocks the calling thread until stp_thread_unpark, or until the date `deadline` (INFINITY: none).
 * Returns 0 or -ETIMEDOUT (at once if the deadline has passed). An unpark that came since the last
 * park is not lost. Never returns if the process ends meanwhile. Callers hand on other errors: with
 * signals, -EINTR will be one. */
int stp_park(double deadline);

/* What a thread does before it parks: time/work.c accounts its work here. Null: nothing. */
extern void (*stp_thread_settle)(void);

/* What is done each time a thread has begun or resumed to run: time/work.c measures from here on.
 * Null: nothing. */
extern void (*stp_thread_resumed)(void);

/* Runs `flops` of work on the thread's host; blocks until done. */
void stp_thread_execute(double flops);

/* Makes a parked thread runnable at the current date. Anywhere. */
void stp_thread_unpark(struct stp_thread* thread);

/* Lets every other thread that can run at this date run first. */
void stp_thread_yield(void);

/* Calls function(argument) on the calling thread's kernel stack. */
void stp_on_kernel_stack(void (*function)(void*), void* argument);

/* Calls function(argument) in maestro (on its large stack, outside all virtual threads), now;
 * returns when it has been called. For what must not run on a small stack or on behalf of a
 * process: loading a program. `argument` must not lie in a region. */
void stp_in_maestro(void (*function)(void*), void* argument);

#endif
