/* A clock is a line through (date, shown) whose slope is the error of its quartz times what
 * programs correct by; on top of it a slope of 500 ppm until what is to be slewed is used up.
 * Changes move the point to their date first. Long doubles hold nanoseconds for as long as a run
 * may last. */
#include "time/host_clock.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "engine/engine.h"
#include "process/process.h"
#include "time/clock.h"
#include "trace/log.h"

/* Of the kernel: MAX_TICKADJ, MAXFREQ, NTP_PHASE_LIMIT, MAXPHASE, MAXTC; clock ticks of USER_HZ. */
static const double slew_rate = 500e-6, highest_frequency = 500, phase_limit = 16e6;
static const long double highest_phase = 0.5L;
enum { TICK = 10000, LEAST_TICK = 9000, MOST_TICK = 11000, MOST_CONSTANT = 10, MOST_TAI = 100000 };
enum { ADJTIME = 0x8000, READ_ONLY = 0x2000, PPM_SCALE = 1 << 16 };

struct stp_host_clock {
  long double date, shown; /* CLOCK_MONOTONIC since then */
  long double ahead;       /* CLOCK_REALTIME, of it */
  long double slew;        /* still to come at `date` */
  double drift;            /* of the quartz: 1e-6 is 1 ppm; since raw_date, */
  double raw_date;         /* when CLOCK_MONOTONIC_RAW was raw */
  long double raw;
  double frequency; /* the correction (ppm) */
  int tick;         /* us that a tick is taken for */
  int status, constant, tai;
  double max_error, estimated_error; /* us, at error_date */
  double error_date;
};

/* ---- showing ---- */

static long double quartz(const struct stp_host_clock* clock) {
  return 1 + (long double)clock->drift;
}

static long double slope(const struct stp_host_clock* clock) {
  return quartz(clock) *
         ((long double)clock->tick / TICK + (long double)clock->frequency / 1000000);
}

static long double slewing_slope(const struct stp_host_clock* clock) {
  return quartz(clock) * copysignl(slew_rate, clock->slew);
}

/* How long it will slew. */
static long double slew_time(const struct stp_host_clock* clock) {
  return clock->slew == 0 ? 0 : clock->slew / slewing_slope(clock);
}

long double stp_host_clock_monotonic(const struct stp_host_clock* clock, double date) {
  const long double passed = date - clock->date, slewed = fminl(passed, slew_time(clock));
  return clock->shown + passed * slope(clock) + slewed * slewing_slope(clock);
}

long double stp_host_clock_real(const struct stp_host_clock* clock, double date) {
  return stp_host_clock_monotonic(clock, date) + clock->ahead;
}

long double stp_host_clock_raw(const struct stp_host_clock* clock, double date) {
  return clock->raw + ((long double)date - clock->raw_date) * quartz(clock);
}

double stp_host_clock_monotonic_date(const struct stp_host_clock* clock, long double shown) {
  const long double both = slope(clock) + slewing_slope(clock), slewing = slew_time(clock);
  const long double to_come = shown - clock->shown, until_slewed = slewing * both;
  return (double)(clock->date + (to_come <= until_slewed
                                     ? to_come / both
                                     : slewing + (to_come - until_slewed) / slope(clock)));
}

double stp_host_clock_real_date(const struct stp_host_clock* clock, long double shown) {
  return stp_host_clock_monotonic_date(clock, shown - clock->ahead);
}

double stp_host_clock_raw_date(const struct stp_host_clock* clock, long double shown) {
  return (double)(clock->raw_date + (shown - clock->raw) / quartz(clock));
}

int stp_host_clock_tai(const struct stp_host_clock* clock) { return clock->tai; }

/* ---- making ---- */

struct stp_host_clock* stp_host_clock_of(struct stp_host* host) {
  if (host->clock == NULL) {
    host->clock = stp_alloc(sizeof *host->clock);
    *host->clock = (struct stp_host_clock){.tick = TICK,
                                           .status = STA_UNSYNC,
                                           .constant = 2,
                                           .max_error = phase_limit,
                                           .estimated_error = phase_limit};
  }
  return host->clock;
}

static double property(const struct stp_host* host, const char* name, double most) {
  const char* const text = stp_engine_host_property(host->engine, name);
  if (text == NULL)
    return 0;
  char* end;
  const double number = strtod(text, &end);
  if (end == text || *end != '\0' || !(fabs(number) <= most))
    stp_fatal("host %s: its property %s=\"%s\" is not a number from -%g to %g", host->name, name,
              text, most, most);
  return number;
}

void stp_host_clocks_start(void) {
  for (size_t i = 0; i < stp_host_count(); i++) {
    struct stp_host* const host = stp_host_at(i);
    const double offset = property(host, "clock_offset", 1e9);
    const double drift = property(host, "clock_drift", 1e5);
    if (offset == 0 && drift == 0)
      continue;
    stp_host_clock_of(host)->ahead = offset;
    host->clock->drift = drift / 1e6;
  }
}

/* ---- changing ---- */

static void move_to(struct stp_host_clock* clock, double date) {
  const long double shown = stp_host_clock_monotonic(clock, date);
  const long double passed = date - clock->date;
  clock->slew = passed >= slew_time(clock) ? 0 : clock->slew - passed * slewing_slope(clock);
  clock->shown = shown;
  clock->date = date;
}

