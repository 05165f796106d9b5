/* Clocks. A date becomes nanoseconds by one multiplication and one rounding: exact while the date
 * is below 2^53 ns (104 days) and monotone beyond. Epochs are added as integers, for a double at
 * 1.5e9 s is only good to 200 ns. */
#include "time/clock.h"

#include <emmintrin.h>
#include <errno.h>
#include <math.h>
#include <stddef.h>

#include "process/process.h"
#include "time/aim.h"
#include "time/host_clock.h"
#include "time/spin.h"
#include "time/work.h"

enum { NANOSECONDS = 1000000000 };

double stp_now(void) {
  const double now = stp_engine_now();
  return stp_work_source == STP_WORK_NONE || stp_self == NULL ? now : now + stp_work_pending();
}

/* The same for an answer to a program that may be asking over and over. */
static double now_told(void) {
  double ahead = stp_work_look();
  const unsigned spins = stp_self->spins;
  stp_spin_count(stp_self, stp_thread_date);
  if (__builtin_expect(stp_self->spins < spins, false)) /* time has passed */
    ahead = stp_work_look();
  return stp_thread_date + ahead;
}

/* ---- dates and times ---- */

/* What the clock shows at date 0. */
static long clock_origin(clockid_t clock) {
  switch (clock) {
  case CLOCK_MONOTONIC:
  case CLOCK_MONOTONIC_RAW:
  case CLOCK_MONOTONIC_COARSE:
  case CLOCK_BOOTTIME:
  case CLOCK_BOOTTIME_ALARM:
    return STP_UPTIME;
  default:
    return STP_EPOCH;
  }
}

/* llrint, without a call. */
static long long nearest(double x) { return _mm_cvtsd_si64(_mm_set_sd(x)); }

struct timespec stp_delay_to_timespec(double delay) {
  const long long ns = nearest(delay * NANOSECONDS);
  return (struct timespec){.tv_sec = ns / NANOSECONDS, .tv_nsec = ns % NANOSECONDS};
}

struct stp_host* stp_clock_maestro_host;

/* The clock of the caller's host; null: it shows true time, as all do in maestro. */
static const struct stp_host_clock* own_clock(void) {
  const struct stp_host* const host = stp_self == NULL ? stp_clock_maestro_host : stp_me->host;
  return host == NULL ? NULL : host->clock;
}

/* Of an imperfect clock: seconds since its origin at a date, and back. */
static long double shown_by(const struct stp_host_clock* own, clockid_t clock, double date) {
  if (clock == CLOCK_MONOTONIC_RAW)
    return stp_host_clock_raw(own, date);
  if (clock_origin(clock) == STP_UPTIME)
    return stp_host_clock_monotonic(own, date);
  return stp_host_clock_real(own, date) + (clock == CLOCK_TAI ? stp_host_clock_tai(own) : 0);
}

static double date_shown_by(const struct stp_host_clock* own, clockid_t clock, long double shown) {
  if (clock == CLOCK_MONOTONIC_RAW)
    return stp_host_clock_raw_date(own, shown);
  if (clock_origin(clock) == STP_UPTIME)
    return stp_host_clock_monotonic_date(own, shown);
  return stp_host_clock_real_date(own, shown - (clock == CLOCK_TAI ? stp_host_clock_tai(own) : 0));
}

struct timespec stp_date_to_timespec(double date, clockid_t clock) {
  const struct stp_host_clock* const own = own_clock();
  if (own != NULL) {
    const long long ns = llrintl(shown_by(own, clock, date) * NANOSECONDS) +
                         (long long)clock_origin(clock) * NANOSECONDS;
    return (struct timespec){.tv_sec = ns / NANOSECONDS, .tv_nsec = ns % NANOSECONDS};
  }
  struct timespec time = stp_delay_to_timespec(date);
  time.tv_sec += clock_origin(clock);
  return time;
}

double stp_timespec_to_delay(const struct timespec* delay) {
  if ((double)delay->tv_sec >= STP_NEVER)
    return INFINITY;
  return (double)(delay->tv_sec * NANOSECONDS + delay->tv_nsec) / NANOSECONDS;
}

double stp_timespec_to_date(const struct timespec* time, clockid_t clock) {
  const struct stp_host_clock* const own = own_clock();
  if (own != NULL && (double)time->tv_sec < STP_NEVER)
    return date_shown_by(own, clock,
                         (long double)time->tv_sec - clock_origin(clock) + time->tv_nsec / 1e9L);
  const struct timespec delay = {
      .tv_sec = time->tv_sec < -NANOSECONDS ? -NANOSECONDS : time->tv_sec - clock_origin(clock),
      .tv_nsec = time->tv_nsec};
  return stp_timespec_to_delay(&delay);
}

