/* Interruptions of code that computes (preempt.c). */
#ifndef STP_PREEMPT_H
#define STP_PREEMPT_H

/* From now on the program's code is made to poll every 10 ms of CPU time. After stp_crash_start. */
void stp_preempt_start(void);

/* Where it then goes on: keeps all registers and the flags, polls, and goes back (preempt.S). */
void stp_preempt_entry(void);

#endif