void stp_host_clock_step(struct stp_host_clock* clock, double date, long double seconds) {
  move_to(clock, date);
  clock->ahead += seconds;
  clock->slew = 0;
  clock->status |= STA_UNSYNC;
  clock->max_error = clock->estimated_error = phase_limit;
  clock->error_date = date;
}

void stp_host_clock_drift(struct stp_host_clock* clock, double date, double faster) {
  move_to(clock, date);
  clock->raw = stp_host_clock_raw(clock, date);
  clock->raw_date = date;
  clock->drift += faster;
}

/* The possible error grows until somebody says that it is smaller. */
static double max_error(const struct stp_host_clock* clock, double date) {
  return fmin(phase_limit, clock->max_error + (date - clock->error_date) * slew_rate * 1e6);
}

static int check(bool may, const struct timex* request) {
  const unsigned modes = request->modes;
  if (modes & ADJTIME) {
    if (!(modes & ADJ_OFFSET))
      return -EINVAL;
    if (!(modes & READ_ONLY) && !may)
      return -EPERM;
  } else {
    if (modes != 0 && !may)
      return -EPERM;
    if (modes & ADJ_TICK && (request->tick < LEAST_TICK || request->tick > MOST_TICK))
      return -EINVAL;
  }
  if (modes & ADJ_SETOFFSET) {
    if (!may)
      return -EPERM;
    if (request->time.tv_usec < 0 ||
        request->time.tv_usec >= (modes & ADJ_NANO ? 1000000000 : 1000000))
      return -EINVAL;
  }
  return 0;
}

static double limited(double value, double most) { return fmax(-most, fmin(most, value)); }

/* What a long of the request counts: ns or us. */
static long double unit(const struct stp_host_clock* clock) {
  return clock->status & STA_NANO ? 1e-9L : 1e-6L;
}

/* After the kernel's process_adjtimex_modes. */
static void apply(struct stp_host_clock* clock, double date, const struct timex* request) {
  const unsigned modes = request->modes;
  if (modes & ADJ_STATUS)
    clock->status = (request->status & ~STA_RONLY) | (clock->status & STA_RONLY);
  if (modes & ADJ_NANO)
    clock->status |= STA_NANO;
  if (modes & ADJ_MICRO)
    clock->status &= ~STA_NANO;
  if (modes & ADJ_FREQUENCY)
    clock->frequency = limited((double)request->freq / PPM_SCALE, highest_frequency);
  if (modes & ADJ_MAXERROR) {
    clock->max_error = (double)request->maxerror;
    clock->error_date = date;
  }
  if (modes & ADJ_ESTERROR)
    clock->estimated_error = (double)request->esterror;
  if (modes & ADJ_TIMECONST) {
    const long constant = request->constant + (clock->status & STA_NANO ? 0 : 4);
    clock->constant = (int)limited((double)(constant < 0 ? 0 : constant), MOST_CONSTANT);
  }
  if (modes & ADJ_TAI && request->constant >= 0 && request->constant <= MOST_TAI)
    clock->tai = (int)request->constant;
  if (modes & ADJ_OFFSET && clock->status & STA_PLL)
    clock->slew =
        fmaxl(-highest_phase, fminl(highest_phase, (long double)request->offset * unit(clock)));
  if (modes & ADJ_TICK)
    clock->tick = (int)request->tick;
}

static void report(const struct stp_host_clock* clock, double date, struct timex* result) {
  const long long now = llrintl(stp_host_clock_real(clock, date) * 1e9L) + STP_EPOCH * 1000000000LL;
  result->freq = lrint(clock->frequency * PPM_SCALE);
  result->maxerror = lrint(max_error(clock, date));
  result->esterror = lrint(clock->estimated_error);
  result->status = clock->status;
  result->constant = clock->constant;
  result->precision = 1;
  result->tolerance = (long)highest_frequency * PPM_SCALE;
  result->tick = clock->tick;
  result->tai = clock->tai;
  result->time.tv_sec = now / 1000000000;
  result->time.tv_usec = clock->status & STA_NANO ? now % 1000000000 : now % 1000000000 / 1000;
  result->ppsfreq = result->jitter = result->stabil = result->jitcnt = 0;
  result->calcnt = result->errcnt = result->stbcnt = 0;
  result->shift = 0;
}

int stp_host_clock_adjust(struct stp_host_clock* clock, double date, bool may,
                          struct timex* request) {
  const int error = check(may, request);
  if (error != 0)
    return error;
  move_to(clock, date);
  const unsigned modes = request->modes;
  if (modes & ADJ_SETOFFSET)
    stp_host_clock_step(clock, date,
                        (long double)request->time.tv_sec + (long double)request->time.tv_usec *
                                                                (modes & ADJ_NANO ? 1e-9L : 1e-6L));
  const long double before = clock->slew;
  if (modes & ADJTIME) {
    if (!(modes & READ_ONLY))
      clock->slew = (long double)request->offset * 1e-6L;
    request->offset = lrintl(before * 1e6L);
  } else {
    apply(clock, date, request);
    request->offset = clock->status & STA_PLL ? lrintl(clock->slew / unit(clock)) : 0;
  }
  if (max_error(clock, date) >= phase_limit)
    clock->status |= STA_UNSYNC;
  report(clock, date, request);
  return clock->status & (STA_UNSYNC | STA_CLOCKERR) ? TIME_ERROR : TIME_OK;
}
