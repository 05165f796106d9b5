/* The clock of a host that is not a perfect one: it started with an offset, runs too fast or too
 * slow, or programs have set, slewed or tuned it, as Linux's timekeeping does (kernel/time/ntp.c).
 * Hosts have none until one is needed: then stp_host::clock. */
#ifndef STP_HOST_CLOCK_H
#define STP_HOST_CLOCK_H

#include <stdbool.h>
#include <sys/timex.h>
#include <time.h>

struct stp_host;
struct stp_host_clock;

/* Gives a clock to each host with the property clock_offset (seconds that CLOCK_REALTIME is ahead
 * at date 0) or clock_drift (parts per million that all clocks run too fast). Fails (stp_fatal)
 * where they are no numbers, or beyond a century and 10 %. */
void stp_host_clocks_start(void);

/* The host's clock; a perfect one, if it had none. */
struct stp_host_clock* stp_host_clock_of(struct stp_host* host);

/* What shows at a date that is not before the clock's last change, in seconds: CLOCK_MONOTONIC
 * without STP_UPTIME, MONOTONIC_RAW likewise, and CLOCK_REALTIME without STP_EPOCH. */
long double stp_host_clock_monotonic(const struct stp_host_clock* clock, double date);
long double stp_host_clock_raw(const struct stp_host_clock* clock, double date);
long double stp_host_clock_real(const struct stp_host_clock* clock, double date);

/* When that will be; assumes that nobody changes the clock until then. */
double stp_host_clock_monotonic_date(const struct stp_host_clock* clock, long double shown);
double stp_host_clock_raw_date(const struct stp_host_clock* clock, long double shown);
double stp_host_clock_real_date(const struct stp_host_clock* clock, long double shown);

/* Seconds by which CLOCK_TAI is ahead of CLOCK_REALTIME. */
int stp_host_clock_tai(const struct stp_host_clock* clock);

/* Moves CLOCK_REALTIME at once, at this date. As the kernel's ntp_clear says, nobody knows then how
 * right it is, and nothing is left to be slewed. */
void stp_host_clock_step(struct stp_host_clock* clock, double date, long double seconds);

/* From this date on the quartz runs so much (1e-6: 1 ppm) faster than it has until now. */
void stp_host_clock_drift(struct stp_host_clock* clock, double date, double faster);

/* adjtimex at this date, whose caller may change the clock or not: its result (TIME_OK ...), or
 * -EPERM or -EINVAL. Offsets go in at 500 parts per million, those of ADJ_OFFSET too. */
int stp_host_clock_adjust(struct stp_host_clock* clock, double date, bool may,
                          struct timex* request);

#endif
