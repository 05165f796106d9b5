/* stp_checked_NAME for each row of pointers.def: the arguments are checked, then the adapter has
 * them as they were. */

        .text

#define CHECKED(name, ...)                                              \
        .globl  stp_checked_##name                                    ; \
        .hidden stp_checked_##name                                    ; \
        .type   stp_checked_##name, @function                         ; \
stp_checked_##name:                                                   ; \
        leaq    stp_rules_##name(%rip), %r11                          ; \
        jmp     check                                                 ; \
        .size   stp_checked_##name, . - stp_checked_##name            ;

#include "calls/pointers.def"

        .type   check, @function
check:
        .cfi_startproc
        pushq   %rax    /* of variadic functions */
        pushq   %r11
        pushq   %r9
        pushq   %r8
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   $0      /* the result */
        .cfi_adjust_cfa_offset 72
        movq    %r11, %rdi
        leaq    8(%rsp), %rsi
        movq    %rsp, %rdx
        call    stp_pointers_check
        testb   %al, %al
        popq    %r10
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %r8
        popq    %r9
        popq    %r11
        popq    %rax
        .cfi_adjust_cfa_offset -72
        jz      1f
        jmp     *(%r11)
1:      movq    %r10, %rax
        ret
        .cfi_endproc
        .size   check, . - check

        .section .note.GNU-stack, "", @progbits
