/* Two instructions that may fault, and where to go on then (probe.h). */
        .text

        .globl  stp_probe_read
        .hidden stp_probe_read
        .type   stp_probe_read, @function
stp_probe_read:
.Lread: movb    (%rdi), %al
        xorl    %eax, %eax
        ret
        .size   stp_probe_read, . - stp_probe_read

        .globl  stp_probe_write
        .hidden stp_probe_write
        .type   stp_probe_write, @function
stp_probe_write:
.Lwrite: orb    $0, (%rdi)
        xorl    %eax, %eax
        ret
.Lbad:  movl    $1, %eax
        ret
        .size   stp_probe_write, . - stp_probe_write

        .globl  stp_probe_failed
        .hidden stp_probe_failed
        .type   stp_probe_failed, @function
stp_probe_failed:
        leaq    .Lread(%rip), %rax
        cmpq    %rax, (%rdi)
        je      1f
        leaq    .Lwrite(%rip), %rax
        cmpq    %rax, (%rdi)
        je      1f
        xorl    %eax, %eax
        ret
1:      leaq    .Lbad(%rip), %rax
        movq    %rax, (%rdi)
        movl    $1, %eax
        ret
        .size   stp_probe_failed, . - stp_probe_failed

        .section .note.GNU-stack, "", @progbits
