/* The entry to polls. By the convention preserve_all the caller keeps nothing but r11: the general
 * registers are saved here, those that C functions may change, and all vector registers, as the
 * processor has them. */

        .set    STATE, 0xe7     /* x87, SSE, AVX, AVX-512 */
        .set    STATE_SIZE, 2688
        .set    HEADER, 512     /* in front of it lies what fxsave saves */

        .text
        .globl  stp_loop_poll_entry
        .hidden stp_loop_poll_entry
        .type   stp_loop_poll_entry, @function
stp_loop_poll_entry:
        .cfi_startproc
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
        pushq   %rax
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %r8
        pushq   %r9
        pushq   %r10
        subq    $STATE_SIZE, %rsp
        andq    $-64, %rsp
        cmpb    $0, stp_loop_xsave(%rip)
        je      .Lold
        xorl    %edx, %edx
        movq    %rdx, HEADER(%rsp)
        movq    %rdx, HEADER+8(%rsp)
        movq    %rdx, HEADER+16(%rsp)
        movq    %rdx, HEADER+24(%rsp)
        movq    %rdx, HEADER+32(%rsp)
        movq    %rdx, HEADER+40(%rsp)
        movq    %rdx, HEADER+48(%rsp)
        movq    %rdx, HEADER+56(%rsp)
        movl    $STATE, %eax
        xsave64 (%rsp)
        call    stp_loop_poll
        movl    $STATE, %eax
        xorl    %edx, %edx
        xrstor64 (%rsp)
.Lback:
        leaq    -64(%rbp), %rsp
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %rax
        popq    %rbp
        .cfi_def_cfa %rsp, 8
        ret
        .cfi_def_cfa %rbp, 16
.Lold:
        fxsave64 (%rsp)
        call    stp_loop_poll
        fxrstor64 (%rsp)
        jmp     .Lback
        .cfi_endproc
        .size   stp_loop_poll_entry, . - stp_loop_poll_entry

        .section .note.GNU-stack, "", @progbits
