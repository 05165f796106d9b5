/* Virtual time as programs see it. */
#ifndef STP_CLOCK_H
#define STP_CLOCK_H

#include <time.h>

/* The date of the calling thread: the engine's clock plus the work it has not yet accounted.
 * Seconds since the start of the run. Never enters the simulator. */
double stp_now(void);

/* The date at which CLOCK_REALTIME reads 0 + STP_EPOCH: the run starts at 2020-01-01 00:00:00 UTC.
 */
#define STP_EPOCH 1577836800L

/* Dates as timespecs of CLOCK_REALTIME (adds the epoch) or CLOCK_MONOTONIC, and back. */
struct timespec stp_date_to_timespec(double date, clockid_t clock);
double stp_timespec_to_date(const struct timespec* time, clockid_t clock);

/* Delays. Rounds up to the nanosecond. */
double stp_timespec_to_delay(const struct timespec* delay);

#endif
