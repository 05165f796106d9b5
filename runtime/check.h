/* Whether a program is ready for emulation: what `simterpose check` says. */
#ifndef STP_CHECK_H
#define STP_CHECK_H

#include <stdio.h>

/* Loads the program at `path` (nothing of it runs) and writes to `stream` whether it can be
 * emulated, which calls in it would be refused, with their places, and which libraries keep one
 * state for all processes. Returns 0: ready; 1: ready, but some calls would be refused; 2: cannot
 * be emulated. */
int stp_check(const char* path, FILE* stream);

#endif
