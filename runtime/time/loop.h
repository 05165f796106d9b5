/* Polls: what a program's loops call every so many iterations (include/simterpose/module.h), so
 * that they can be interrupted, and that time passes for those that wait for something by looking
 * at memory over and over. */
#ifndef STP_LOOP_H
#define STP_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/* What goes into the modules of a program: keeps all registers, calls stp_loop_poll (loop.S). */
void stp_loop_poll_entry(uint32_t what);
extern bool stp_loop_xsave;

/* On the user stack, between any two instructions of the program. May block and run handlers. 0: it
 * computes, and was made to poll (preempt.h).
 *
 * A spinning loop waits until another thread of its host has run, or a signal comes: nothing else
 * can end it, and so it ends at the very date. For loops that are not so plain time begins to pass
 * after a while, where computing takes none by itself: slowly for one that computes, faster for
 * one that seems to wait. They look again whenever another thread of
 * the host has waited for something. */
void stp_loop_poll(uint32_t what);

/* Call when work of the calling thread is done: what it has written meanwhile, loops of its host
 * that wait can see at this date. Lets them look before it goes on. */
void stp_loop_worked(void);

#endif
