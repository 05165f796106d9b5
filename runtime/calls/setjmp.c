/* setjmp.h, as far as signals are concerned: sigsetjmp keeps the virtual mask, and a jump restores
 * it and lets go of what the calls held that a signal handler jumps out of.
 *
 * The jump is not libc's own, which first does what libc's calls have noted on the stack to be done
 * when they are left (unlocking a stream): of all processes, as they are one thread to it. */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>

#include "calls/adapter.h"
#include "calls/unwind.h"
#include "file/fdtable.h"
#include "process/signals.h"
#include "process/stack.h"

/* libc lets the kernel write the first word of the saved mask; the next two are ours. */
enum { MARK = 1, MASK = 2 };
static const uint64_t mark = 0x7374705f6a6d7062; /* "stp_jmpb" */

static uint64_t* words_of(struct __jmp_buf_tag* buffer) { return (uint64_t*)&buffer->__saved_mask; }

__attribute__((used, visibility("hidden"))) void stp_jump_save(struct __jmp_buf_tag* buffer);
void stp_jump_save(struct __jmp_buf_tag* buffer) {
  words_of(buffer)[MARK] = mark;
  words_of(buffer)[MASK] = stp_signal_blocked();
}

/* A function that returns twice cannot be called by another: it is jumped to. A buffer whose mask
 * is not asked for may have no room for one (pthread_cleanup_push). */
__asm__(".text\n"
        ".globl simterpose___sigsetjmp\n"
        ".hidden simterpose___sigsetjmp\n"
        ".type simterpose___sigsetjmp, @function\n"
        "simterpose___sigsetjmp:\n"
        "  testl %esi, %esi\n"
        "  je 1f\n"
        "  pushq %rdi\n"
        "  pushq %rsi\n"
        "  subq $8, %rsp\n"
        "  call stp_jump_save\n"
        "  addq $8, %rsp\n"
        "  popq %rsi\n"
        "  popq %rdi\n"
        "1: jmp *__sigsetjmp@GOTPCREL(%rip)\n"
        ".size simterpose___sigsetjmp, . - simterpose___sigsetjmp\n");

/* What glibc's setjmp has kept, mangled where PTR_MANGLE does: rbx, rbp, r12 to r15, rsp, rip. */
__asm__(".text\n"
        ".globl stp_jump\n"
        ".hidden stp_jump\n"
        ".type stp_jump, @function\n"
        "stp_jump:\n"
        "  movq 8(%rdi), %rbp\n"
        "  movq 48(%rdi), %rcx\n"
        "  movq 56(%rdi), %rdx\n"
        "  rorq $17, %rbp\n"
        "  rorq $17, %rcx\n"
        "  rorq $17, %rdx\n"
        "  xorq %fs:0x30, %rbp\n"
        "  xorq %fs:0x30, %rcx\n"
        "  xorq %fs:0x30, %rdx\n"
        "  movq (%rdi), %rbx\n"
        "  movq 16(%rdi), %r12\n"
        "  movq 24(%rdi), %r13\n"
        "  movq 32(%rdi), %r14\n"
        "  movq 40(%rdi), %r15\n"
        "  movl %esi, %eax\n"
        "  movq %rcx, %rsp\n"
        "  jmpq *%rdx\n"
        ".size stp_jump, . - stp_jump\n");

/* The stack pointer that a jump restores, which glibc mangles (PTR_DEMANGLE of sysdep.h). */
static const void* stack_of(const struct __jmp_buf_tag* buffer) {
  enum { RSP = 6 }; /* JB_RSP */
  uintptr_t sp = (uintptr_t)buffer->__jmpbuf[RSP];
  __asm__("rorq $17, %0\n\txorq %%fs:0x30, %0" : "+r"(sp));
  return (const void*)sp;
}

void simterpose_longjmp(struct __jmp_buf_tag buffer[1], int value) {
  if (buffer->__mask_was_saved && words_of(buffer)[MARK] == mark) {
    stp_signal_block(words_of(buffer)[MASK]);
    stp_signals_handle();
  }
  stp_fd_release_below(stack_of(buffer));
  stp_stack_abandon(__builtin_frame_address(0), stack_of(buffer));
  if (buffer->__mask_was_saved)
    sigprocmask(SIG_SETMASK, &buffer->__saved_mask, NULL);
  stp_jump(buffer, value != 0 ? value : 1);
}
