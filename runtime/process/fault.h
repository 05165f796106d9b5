/* A program's own handlers of faults (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP): called as Linux
 * does, with the registers of the fault in a ucontext_t that they may change, on the stack that
 * faulted or the alternate one. When they return, the instruction is tried again. */
#ifndef STP_FAULT_H
#define STP_FAULT_H

#include <signal.h>
#include <stdbool.h>
#include <ucontext.h>

/* In the real signal handler, for a fault of the calling thread's program: makes the thread go on
 * in the program's handler; false if it has none or blocks the signal. Where the handler's stack
 * has no room, this faults itself: stp_fault_delivering is then true. */
bool stp_fault_deliver(const siginfo_t* info, ucontext_t* context);
extern bool stp_fault_delivering;

#endif
