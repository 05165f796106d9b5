/* calls.def in assembly, where signatures do not matter:
 * - stp_guard_NAME: the adapter while a virtual thread runs, else the real function (table.h);
 * - simterpose_NAME of REFUSED rows: warns and fails as the row says. */

#define GUARD(symbol, name)                                             \
        .globl  stp_guard_##symbol                                    ; \
        .hidden stp_guard_##symbol                                    ; \
        .type   stp_guard_##symbol, @function                         ; \
        .weak   symbol                                                ; \
stp_guard_##symbol:                                                   ; \
        cmpq    $0, stp_self(%rip)                                    ; \
        jne     simterpose_##name                                     ; \
        jmp     *symbol@GOTPCREL(%rip)                                ; \
        .size   stp_guard_##symbol, . - stp_guard_##symbol            ;

#define REFUSAL(name, how)                                              \
        .globl  simterpose_##name                                     ; \
        .hidden simterpose_##name                                     ; \
        .type   simterpose_##name, @function                          ; \
simterpose_##name:                                                    ; \
        leaq    1f(%rip), %rdi                                        ; \
        jmp     stp_refused_##how                                     ; \
        .pushsection .rodata.str1.1, "aMS", @progbits, 1              ; \
1:      .asciz  #name                                                 ; \
        .popsection                                                   ; \
        .size   simterpose_##name, . - simterpose_##name              ;

#define DEFINE_FULL(name, file)
#define DEFINE_PARTIAL(name, file)
#define DEFINE_REFUSED(name, how) REFUSAL(name, how)

        .text

#define CALL(name, file, support, remark) GUARD(name, name) DEFINE_##support(name, file)
#define ALIAS(symbol, name, ...) STP_IF_SYMBOL##__VA_ARGS__(GUARD(symbol, name))
#define DATA(name, support, remark)
#include "simterpose/calls.def"

/* - functions that are not known to be harmless: the end of the process; and the list of them, sorted. */

        .section .data.rel.ro, "aw", @progbits
        .balign 8
        .globl  stp_unknown_rows
        .hidden stp_unknown_rows
stp_unknown_rows:
        .text

#define IMPURE(name, reasons)                                           \
2:      leaq    1f(%rip), %rdi                                        ; \
        jmp     stp_unknown                                           ; \
        .pushsection .rodata.str1.1, "aMS", @progbits, 1              ; \
1:      .asciz  #name                                                 ; \
        .popsection                                                   ; \
        .pushsection .data.rel.ro, "aw", @progbits                    ; \
        .quad   1b, 2b                                                ; \
        .popsection                                                   ;

#include "simterpose/impure.def"

        .section .data.rel.ro, "aw", @progbits
        .globl  stp_unknown_rows_end
        .hidden stp_unknown_rows_end
stp_unknown_rows_end:

        .section .note.GNU-stack, "", @progbits
