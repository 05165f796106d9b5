/* Backtraces of the programs that run: from a thread's registers to functions, files and lines,
 * with elfutils' libdw. Nothing is read before the first one is asked for; no real addresses are
 * written, so that every run writes the same. */
#ifndef STP_BACKTRACE_H
#define STP_BACKTRACE_H

#include <stdint.h>
#include <stdio.h>

struct stp_program;

/* Where a thread stands: its registers in DWARF's order for x86-64. */
enum { STP_RBX = 3, STP_RBP = 6, STP_RSP = 7, STP_R8 = 8, STP_RIP = 16, STP_REGISTERS = 17 };

struct stp_registers {
  uint64_t value[STP_REGISTERS]; /* rax, rdx, rcx, rbx, rsi, rdi, rbp, rsp, r8 to r15, rip */
};

/* Writes the calls that lead to `registers` to `stream`, innermost first, a line each; recursion is
 * cut. The stack may be in any state: what cannot be read ends the backtrace. The calls of the
 * runtime are left out, down to the mediated one that the program made. Needs about 100 KiB of
 * stack; stp_self must be null. */
void stp_backtrace(FILE* stream, const struct stp_registers* registers,
                   const struct stp_program* program);

#endif
