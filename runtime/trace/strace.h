/* --strace: a line for each mediated call, as strace writes it.
 *
 *   [node-0 redis-server.3 1.002000] connect(5, {sa_family=AF_INET, ...}, 16) = 0 <0.010000>
 *
 * the host, the process (and, of a thread other than the first, "/TID"), the virtual date at which
 * the call began, what it was, and how long it took. What is traced is told by stp_strace_start;
 * slots are then filled with stubs (strace_entry.S) that lead here and to the adapters. When
 * nothing is traced, nothing of this is ever called. */
#ifndef STP_STRACE_H
#define STP_STRACE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct stp_process;
struct stp_strace_row;
struct stp_thread;

/* Whether anything is. For code that would tell something: */
extern bool stp_strace_on;

/* From now on, calls that `filter` chooses are traced (null or "": the default); an error of the
 * filter ends the program (stp_fatal). `file`: one for all processes, "-" for the standard error;
 * null: each process has its own, LABEL.strace in its host's directory. Before programs are loaded.
 */
void stp_strace_start(const char* filter, const char* file);

/* Writes what has been gathered; at the end of the run also lines of calls that never ended.
 * Anywhere. */
void stp_strace_flush(bool end);

/* The stub to fill a slot with in place of `adapter`, which it then leads to; `guard` is where it
 * goes outside virtual threads. Null: the call is not traced. For calls/table.c. */
void* stp_strace_stub(const char* name, const void* adapter, const void* guard);

/* ---- a call ---- */

/* What a stub keeps on the stack of its caller, and how strace.c knows it. */
struct stp_strace_frame {
  uintptr_t arguments[6];
  uintptr_t variadic;
  const struct stp_strace_row* stub; /* whose adapter is called */
  uintptr_t result, result_2;
  double result_double;
  uint64_t number; /* of the line that it has begun; 0: it is not shown */
  double date;
  int tid;            /* who called: a fork's child has a copy of the frame */
  short shown, error; /* arguments so far; errno before, of calls that may leave it */
  void* outer;        /* the frame around it, when a handler makes calls; and its row */
  const struct stp_strace_row* outer_row;
  const struct stp_strace_row* row; /* what is shown: of syscall(), the system call, ... */
  long first;                       /* ... whose arguments begin here */
  char floating[128];               /* xmm0 to xmm7 */
};

/* How many words of the caller's stack the callee gets; and the end of the call. errno is kept. For
 * the stubs. */
long stp_strace_enter(struct stp_strace_frame* frame);
void stp_strace_leave(struct stp_strace_frame* frame);

/* The stack pointer of the program at its call: of an adapter whose own, on entry, was `sp`. */
char* stp_strace_caller(char* sp);

/* A call that the runtime makes on behalf of the calling thread without an adapter, as stdio does:
 * shown like others. The result is -errno or a number. Only if stp_strace_on. */
void stp_strace_begin(struct stp_strace_frame* frame, const char* name,
                      const uintptr_t arguments[6]);
void stp_strace_end(struct stp_strace_frame* frame, long result);

/* Evaluates `call`, whose value is that of the system call `name` with these arguments. */
#define STP_STRACE(name, call, ...)                                                                \
  ({                                                                                               \
    struct stp_strace_frame stp_frame_;                                                            \
    if (__builtin_expect(stp_strace_on, false))                                                    \
      stp_strace_begin(&stp_frame_, name, (const uintptr_t[6]){__VA_ARGS__});                      \
    const __typeof__(call) stp_value_ = (call);                                                    \
    if (__builtin_expect(stp_strace_on, false))                                                    \
      stp_strace_end(&stp_frame_, stp_value_);                                                     \
    stp_value_;                                                                                    \
  })

/* ---- what else is shown ---- */

/* "--- SIGCHLD {...} ---": a signal comes to a process. Anywhere; only if stp_strace_on. */
void stp_strace_signal(const struct stp_process* process, const siginfo_t* info);

/* The calling process ends by exit(code); and a thread has left its stack for good. Only if
 * stp_strace_on. */
void stp_strace_exit(int code);
void stp_strace_thread_end(struct stp_thread* thread);

extern const struct stp_process_hooks stp_strace_hooks;

#endif
