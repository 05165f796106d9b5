/* The interval timer: one timer of the engine per process that has it set. */
#include "process/alarm.h"

#include <math.h>
#include <signal.h>

#include "engine/engine.h"
#include "process/process.h"
#include "process/signals.h"

struct stp_alarm {
  struct stp_alarm_setting setting;
  struct stp_timer* timer; /* null: not set */
};

/* In maestro. */
static void ring(void* argument) {
  struct stp_process* process = argument;
  struct stp_alarm* alarm = process->alarm;
  alarm->timer = NULL;
  if (process->ending)
    return;
  if (alarm->setting.interval > 0) {
    alarm->setting.date += alarm->setting.interval;
    alarm->timer = stp_engine_timer(alarm->setting.date, ring, process);
  }
  const siginfo_t info = {.si_signo = SIGALRM, .si_code = SI_KERNEL};
  stp_signal_send(process, &info);
}

struct stp_alarm_setting stp_alarm_get(void) {
  const struct stp_alarm* alarm = stp_me->alarm;
  if (!alarm || !alarm->timer)
    return (struct stp_alarm_setting){.date = INFINITY};
  return alarm->setting;
}

static void cancel(struct stp_alarm* alarm) {
  if (alarm->timer)
    stp_engine_timer_cancel(alarm->timer);
  alarm->timer = NULL;
}

void stp_alarm_set(struct stp_alarm_setting setting) {
  if (!stp_me->alarm && isinf(setting.date))
    return;
  if (!stp_me->alarm)
    stp_me->alarm = stp_alloc(sizeof *stp_me->alarm);
  struct stp_alarm* alarm = stp_me->alarm;
  cancel(alarm);
  alarm->setting = setting;
  if (!isinf(setting.date))
    alarm->timer = stp_engine_timer(setting.date, ring, stp_me);
}

void stp_alarm_end(struct stp_process* process) {
  if (process->alarm)
    cancel(process->alarm);
  stp_free(process->alarm);
}
