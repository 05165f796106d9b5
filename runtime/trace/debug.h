/* What a debugger is told of a run: the contract with share/gdb. It reads the memory of the
 * simulator, which stands still, and needs no debugging information of it: the table below says
 * where everything is. It is the one symbol to look for, simterpose_debug, and outlives strip, as
 * do the three functions to set breakpoints on or to call. None of this costs anything in a run.
 *
 * A thread that waits has left its user stack by stp_stack_call or stp_stack_fork
 * (process/stack.S). The word below its kernel_sp, rounded down to 16, is the rbp of that frame: at
 * rbp - 40 lie r15, r14, r13, r12, rbx, rbp and the return address. One that was forked and has not
 * run yet has them at resume_sp. */
#ifndef STP_DEBUG_H
#define STP_DEBUG_H

#include <stdint.h>

struct stp_region;

enum { STP_DEBUG_VERSION = 1 }; /* a change of what names below mean increments it */

/* A part of a struct by its name, "stp_process.pid", or the struct itself (offset 0). */
struct stp_debug_field {
  const char* name;
  uint32_t offset, size;
};

/* Something to begin with: the address of a variable of the runtime. */
struct stp_debug_root {
  const char* name;
  const void* address;
};

struct stp_debug {
  uint32_t version;
  uint32_t field_count, root_count;
  uint32_t halt; /* why simterpose_debug_halted was called last: enum stp_debug_halt */
  const struct stp_debug_field* fields;
  const struct stp_debug_root* roots;
  double date; /* the virtual date, s */
};
extern struct stp_debug simterpose_debug;

enum stp_debug_halt {
  STP_DEBUG_UNTIL, /* the date has come that was asked for (stp_engine_halt_date) */
  STP_DEBUG_ABORT, /* the running process aborts: on its user stack */
  STP_DEBUG_STUCK, /* nothing can ever happen any more */
};

/* Called when the programs and libraries that are loaded have changed, and when the run halts for a
 * reason: they do nothing but be places for breakpoints. */
void simterpose_debug_loaded(void);
void simterpose_debug_halted(void);

/* To be called by a debugger, on the stack below the root "debug_stack": puts a member of a family
 * in place, so that its memory can be looked at. Before the run goes on, the member that was in
 * place has to be again. */
void simterpose_debug_place(struct stp_region* region);

/* Halts. Anywhere. */
void stp_debug_halt(enum stp_debug_halt reason);

/* Makes the table complete: once the hosts are known, before the run. */
void stp_debug_start(void);

#endif
