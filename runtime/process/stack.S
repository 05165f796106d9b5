/* Changing stacks. A thread's actor enters the user stack once, at start, and leaves it once, at the
 * end; in between the user stack calls functions on the kernel stack, below where it was entered.
 * System V ABI, x86-64: rbx, rbp, r12-r15 belong to the caller. */

        .text

/* The frame of a function that keeps these registers; .Lrestore, below, returns from it. */
        .macro  frame
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
        .endm

        .macro  keep_registers
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        .endm

/* First on the kernel stack: where the user stack was left (trace/debug.h). */
        .macro  left_user_stack
        andq    $-16, %rsp
        pushq   %rbp
        pushq   %rbp
        .endm

/* void stp_stack_enter(void** kernel_sp, void* user_top, void (*function)(void*), void* argument)
 * Calls function(argument) on the user stack, remembering in *kernel_sp how to come back. */
        .globl  stp_stack_enter
        .hidden stp_stack_enter
        .type   stp_stack_enter, @function
stp_stack_enter:
        .cfi_startproc
        frame
        keep_registers
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        movq    %rcx, %rdi
        .cfi_undefined %rip     /* a debugger's backtrace ends where the program starts */
        xorl    %ebp, %ebp
        call    *%rdx
        ud2
        .cfi_endproc
        .size   stp_stack_enter, . - stp_stack_enter

/* void stp_stack_leave(void* kernel_sp): returns from stp_stack_enter; from either stack. */
        .globl  stp_stack_leave
        .hidden stp_stack_leave
        .type   stp_stack_leave, @function
stp_stack_leave:
        movq    %rdi, %rsp
        jmp     .Lrestore
        .size   stp_stack_leave, . - stp_stack_leave

/* void stp_stack_call(void* kernel_sp, void (*function)(void*), void* argument)
 * Calls function(argument) on the kernel stack and comes back. */
        .globl  stp_stack_call
        .hidden stp_stack_call
        .type   stp_stack_call, @function
stp_stack_call:
        .cfi_startproc
        frame
        keep_registers          /* for debuggers: they are the callee's to restore */
        movq    %rdi, %rsp
        left_user_stack
        movq    %rdx, %rdi
        call    *%rsi
        movq    %rbp, %rsp
        popq    %rbp
        .cfi_def_cfa %rsp, 8
        ret
        .cfi_endproc
        .size   stp_stack_call, . - stp_stack_call

/* int stp_stack_fork(void** user_sp, void* kernel_sp, void (*function)(void*), void* argument)
 * Calls function(argument) on the kernel stack, with *user_sp set to where a copy of the user stack
 * made meanwhile can be resumed. Returns 0; in the copy, when resumed, 1. */
        .globl  stp_stack_fork
        .hidden stp_stack_fork
        .type   stp_stack_fork, @function
stp_stack_fork:
        .cfi_startproc
        frame
        keep_registers
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        left_user_stack
        movq    %rcx, %rdi
        call    *%rdx
        leaq    -40(%rbp), %rsp
        xorl    %eax, %eax
.Lrestore:
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        .cfi_def_cfa %rsp, 8
        ret
        .cfi_endproc
        .size   stp_stack_fork, . - stp_stack_fork

/* void stp_stack_resume(void** kernel_sp, void* user_sp)
 * Returns from stp_stack_fork on a copy of the user stack, remembering in *kernel_sp how to come
 * back here: by stp_stack_leave, as to stp_stack_enter. */
        .globl  stp_stack_resume
        .hidden stp_stack_resume
        .type   stp_stack_resume, @function
stp_stack_resume:
        .cfi_startproc
        frame
        keep_registers
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        movl    $1, %eax
        jmp     .Lrestore
        .cfi_endproc
        .size   stp_stack_resume, . - stp_stack_resume

        .section .note.GNU-stack, "", @progbits
