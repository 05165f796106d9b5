/* stp_traced_NAME for each row of strace.def: what a slot is filled with in place of the adapter.
 * An ordinary frame, so that exceptions and forced unwinding go through it, and a fork's child
 * returns through its copy of it. Outside virtual threads: the real function. */

/* struct stp_strace_frame (strace.h), below the saved rbp */
#define FRAME     272
#define RAX       48
#define STUB      56
#define RESULT    64
#define RESULT_2  72
#define RESULT_SD 80
#define XMM       (FRAME - 128)

/* struct stp_strace_row (strace_rows.h) */
#define ROW_ADAPTER 0
#define ROW_GUARD   8

        .text

#define TRACED(name, ...)                                               \
        .globl  stp_traced_##name                                     ; \
        .hidden stp_traced_##name                                     ; \
        .type   stp_traced_##name, @function                          ; \
stp_traced_##name:                                                    ; \
        leaq    stp_strace_row_##name(%rip), %r11                     ; \
        jmp     trace                                                 ; \
        .size   stp_traced_##name, . - stp_traced_##name              ;
#define UNTRACED(...)

#include "trace/strace.def"

/* ... and for refused calls. */
#undef TRACED
#define DEFINE_FULL(name)
#define DEFINE_PARTIAL(name)
#define DEFINE_REFUSED(name)                                            \
        .globl  stp_traced_##name                                     ; \
        .hidden stp_traced_##name                                     ; \
        .type   stp_traced_##name, @function                          ; \
stp_traced_##name:                                                    ; \
        leaq    stp_strace_row_##name(%rip), %r11                     ; \
        jmp     trace                                                 ; \
        .size   stp_traced_##name, . - stp_traced_##name              ;
#define CALL(name, file, support, remark) DEFINE_##support(name)
#define ALIAS(symbol, name, ...)
#define DATA(name, support, remark)
#include "simterpose/calls.def"

        .type   trace, @function
trace:
        .cfi_startproc
        cmpq    $0, stp_self(%rip)
        jne     1f
        jmp     *ROW_GUARD(%r11)
1:      pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
        subq    $FRAME, %rsp
        movq    %rdi, (%rsp)
        movq    %rsi, 8(%rsp)
        movq    %rdx, 16(%rsp)
        movq    %rcx, 24(%rsp)
        movq    %r8, 32(%rsp)
        movq    %r9, 40(%rsp)
        movq    %rax, RAX(%rsp) /* of variadic functions */
        movq    %r11, STUB(%rsp)
        movups  %xmm0, XMM(%rsp)
        movups  %xmm1, XMM+16(%rsp)
        movups  %xmm2, XMM+32(%rsp)
        movups  %xmm3, XMM+48(%rsp)
        movups  %xmm4, XMM+64(%rsp)
        movups  %xmm5, XMM+80(%rsp)
        movups  %xmm6, XMM+96(%rsp)
        movups  %xmm7, XMM+112(%rsp)
        movq    %rsp, %rdi
        call    stp_strace_enter
        movq    %rsp, %r11
        movq    %rax, %rcx      /* words on the caller's stack that are the callee's */
        leaq    1(%rax), %rax
        andq    $-2, %rax
        shlq    $3, %rax
        subq    %rax, %rsp
        movq    %rsp, %rdi
        leaq    16(%rbp), %rsi
        rep movsq
        movups  XMM(%r11), %xmm0
        movups  XMM+16(%r11), %xmm1
        movups  XMM+32(%r11), %xmm2
        movups  XMM+48(%r11), %xmm3
        movups  XMM+64(%r11), %xmm4
        movups  XMM+80(%r11), %xmm5
        movups  XMM+96(%r11), %xmm6
        movups  XMM+112(%r11), %xmm7
        movq    (%r11), %rdi
        movq    8(%r11), %rsi
        movq    16(%r11), %rdx
        movq    24(%r11), %rcx
        movq    32(%r11), %r8
        movq    40(%r11), %r9
        movq    RAX(%r11), %rax
        movq    STUB(%r11), %r11
        call    *ROW_ADAPTER(%r11)
        leaq    -FRAME(%rbp), %rdi
        movq    %rax, RESULT(%rdi)
        movq    %rdx, RESULT_2(%rdi)
        movsd   %xmm0, RESULT_SD(%rdi)
        call    stp_strace_leave
        movq    RESULT-FRAME(%rbp), %rax
        movq    RESULT_2-FRAME(%rbp), %rdx
        movsd   RESULT_SD-FRAME(%rbp), %xmm0
        leave
        .cfi_def_cfa %rsp, 8
        ret
        .cfi_endproc
        .size   trace, . - trace

        .section .note.GNU-stack, "", @progbits
