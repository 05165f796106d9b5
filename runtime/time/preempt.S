/* An interruption, between any two instructions of a program: the address of the second is on the
 * stack, below the 128 bytes that the interrupted function may use. */

        .text
        .globl  stp_preempt_entry
        .hidden stp_preempt_entry
        .type   stp_preempt_entry, @function
stp_preempt_entry:
        .cfi_startproc
        .cfi_signal_frame
        .cfi_def_cfa_offset 8+128
        .cfi_offset %rip, -8-128
        pushfq
        .cfi_adjust_cfa_offset 8
        pushq   %r11
        .cfi_adjust_cfa_offset 8
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        cld
        xorl    %edi, %edi      /* it computes; for how many iterations is not known */
        call    stp_loop_poll_entry
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        popq    %r11
        .cfi_adjust_cfa_offset -8
        popfq
        .cfi_adjust_cfa_offset -8
        ret     $128
        .cfi_endproc
        .size   stp_preempt_entry, . - stp_preempt_entry

        .section .note.GNU-stack, "", @progbits
