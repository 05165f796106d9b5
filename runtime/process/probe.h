/* Touching memory of a program that may not be there: what faults is not a crash. */
#ifndef STP_PROBE_H
#define STP_PROBE_H

#include <stdbool.h>

/* Whether a byte cannot be read, or written (it keeps its value). Never fault. In probe.S. */
int stp_probe_read(const void* byte);
int stp_probe_write(void* byte);

/* In the fault handler: if the instruction at *place is the touch of one of these, changes it to
 * where the function returns 1. */
bool stp_probe_failed(long long* place);

#endif
