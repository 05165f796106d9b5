/* ucontext.h: libc's own. Contexts are of the caller's frame, so nothing may come between. */

        .macro  own name
        .globl  simterpose_\name
        .hidden simterpose_\name
        .type   simterpose_\name, @function
simterpose_\name:
        jmp     *\name@GOTPCREL(%rip)
        .size   simterpose_\name, . - simterpose_\name
        .endm

        .text
        own     getcontext
        own     setcontext
        own     makecontext
        own     swapcontext

        .section .note.GNU-stack, "", @progbits
