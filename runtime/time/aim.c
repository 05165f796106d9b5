/* A list of timers per host; of threads those that wait for such a date know it (stp_park). */
#include "time/aim.h"

#include <stddef.h>
#include <utlist.h>

#include "process/process.h"
#include "time/clock.h"

double stp_aim_set(struct stp_aim* aim, clockid_t clock, const struct timespec* value,
                   bool absolute) {
  if (absolute) {
    *aim = (struct stp_aim){clock, *value};
    return stp_timespec_to_date(value, clock);
  }
  const double date = stp_date_after(value);
  *aim = (struct stp_aim){CLOCK_MONOTONIC, *value};
  if (date < STP_NEVER)
    aim->shown = stp_date_to_timespec(date, CLOCK_MONOTONIC);
  return date;
}

double stp_aim_date(const struct stp_aim* aim) {
  return stp_timespec_to_date(&aim->shown, aim->clock);
}

double stp_aim_park(const struct timespec* time, clockid_t clock) {
  const double date = stp_timespec_to_date(time, clock);
  stp_self->aim = (struct stp_thread_aim){date, date, clock, *time};
  return date;
}

void stp_clock_watch(struct stp_clock_watch* watch,
                     void (*changed)(struct stp_clock_watch* watch, bool stepped)) {
  watch->changed = changed;
  if (watch->host != NULL)
    return;
  watch->host = stp_me->host;
  DL_APPEND(watch->host->clock_watches, watch);
}

void stp_clock_unwatch(struct stp_clock_watch* watch) {
  if (watch->host == NULL)
    return;
  DL_DELETE(watch->host->clock_watches, watch);
  watch->host = NULL;
}

static void aim_anew(struct stp_thread* thread) {
  struct stp_thread_aim* const aim = &thread->aim;
  if (aim->asked == STP_NO_AIM)
    return;
  aim->date = stp_timespec_to_date(&aim->shown, aim->clock);
  stp_thread_aimed_anew(thread);
}

void stp_clock_changed(struct stp_host* host, bool stepped) {
  stp_clock_maestro_host = host;
  const struct stp_process* process;
  DL_FOREACH2(host->processes, process, next_on_host) {
    struct stp_thread* thread;
    DL_FOREACH(process->threads, thread) aim_anew(thread);
  }
  struct stp_clock_watch *watch, *next;
  DL_FOREACH_SAFE(host->clock_watches, watch, next) watch->changed(watch, stepped);
  stp_clock_maestro_host = NULL;
}
