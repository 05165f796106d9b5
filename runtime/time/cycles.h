/* The counter of cycles of a virtual host (rdtsc). */
#ifndef STP_CYCLES_H
#define STP_CYCLES_H

#include "simterpose/module.h"

/* What goes into the modules of a program: the counter, which goes at the speed of the host,
 * whatever it does, and the processor on which the calling thread runs. Like reading a clock, it
 * lets time pass if done over and over. */
struct simterpose_cycles stp_cycles_read(void);

#endif
