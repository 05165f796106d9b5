/* Virtual threads, the one that runs, and the only way to block: park.
 *
 * A thread has a user stack in its process's region, where the program's code and the adapters run,
 * and its actor's small stack (the kernel stack), where it waits and ends. Code runs on the user
 * stack unless a comment says otherwise. */
#ifndef STP_THREAD_H
#define STP_THREAD_H

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "engine/engine.h"
#include "process/cores.h"
#include "process/pending.h"

struct stp_process;
struct stp_waits;

/* What a signal handler that has run does to a call that waits (signal(7)). RESTARTED: the wait
 * goes on if the handler was installed with SA_RESTART, else the call fails with EINTR.
 * INTERRUPTED: EINTR in any case. UNINTERRUPTED: the wait goes on in any case. */
enum stp_interruption { STP_RESTARTED, STP_INTERRUPTED, STP_UNINTERRUPTED };

#define STP_NO_AIM (-1.0)

enum { STP_DEFAULT_STACK = 8 << 20 }; /* bytes of a thread's stack */

struct stp_thread {
  struct stp_process* process;
  int tid;          /* the main thread's is the process's pid */
  unsigned number;  /* of all in the run, in the order in which they were made: for debuggers */
  const char* call; /* the mediated call it is in ("simterpose_recv"): for reports */
  struct stp_actor* actor;
  void* user_stack; /* lowest address, null for the main thread's; size below, guard included */
  size_t user_stack_size;
  unsigned memcheck_stack; /* process/memcheck.h */
  char* tls;               /* its block of the program's thread-locals, in the region */
  char* library_locals;    /* process/libraries.h: while another runs; null: never interrupted */
  void (*start)(void*);    /* first function on the user stack; must not return */
  void* start_argument;
  void* resume_sp;            /* of a forked thread: where to go on instead, on the copied stack */
  void* kernel_sp;            /* where to return to on the kernel stack to end */
  bool ending;                /* never returns to the user stack */
  bool timed_out;             /* why the last park ended */
  bool aims;                  /* the park under way lasts until aim.date */
  struct stp_timer* deadline; /* of the park under way, or null */
  struct stp_thread_aim {     /* time/aim.c: parks with the deadline ... */
    double asked, date;       /* ... `asked`, which the call began with, last until `date`, ... */
    clockid_t clock;          /* ... when this clock ... */
    struct timespec shown;    /* ... shows that; STP_NO_AIM: none do */
  } aim;
  struct stp_stint stint; /* process/cores.c */
  double work_mark;   /* time/work.c: the real CPU clock when work was last taken into account, s */
  double owed;        /* time/work.c: work (s) that began at owed_date and is too little ... */
  double owed_date;   /* ... for the cores of its host */
  double cpu_time;    /* of its work so far, without what is owed or under way on cores; s */
  int saved_errno;    /* kept while another thread runs */
  int host_error;     /* its h_errno */
  void* saved_cxa[2]; /* __cxa_get_globals(): C++ exceptions in flight */
  unsigned saved_mxcsr;
  unsigned short saved_x87;
  stp_sigset blocked;         /* process/signals.h; inherited from the creator */
  stp_sigset awaited;         /* those it waits for in sigwait, blocked or not */
  struct stp_pending pending; /* signals sent to this thread */
  bool signalled;             /* there may be one for it to handle, of its own or the process's */
  bool parked;                /* in stp_park: a signal wakes it */
  stack_t alternate;          /* sigaltstack; ss_size 0: none */
  enum stp_interruption interruption; /* of the call it is in */
  struct stp_held {                   /* file/fdtable.c: the holds of calls under way, ... */
    void* frame;                      /* ... where they lie on its stack */
    struct stp_file* file;
    int fd;
  } held[4];
  unsigned held_count;
  int policy, priority; /* sync/scheduling.h; inherited, like ... */
  cpu_set_t* affinity;  /* ... these; null: all cores */
  /* Cancellation, as pthread_cancel(3) has it. */
  bool cancelled;          /* it has been asked to end, */
  bool cancel_disabled;    /* but not while this is set; */
  bool cancel_anywhere;    /* its type: asynchronous */
  bool cancel_point;       /* the call it is in is a cancellation point */
  bool cancel_now;         /* ... and has been interrupted for that */
  char name[16];           /* PR_SET_NAME; inherited from the creator */
  void* sync;              /* sync/: keys, join state, cancellation */
  uint64_t holder;         /* sync/robust.c: how locks call it; 0: not at all yet */
  void* gift;              /* sync/word.c: given to it, and it has not run since; or null */
  struct stp_waits* waits; /* sync/wait.c: its places in queues; null until it first waits */
  double spin_date;        /* time/spin.c: since when, and how often, it has asked ... */
  unsigned spins;          /* ... without waiting */
  double fork_date;        /* likewise: since when, and how often, it has forked */
  unsigned forks;
  double poll_date;   /* time/loop.c: since when, and how often, it has polled ... */
  unsigned polls;     /* ... without waiting otherwise */
  bool polling;       /* it waits in a poll */
  struct stp_traced { /* trace/strace.c: the call shown that it is in */
    void* frame;
    const struct stp_strace_row* row; /* null: none */
    uint64_t line;
    double date;
    bool late; /* some arguments are shown when it ends */
  } traced;
  struct stp_thread *prev, *next; /* in the process */
};

