/* Between a fault and the program's handler of it: calls stp_fault_handle with the frame that rbx
 * points to, then returns from the signal by the ucontext_t at its start (rt_sigreturn). The call
 * frame information says where that keeps the registers of the fault, as libc's __restore_rt does
 * for the kernel's frames, so that backtraces and exceptions find the way. */

        .text
        .globl  stp_fault_enter
        .hidden stp_fault_enter
        .type   stp_fault_enter, @function

/* uc_mcontext.gregs begins at 40; an offset as SLEB128 of two bytes, from DW_OP_breg3 (rbx). */
#define WORD(index) 0x73, ((40 + 8 * (index)) & 0x7f) | 0x80, (40 + 8 * (index)) >> 7
#define SAVED(number, index) .cfi_escape 0x10, number, 3, WORD(index) /* DW_CFA_expression */

        .cfi_startproc simple
        .cfi_signal_frame
        .cfi_escape 0x0f, 4, WORD(15), 0x06 /* DW_CFA_def_cfa_expression: rsp, dereferenced */
        SAVED(0, 13)  /* rax */
        SAVED(1, 12)  /* rdx */
        SAVED(2, 14)  /* rcx */
        SAVED(3, 11)  /* rbx */
        SAVED(4, 9)   /* rsi */
        SAVED(5, 8)   /* rdi */
        SAVED(6, 10)  /* rbp */
        SAVED(7, 15)  /* rsp */
        SAVED(8, 0)   /* r8 to r15 */
        SAVED(9, 1)
        SAVED(10, 2)
        SAVED(11, 3)
        SAVED(12, 4)
        SAVED(13, 5)
        SAVED(14, 6)
        SAVED(15, 7)
        SAVED(16, 16) /* rip */
        nop /* unwinders look up the byte before a return address */
stp_fault_enter:
        movq    %rbx, %rdi
        call    stp_fault_handle
        movq    %rbx, %rsp
        movl    $15, %eax /* rt_sigreturn */
        syscall
        ud2
        .cfi_endproc
        .size   stp_fault_enter, . - stp_fault_enter

        .section .note.GNU-stack, "", @progbits
