/* ucontext.h: libc's own, as far as registers and stacks go. The virtual mask of signals is kept
 * beside the kernel's, as setjmp.c does it; and a context whose function returns comes to us. */
#include <stdint.h>
#include <ucontext.h>

#include "calls/adapter.h"
#include "process/signals.h"

/* libc lets the kernel write the first word of the saved mask; the next two are ours. */
enum { MARK = 1, MASK = 2 };
static const uint64_t mark = 0x7374705f63747874; /* "stp_ctxt" */

static uint64_t* words_of(ucontext_t* context) { return (uint64_t*)&context->uc_sigmask; }

#define INTERNAL __attribute__((used, visibility("hidden")))

INTERNAL void stp_context_save(ucontext_t* context);
void stp_context_save(ucontext_t* context) {
  words_of(context)[MARK] = mark;
  words_of(context)[MASK] = stp_signal_blocked();
}

/* Where the function of a context returns to: glibc's __start_context, which cannot be named. */
static uintptr_t libc_end(void) {
  static uintptr_t end;
  if (end == 0) {
    static ucontext_t context;
    static uintptr_t stack[256];
    context.uc_stack = (stack_t){.ss_sp = stack, .ss_size = sizeof stack};
    makecontext(&context, (void (*)(void))stp_context_save, 0);
    end = *(uintptr_t*)context.uc_mcontext.gregs[REG_RSP];
  }
  return end;
}

INTERNAL void stp_context_ended(void);
INTERNAL void stp_context_restore(ucontext_t* context);
void stp_context_restore(ucontext_t* context) {
  uintptr_t* const top = (uintptr_t*)context->uc_mcontext.gregs[REG_RSP];
  if (*top == libc_end())
    *top = (uintptr_t)stp_context_ended;
  if (words_of(context)[MARK] != mark)
    return;
  stp_signal_block(words_of(context)[MASK]);
  stp_signals_handle();
}

INTERNAL void stp_context_swap(ucontext_t* old, ucontext_t* context);
void stp_context_swap(ucontext_t* old, ucontext_t* context) {
  stp_context_save(old);
  stp_context_restore(context);
}

/* Contexts are of the caller's frame, so libc's functions are jumped to. As in __start_context, RBX
 * points to where uc_link is kept; without one the process ends. */
#define OWN(name, function)                                                                        \
  ".globl simterpose_" #name "\n.hidden simterpose_" #name "\n"                                    \
  ".type simterpose_" #name ", @function\n"                                                        \
  "simterpose_" #name ":\n"                                                                        \
  "  pushq %rdi\n"                                                                                 \
  "  pushq %rsi\n"                                                                                 \
  "  subq $8, %rsp\n"                                                                              \
  "  call " function "\n"                                                                          \
  "  addq $8, %rsp\n"                                                                              \
  "  popq %rsi\n"                                                                                  \
  "  popq %rdi\n"                                                                                  \
  "  jmp *" #name "@GOTPCREL(%rip)\n"                                                              \
  ".size simterpose_" #name ", . - simterpose_" #name "\n"

__asm__(".text\n" OWN(getcontext, "stp_context_save") OWN(setcontext, "stp_context_restore")
            OWN(swapcontext, "stp_context_swap") //
        ".globl simterpose_makecontext\n"
        ".hidden simterpose_makecontext\n"
        ".type simterpose_makecontext, @function\n"
        "simterpose_makecontext:\n"
        "  jmp *makecontext@GOTPCREL(%rip)\n"
        ".size simterpose_makecontext, . - simterpose_makecontext\n"
        ".globl stp_context_ended\n"
        ".hidden stp_context_ended\n"
        ".type stp_context_ended, @function\n"
        "stp_context_ended:\n"
        "  movq %rbx, %rsp\n"
        "  movq (%rsp), %rdi\n"
        "  andq $-16, %rsp\n"
        "  testq %rdi, %rdi\n"
        "  je 1f\n"
        "  call simterpose_setcontext\n"
        "1: xorl %edi, %edi\n"
        "  call simterpose_exit\n"
        "  hlt\n"
        ".size stp_context_ended, . - stp_context_ended\n");
