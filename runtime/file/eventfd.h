/* Event descriptors: a counter of 64 bits that threads add to and take from. */
#ifndef STP_EVENTFD_H
#define STP_EVENTFD_H

#include <stdbool.h>

struct stp_file;

/* A new one: one reference, the caller's. `flags`: O_NONBLOCK. */
struct stp_file* stp_eventfd_create(unsigned value, bool semaphore, int flags);

#endif