/* The virtual thread that runs is stp_self (engine.h): null in maestro and inside the engine. Set
 * by thread.c only. */

/* The date of the engine when it began or resumed to run, and so now: none passes meanwhile. */
extern double stp_thread_date;

/* What a thread does before it parks, and where a call begins that others may notice: time/work.c
 * accounts its work here. May block. Null: nothing. */
extern void (*stp_thread_settle)(void);

/* Opens every adapter that may block or be reported: remembers the call's name and what signals do
 * to it, and, when the adapter's scope ends, lets handlers run that could not run before. */
#define STP_CALL() STP_CALL_OF(STP_RESTARTED)
#define STP_CALL_INTERRUPTED() STP_CALL_OF(STP_INTERRUPTED)
#define STP_CALL_UNINTERRUPTED() STP_CALL_OF(STP_UNINTERRUPTED)
#define STP_CALL_OF(kind)                                                                          \
  const char stp_call_ __attribute__((cleanup(stp_call_end), unused)) =                            \
      stp_call_begin(__func__, kind)

static inline char stp_call_begin(const char* name, enum stp_interruption interruption) {
  if (stp_thread_settle != NULL)
    stp_thread_settle();
  stp_self->call = name;
  stp_self->aim.asked = STP_NO_AIM;
  stp_self->interruption = interruption;
  stp_self->cancel_point = false;
  return 0;
}

void stp_call_signalled(void); /* signals.h: stp_signals_handle */

/* The calling thread has been cancelled, and a call ends, or begins that is a cancellation point:
 * ends the thread, if that is to happen here. In calls/pthread_cancel.c. */
void stp_call_cancelled(bool begins);

static inline void stp_call_end(const char* unused) {
  (void)unused;
  if (__builtin_expect(stp_self->signalled, false))
    stp_call_signalled();
  if (__builtin_expect(stp_self->cancelled, false))
    stp_call_cancelled(false);
}

/* Follows STP_CALL in those adapters that are cancellation points (pthreads(7)): a thread that has
 * been cancelled ends here, or later in the call where it would have to wait. */
#define STP_CANCELLATION_POINT() stp_call_is_point()

static inline void stp_call_is_point(void) {
  stp_self->cancel_point = true;
  if (__builtin_expect(stp_self->cancelled, false))
    stp_call_cancelled(true);
}

/* Whether the calling thread is to end rather than to wait: stp_park returns -EINTR, which must be
 * handed on. */
static inline bool stp_cancel_due(void) {
  return __builtin_expect(stp_self->cancelled, false) && stp_self->cancel_point &&
         !stp_self->cancel_disabled;
}

/* The call's result is -EINTR (it has done nothing) for that reason: the thread ends when the call
 * does. */
static inline void stp_cancel_note(long result) {
  if (__builtin_expect(result == -EINTR, false) && stp_cancel_due())
    stp_self->cancel_now = true;
}

/* Creates a thread of `process` that will run start(argument) on a user stack of `stack_size` bytes
 * (0: STP_DEFAULT_STACK, reserved); it becomes runnable when the caller next parks. start must end
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
 * park is not lost. Never returns if the process ends meanwhile.
 * -EINTR: there is a signal to handle, at once if it is there already, or the thread is to end
 * (stp_cancel_due) and the error must be handed on. The handler has not run:
 * who hands -EINTR on to the adapter leaves it to the end of the call; who goes on waiting must
 * call stp_signals_handle first, or it would get -EINTR again at once. stp_wait does all that. */
int stp_park(double deadline);

/* Told that a thread stops running, for now or for good: time/loop.c. Null: nobody waits for that.
 */
extern void (*stp_thread_paused)(struct stp_thread* thread);

/* What is done each time a thread has begun or resumed to run: time/work.c measures from here on.
 * Null: nothing. */
extern void (*stp_thread_resumed)(void);

/* `aim` of a thread has been changed: a park that lasts until then lasts until its date now.
 * Anywhere. */
void stp_thread_aimed_anew(struct stp_thread* thread);

/* The frame of every wait, on the calling thread's kernel stack: calls wait(self), in which it may
 * suspend its actor, while the kernel thread is others'. Never returns if the thread is to end. */
void stp_thread_block(void (*wait)(struct stp_thread*));

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
