/* For dates a timer of the engine, for CPU time deadlines. */
#include "time/alarm.h"

#include <math.h>
#include <signal.h>

#include "engine/engine.h"
#include "process/process.h"
#include "process/signals.h"
#include "time/clock.h"
#include "time/cpu_deadline.h"
#include "time/work.h"

struct stp_alarm {
  struct stp_alarm_setting settings[STP_ALARM_CLOCKS];
  struct stp_timer* timer;                             /* for the date; null: not set */
  struct stp_cpu_deadline deadlines[STP_ALARM_CLOCKS]; /* for the others */
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

static void watch(struct stp_process* process, enum stp_alarm_clock clock);

/* In maestro. */
static void worked(struct stp_process* process, enum stp_alarm_clock clock) {
  struct stp_alarm_setting* const setting = &process->alarm->settings[clock];
  if (process->ending)
    return;
  renew(setting, setting->date);
  watch(process, clock);
  send_to(process, clock);
}

static void worked_virtual(void* process) { worked(process, STP_ALARM_VIRTUAL); }
static void worked_prof(void* process) { worked(process, STP_ALARM_PROF); }

static void watch(struct stp_process* process, enum stp_alarm_clock clock) {
  struct stp_cpu_deadline* const deadline = &process->alarm->deadlines[clock];
  const double time = process->alarm->settings[clock].date;
  stp_cpu_deadline_cancel(deadline);
  *deadline = (struct stp_cpu_deadline){.process = process,
                                        .time = time,
                                        .reached = clock == STP_ALARM_VIRTUAL ? worked_virtual
                                                                              : worked_prof,
                                        .argument = process};
  if (!isinf(time))
    stp_cpu_deadline_set(deadline);
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
  if (clock != STP_ALARM_REAL) {
    watch(stp_me, clock);
    return;
  }
  cancel(stp_me->alarm);
  if (!isinf(setting.date))
    stp_me->alarm->timer = stp_engine_timer_loose(setting.date, ring, stp_me);
}

static void end(struct stp_process* process) {
  if (process->alarm) {
    cancel(process->alarm);
    stp_cpu_deadline_cancel(&process->alarm->deadlines[STP_ALARM_VIRTUAL]);
    stp_cpu_deadline_cancel(&process->alarm->deadlines[STP_ALARM_PROF]);
  }
  stp_free(process->alarm);
}

const struct stp_process_hooks stp_alarm_hooks = {.end = end};
