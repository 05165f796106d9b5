/* For dates, one timer of the engine per process; CPU time is looked at whenever it is accounted.
 */
#include "time/alarm.h"

#include <math.h>
#include <signal.h>

#include "engine/engine.h"
#include "process/process.h"
#include "process/signals.h"
#include "time/clock.h"
#include "time/work.h"

struct stp_alarm {
  struct stp_alarm_setting settings[STP_ALARM_CLOCKS];
  struct stp_timer* timer; /* for the date; null: not set */
};

static const int signals[STP_ALARM_CLOCKS] = {SIGALRM, SIGVTALRM, SIGPROF};

/* The time of this setting has come: what comes after it. */
static void renew(struct stp_alarm_setting* setting, double now) {
  if (setting->interval > 0)
    setting->date += setting->interval * (1 + floor((now - setting->date) / setting->interval));
  else
    setting->date = INFINITY;
}

static void send_to(struct stp_process* process, enum stp_alarm_clock clock) {
  const siginfo_t info = {.si_signo = signals[clock], .si_code = SI_KERNEL};
  stp_signal_send(process, &info);
}

/* In maestro. */
static void ring(void* argument) {
  struct stp_process* const process = argument;
  struct stp_alarm* const alarm = process->alarm;
  struct stp_alarm_setting* const setting = &alarm->settings[STP_ALARM_REAL];
  alarm->timer = NULL;
  if (process->ending)
    return;
  renew(setting, setting->date);
  if (!isinf(setting->date))
    alarm->timer = stp_engine_timer_loose(setting->date, ring, process);
  send_to(process, STP_ALARM_REAL);
}

void stp_alarm_worked(void) {
  if (!stp_me->alarm)
    return;
  for (enum stp_alarm_clock clock = STP_ALARM_VIRTUAL; clock <= STP_ALARM_PROF; clock++) {
    struct stp_alarm_setting* const setting = &stp_me->alarm->settings[clock];
    if (stp_me->cpu_time < setting->date)
      continue;
    renew(setting, stp_me->cpu_time);
    send_to(stp_me, clock);
  }
}

double stp_alarm_now(enum stp_alarm_clock clock) {
  return clock == STP_ALARM_REAL ? stp_now() : stp_work_of_process(stp_me);
}

struct stp_alarm_setting stp_alarm_get(enum stp_alarm_clock clock) {
  if (!stp_me->alarm)
    return (struct stp_alarm_setting){.date = INFINITY};
  return stp_me->alarm->settings[clock];
}

static void cancel(struct stp_alarm* alarm) {
  if (alarm->timer)
    stp_engine_timer_cancel(alarm->timer);
  alarm->timer = NULL;
}

static struct stp_alarm* alarm_new(void) {
  struct stp_alarm* const alarm = stp_alloc(sizeof *alarm);
  for (int i = 0; i < STP_ALARM_CLOCKS; i++)
    alarm->settings[i].date = INFINITY;
  return alarm;
}

void stp_alarm_set(enum stp_alarm_clock clock, struct stp_alarm_setting setting) {
  if (!stp_me->alarm && isinf(setting.date))
    return;
  if (!stp_me->alarm)
    stp_me->alarm = alarm_new();
  stp_me->alarm->settings[clock] = setting;
  if (clock != STP_ALARM_REAL)
    return;
  cancel(stp_me->alarm);
  if (!isinf(setting.date))
    stp_me->alarm->timer = stp_engine_timer_loose(setting.date, ring, stp_me);
}

static void end(struct stp_process* process) {
  if (process->alarm)
    cancel(process->alarm);
  stp_free(process->alarm);
}

const struct stp_process_hooks stp_alarm_hooks = {.end = end};
