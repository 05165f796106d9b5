/* Timer descriptors, after timerfd_create(2) and Linux's fs/timerfd.c. Like there, a periodic timer
 * that nobody reads costs nothing: the engine's timer is set for the first expiration not yet read,
 * and a read computes from the date how many there were. */
#include "file/timerfd.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
#include "file/bytes.h"
#include "file/description.h"
#include "process/process.h"
#include "time/aim.h"
#include "time/clock.h"
#include "time/spin.h"

struct timer {
  struct stp_file file;
  clockid_t clock;
  struct stp_aim aim;       /* of expiration number 0 */
  double first;             /* its date */
  double interval;          /* 0: only that one */
  struct timespec asked;    /* the interval as it was asked for */
  uint64_t read;            /* expirations that were read */
  bool armed;               /* expiration number `read` is to come or to be read */
  bool expired;             /* it has come */
  struct stp_timer* engine; /* set for it, or null */
  struct stp_clock_watch watch;
  bool cancellable; /* reads fail after a step of the clock, ... */
  bool cancelled;   /* ... of which there has been one */
};

static double date_of(const struct timer* timer, uint64_t expiration) {
  return expiration == 0 ? timer->first : timer->first + (double)expiration * timer->interval;
}

/* ---- expiring ---- */

static void expire(void* argument) {
  struct timer* timer = argument;
  timer->engine = NULL;
  timer->expired = true;
  stp_file_notify_for(&timer->file, POLLIN);
}

static void disarm(struct timer* timer) {
  if (timer->engine)
    stp_engine_timer_cancel(timer->engine);
  timer->engine = NULL;
  timer->armed = timer->expired = false;
}

static bool take_cancellation(struct timer* timer) {
  const bool cancelled = timer->cancelled;
  timer->cancelled = false;
  return cancelled;
}

/* Prepares for expiration number timer->read. */
static void arm(struct timer* timer) {
  const double date = date_of(timer, timer->read);
  timer->armed = true;
  timer->expired = false;
  if (date <= stp_now())
    expire(timer);
  else if (date < STP_NEVER)
    timer->engine = stp_engine_timer_loose(date, expire, timer);
}

/* The clock has been changed. */
static void aim_anew(struct stp_clock_watch* watch, bool stepped) {
  struct timer* const timer = (struct timer*)((char*)watch - offsetof(struct timer, watch));
  if (timer->armed) {
    timer->first = stp_aim_date(&timer->aim);
    timer->interval = stp_true_delay(stp_timespec_to_delay(&timer->asked));
  }
  if (timer->engine) {
    stp_engine_timer_cancel(timer->engine);
    timer->engine = NULL;
    arm(timer);
  }
  if (stepped && timer->cancellable) {
    timer->cancelled = true;
    stp_file_notify_for(&timer->file, POLLIN);
  }
}

/* How many there have been by now, read ones included. Dates are sums of doubles: a nanosecond of
 * tolerance. */
static uint64_t expirations(const struct timer* timer) {
  if (timer->interval == 0)
    return 1;
  const double periods = (stp_now() - timer->first + 1e-9) / timer->interval;
  const uint64_t count = periods > 0 ? (uint64_t)periods + 1 : 1;
  return count > timer->read ? count : timer->read + 1;
}

/* ---- operations ---- */

static ssize_t timer_read(struct stp_file* file, const struct iovec* vectors, int count,
                          off_t offset) {
  struct timer* timer = (struct timer*)file;
  if (offset != -1)
    return -ESPIPE;
  struct stp_cursor to = {vectors, count, 0};
  if (stp_cursor_left(&to) < sizeof timer->read)
    return -EINVAL;
  while (!timer->expired && !timer->cancelled) {
    if (stp_file_nonblocking(file)) {
      stp_spin_check();
      return -EAGAIN;
    }
    const int result = stp_wait(&file->changed, INFINITY);
    if (result < 0)
      return result;
  }
  if (take_cancellation(timer))
    return -ECANCELED;
  const uint64_t total = expirations(timer), fresh = total - timer->read;
  timer->read = total;
  disarm(timer);
  if (timer->interval > 0)
    arm(timer);
  stp_cursor_store(&to, &fresh, sizeof fresh);
  return sizeof fresh;
}

static unsigned timer_poll(struct stp_file* file) {
  const struct timer* const timer = (struct timer*)file;
  return timer->expired || timer->cancelled ? POLLIN : 0;
}

static void timer_close(struct stp_file* file) {
  disarm((struct timer*)file);
  stp_clock_unwatch(&((struct timer*)file)->watch);
  stp_free(file);
}

static const struct stp_file_ops operations = {
    .kind = "timerfd",
    .read = timer_read,
    .poll = timer_poll,
    .close = timer_close,
};

bool stp_is_timerfd(const struct stp_file* file) { return file->ops == &operations; }

struct stp_file* stp_timerfd_create(clockid_t clock, int flags) {
  struct timer* timer = stp_alloc(sizeof *timer);
  stp_file_init(&timer->file, &operations, O_RDWR | flags);
  timer->clock = clock;
  return &timer->file;
}

int stp_timerfd_set(struct stp_file* file, const struct itimerspec* setting, bool absolute,
                    bool cancellable) {
  struct timer* timer = (struct timer*)file;
  disarm(timer);
  timer->cancellable = cancellable && absolute && timer->clock == CLOCK_REALTIME;
  timer->cancelled = timer->cancelled && timer->cancellable;
  stp_clock_watch(&timer->watch, aim_anew);
  timer->asked = setting->it_interval;
  timer->interval = stp_true_delay(stp_timespec_to_delay(&setting->it_interval));
  timer->read = 0;
  if (setting->it_value.tv_sec == 0 && setting->it_value.tv_nsec == 0)
    return 0;
  timer->first = stp_aim_set(&timer->aim, timer->clock, &setting->it_value, absolute);
  arm(timer);
  return take_cancellation(timer) ? -ECANCELED : 0;
}

struct itimerspec stp_timerfd_get(struct stp_file* file) {
  const struct timer* timer = (struct timer*)file;
  struct itimerspec setting = {.it_interval = timer->asked};
  if (!timer->armed || (timer->expired && timer->interval == 0))
    return setting;
  const double next = date_of(timer, timer->expired ? expirations(timer) : timer->read);
  const double left = stp_shown_delay(next - stp_now());
  setting.it_value = stp_delay_to_timespec(left < STP_NEVER ? left : STP_NEVER);
  return setting;
}
