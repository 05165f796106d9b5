/* Waiting for any of several descriptors: what poll and select share. */
#ifndef STP_POLL_H
#define STP_POLL_H

#include <poll.h>
#include <stdbool.h>
#include <sys/select.h>
#include <time.h>

/* Waits until a descriptor of the calling process in `fds` has one of its events, or one of
 * `always`, or until the date `deadline` (INFINITY: none; past: looks once, others running first).
 * Sets revents (POLLNVAL: not open) and returns how many are not 0, or -errno. */
int stp_poll(struct pollfd* fds, nfds_t count, short always, double deadline);

/* Waits for members of sets of `count` bits (null: empty) and makes them the sets of the ready
 * ones. Returns how many bits are set, or -EBADF, or -ENOMEM. */
int stp_select(int count, fd_set* readable, fd_set* writable, fd_set* exceptional, double deadline);

/* The deadline of a delay that starts now. Negative milliseconds or a null timespec: INFINITY.
 * A delay of 0 gives a date that has passed. */
double stp_deadline_of_milliseconds(int delay);
double stp_deadline_of_timespec(const struct timespec* delay);

/* Whether a delay is in range: neither negative nor with a wrong count of nanoseconds. */
bool stp_delay_valid(const struct timespec* delay);

#endif
