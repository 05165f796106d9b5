/* Virtual time as programs see it: dates (seconds since the start of the run, a double near 0) and
 * what the clocks of a host show at a date. */
#ifndef STP_CLOCK_H
#define STP_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct stp_host;
struct stp_process;
struct stp_thread;

/* The date of the calling thread: the engine's clock plus the work it has not yet accounted.
 * Seconds since the start of the run. Never enters the simulator. */
double stp_now(void);

/* What the clocks show at date 0, in seconds: CLOCK_REALTIME 2020-01-01 00:00:00 UTC;
 * CLOCK_MONOTONIC how long ago the hosts were switched on, for programs take a 0 for "never". */
#define STP_EPOCH 1577836800L
#define STP_UPTIME 1000L

/* Dates from here on (seconds; about 126 years) never come: deadlines beyond are none. */
#define STP_NEVER 4e9

/* Dates as timespecs of CLOCK_REALTIME and its like or CLOCK_MONOTONIC and its like, as the clock
 * of the caller's host shows them (time/host_clock.h; true time in maestro), exact to the
 * nanosecond, and back (INFINITY from STP_NEVER on). */
struct timespec stp_date_to_timespec(double date, clockid_t clock);
double stp_timespec_to_date(const struct timespec* time, clockid_t clock);

/* Whose clocks show in maestro; null (but while stp_clock_changed says otherwise): true time. */
extern struct stp_host* stp_clock_maestro_host;

/* A delay in seconds and back; INFINITY from STP_NEVER on. The time must be valid. */
double stp_timespec_to_delay(const struct timespec* delay);
struct timespec stp_delay_to_timespec(double delay);

/* A delay by the clocks of the caller's host, in true time, and back. */
double stp_true_delay(double delay);
double stp_shown_delay(double delay);

/* The date at which the clocks will show `delay` more than now, to the nanosecond. */
double stp_date_after(const struct timespec* delay);

/* 0 <= tv_nsec < 10^9. */
bool stp_timespec_valid(const struct timespec* time);

/* A date, nothing if the time is invalid (-EINVAL) or the clock is not CLOCK_REALTIME or
 * CLOCK_MONOTONIC (-EINVAL). A null time is INFINITY. For the timed forms of blocking calls: see
 * stp_aim_park. */
int stp_deadline(const struct timespec* time, clockid_t clock, double* deadline);

/* What `clock` shows now. 0, or -EINVAL for a clock that does not exist (of a process or thread
 * that does not exist, too). Does not block, but asking for the time over and over lets it pass. */
int stp_clock_read(clockid_t clock, struct timespec* time);

/* Whether the clock exists: 0 or -EINVAL. */
int stp_clock_check(clockid_t clock);

/* Whose CPU time a clock shows: 0 and the process, and the thread of the calling process or 0 for
 * all of them, or -EINVAL if there is none, or it is none of those clocks. */
int stp_clock_whose(clockid_t clock, struct stp_process** process, int* tid);

/* The clocks of CPU time of a process and of a thread of it, as programs name them. */
clockid_t stp_clock_of_process(const struct stp_process* process);
clockid_t stp_clock_of_thread(const struct stp_thread* thread);

/* Blocks the calling thread until the date, or returns -EINTR. */
int stp_sleep_until(double date);

#endif