double stp_date_after(const struct timespec* delay) {
  const struct stp_host_clock* const own = own_clock();
  if (own != NULL && (double)delay->tv_sec < STP_NEVER)
    return date_shown_by(own, CLOCK_MONOTONIC,
                         shown_by(own, CLOCK_MONOTONIC, stp_now()) + (long double)delay->tv_sec +
                             delay->tv_nsec / 1e9L);
  struct timespec date = stp_delay_to_timespec(stp_now());
  date.tv_sec += (double)delay->tv_sec < STP_NEVER ? delay->tv_sec : (time_t)STP_NEVER;
  date.tv_nsec += delay->tv_nsec;
  return stp_timespec_to_delay(&date);
}

bool stp_timespec_valid(const struct timespec* time) {
  return time->tv_nsec >= 0 && time->tv_nsec < NANOSECONDS;
}

int stp_deadline(const struct timespec* time, clockid_t clock, double* deadline) {
  if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
    return -EINVAL;
  if (time == NULL) {
    *deadline = INFINITY;
    return 0;
  }
  if (!stp_timespec_valid(time))
    return -EINVAL;
  *deadline = stp_aim_park(time, clock);
  return 0;
}

double stp_true_delay(double delay) {
  const struct stp_host_clock* const own = own_clock();
  if (own == NULL || !isfinite(delay))
    return delay;
  const double now = stp_now();
  return date_shown_by(own, CLOCK_MONOTONIC, shown_by(own, CLOCK_MONOTONIC, now) + delay) - now;
}

double stp_shown_delay(double delay) {
  const struct stp_host_clock* const own = own_clock();
  if (own == NULL || !isfinite(delay))
    return delay;
  const double now = stp_now();
  return (double)(shown_by(own, CLOCK_MONOTONIC, now + delay) -
                  shown_by(own, CLOCK_MONOTONIC, now));
}

/* ---- clocks of CPU time ---- */

/* The kernel codes a process's or thread's clock as ~id << 3 | 4 (a thread's) | what it counts (2:
 * the scheduler's run time; 3 in all bits: a clock behind a descriptor). */
enum { CLOCK_OF_THREAD = 4, CLOCK_KIND = 3, CLOCK_RUN_TIME = 2 };

clockid_t stp_clock_of_process(const struct stp_process* process) {
  return (clockid_t)(~(unsigned)process->pid << 3 | CLOCK_RUN_TIME);
}

clockid_t stp_clock_of_thread(const struct stp_thread* thread) {
  return (clockid_t)(~(unsigned)thread->tid << 3 | CLOCK_OF_THREAD | CLOCK_RUN_TIME);
}

int stp_clock_whose(clockid_t clock, struct stp_process** process, int* tid) {
  const bool of_thread = clock == CLOCK_THREAD_CPUTIME_ID || (clock & CLOCK_OF_THREAD) != 0;
  int id = ~(clock >> 3);
  if (clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID)
    id = 0;
  else if (clock >= 0 || (clock & CLOCK_KIND) == CLOCK_KIND || id < 0)
    return -EINVAL;
  *process = stp_me;
  *tid = 0;
  if (of_thread) {
    *tid = id == 0 ? stp_self->tid : id;
    for (const struct stp_thread* t = stp_me->threads; t != NULL; t = t->next)
      if (t->tid == *tid)
        return 0;
    return -EINVAL;
  }
  for (struct stp_process* p = stp_me->host->processes; id != 0 && p != NULL; p = p->next_on_host)
    if (p->pid == id) {
      *process = p;
      return 0;
    }
  return id == 0 ? 0 : -EINVAL;
}

static int find_cpu_time(clockid_t clock, double* time) {
  struct stp_process* process;
  int tid;
  const int error = stp_clock_whose(clock, &process, &tid);
  if (error == 0)
    *time = stp_work_of(process, tid);
  return error;
}

/* ---- reading ---- */

int stp_clock_read(clockid_t clock, struct timespec* time) {
  switch (clock) {
  case CLOCK_REALTIME:
  case CLOCK_MONOTONIC:
  case CLOCK_MONOTONIC_RAW:
  case CLOCK_REALTIME_COARSE:
  case CLOCK_MONOTONIC_COARSE:
  case CLOCK_BOOTTIME:
  case CLOCK_REALTIME_ALARM:
  case CLOCK_BOOTTIME_ALARM:
  case CLOCK_TAI:
    *time = stp_date_to_timespec(now_told(), clock);
    return 0;
  default: {
    double cpu_time;
    stp_spin_check();
    const int error = find_cpu_time(clock, &cpu_time);
    if (error == 0)
      *time = stp_delay_to_timespec(cpu_time);
    return error;
  }
  }
}

int stp_clock_check(clockid_t clock) {
  double cpu_time;
  return (clock >= 0 && clock <= CLOCK_BOOTTIME_ALARM) || clock == CLOCK_TAI
             ? 0
             : find_cpu_time(clock, &cpu_time);
}

/* ---- sleeping ---- */

int stp_sleep_until(double date) {
  for (;;) {
    const int result = stp_park(date);
    if (result == -ETIMEDOUT)
      return 0;
    if (result != 0)
      return result;
  }
}
