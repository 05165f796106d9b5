/* Timer descriptors: readable once a date has passed, once or at every interval. */
#ifndef STP_TIMERFD_H
#define STP_TIMERFD_H

#include <stdbool.h>
#include <time.h>

struct stp_file;

/* A new, disarmed one on `clock` (CLOCK_REALTIME or CLOCK_MONOTONIC): one reference, the caller's.
 * `flags`: O_NONBLOCK. */
struct stp_file* stp_timerfd_create(clockid_t clock, int flags);

bool stp_is_timerfd(const struct stp_file* file);

/* Arms (or, with a zero value, disarms) the timer: first at `value`, a time of its clock if
 * `absolute`, else a delay; then every interval. Expirations not yet read are forgotten.
 * `cancellable` (TFD_TIMER_CANCEL_ON_SET): when CLOCK_REALTIME jumps, an absolute timer on it
 * becomes readable and the next read fails with -ECANCELED. 0, or -ECANCELED if that has happened
 * and not been read; the timer is set all the same. */
int stp_timerfd_set(struct stp_file* file, const struct itimerspec* timer, bool absolute,
                    bool cancellable);

/* The delay until the next expiration (0: disarmed) and the interval. */
struct itimerspec stp_timerfd_get(struct stp_file* file);

#endif
