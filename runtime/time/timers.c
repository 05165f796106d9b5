/* A list of timers per process, in runtime memory; the process has it once it has made one. */
#include "time/timers.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <utlist.h>

#include "process/process.h"
#include "process/signals.h"
#include "time/aim.h"
#include "time/clock.h"
#include "time/cpu_deadline.h"
#include "time/work.h"
#include "trace/log.h"

struct timer {
  struct stp_process* process;
  int number;
  clockid_t clock;
  struct sigevent event;
  struct stp_process* whose; /* process whose CPU time the clock shows, or null */
  int tid;                   /* ... of this thread of it, or 0 */
  bool gone;                 /* that process is */
  struct stp_aim aim;        /* of expiration number 0, by other clocks */
  struct stp_clock_watch watch;
  double first;                     /* date of expiration number 0, or CPU time */
  double interval;                  /* 0: only that one */
  struct timespec asked;            /* the interval as it was asked for */
  uint64_t next;                    /* number of the expiration to come */
  bool armed;                       /* it is to come, or its signal to be taken */
  bool expired;                     /* it has come: told, but not taken yet */
  int sequence;                     /* of the setting: signals of an older one are not delivered */
  int overrun;                      /* of the signal taken last */
  struct stp_timer* engine;         /* set for it, or null */
  struct stp_cpu_deadline deadline; /* the same for clocks of CPU time */
  struct timer *prev_timer, *next_timer;
};

struct stp_timers {
  struct timer* list;
  int next_number;
  struct stp_waitq fired; /* who waits for timers of SIGEV_THREAD */
};

static struct timer* find(const struct stp_process* process, int number) {
  struct timer* timer = process->timers ? process->timers->list : NULL;
  while (timer && timer->number != number)
    timer = timer->next_timer;
  return timer;
}

/* ---- expiring ---- */

static void arm(struct timer* timer);

static double next_date(const struct timer* timer) {
  return timer->next == 0 ? timer->first : timer->first + (double)timer->next * timer->interval;
}

/* The date, or the CPU time. */
static double now_of(const struct timer* timer) {
  return timer->whose == NULL ? stp_engine_now() : stp_work_of(timer->whose, timer->tid);
}

static void disarm(struct timer* timer) {
  stp_cpu_deadline_cancel(&timer->deadline);
  stp_clock_unwatch(&timer->watch);
  if (timer->engine)
    stp_engine_timer_cancel(timer->engine);
  timer->engine = NULL;
  timer->armed = timer->expired = false;
}

/* Periods that have gone by since the expiration that was told. Dates are sums of doubles: a
 * nanosecond of tolerance. */
static uint64_t periods_missed(const struct timer* timer) {
  const double periods = (now_of(timer) - next_date(timer) + 1e-9) / timer->interval;
  return periods > 0 ? (uint64_t)periods : 0;
}

/* What was told has been taken: counts those missed, prepares for the one that comes next. */
static void go_on(struct timer* timer) {
  timer->expired = false;
  timer->overrun = 0;
  if (timer->interval == 0) {
    timer->armed = false;
    return;
  }
  const uint64_t missed = periods_missed(timer);
  timer->overrun = missed < INT_MAX ? (int)missed : INT_MAX;
  timer->next += missed + 1;
  arm(timer);
}

/* The clock has been changed. */
static void aim_anew(struct stp_clock_watch* watch, bool stepped) {
  (void)stepped;
  struct timer* const timer = (struct timer*)((char*)watch - offsetof(struct timer, watch));
  timer->first = stp_aim_date(&timer->aim);
  timer->interval = stp_true_delay(stp_timespec_to_delay(&timer->asked));
  if (timer->expired || !timer->engine)
    return;
  stp_engine_timer_cancel(timer->engine);
  timer->engine = NULL;
  arm(timer);
}

static bool send_signal(const struct timer* timer) {
  siginfo_t info = {.si_signo = timer->event.sigev_signo, .si_code = SI_TIMER};
  info.si_timerid = timer->number;
  info.si_overrun = timer->sequence; /* until it is taken */
  info.si_value = timer->event.sigev_value;
  if (timer->event.sigev_notify != SIGEV_THREAD_ID)
    return stp_signal_generate(timer->process, NULL, &info);
  struct stp_thread* thread = timer->process->threads;
  while (thread && thread->tid != timer->event._sigev_un._tid)
    thread = thread->next;
  return thread && stp_signal_generate(timer->process, thread, &info);
}

/* In maestro. */
static void expire(void* argument) {
  struct timer* const timer = argument;
  timer->engine = NULL;
  timer->expired = true;
  if (timer->process->ending)
    return;
  if (timer->event.sigev_notify == SIGEV_THREAD)
    stp_wake_one(&timer->process->timers->fired);
  else if (timer->event.sigev_notify == SIGEV_NONE || !send_signal(timer))
    go_on(timer);
}

static void arm(struct timer* timer) {
  timer->armed = true;
  const double date = next_date(timer);
  if (timer->whose != NULL) {
    timer->deadline = (struct stp_cpu_deadline){.process = timer->whose,
                                                .tid = timer->tid,
                                                .time = date,
                                                .reached = expire,
                                                .argument = timer};
    stp_cpu_deadline_set(&timer->deadline);
  } else if (date < STP_NEVER)
    timer->engine = stp_engine_timer_loose(fmax(date, stp_engine_now()), expire, timer);
}

/* A signal is taken (pending.h): false if it comes from a timer deleted or set anew since. */
static bool taken(struct stp_process* process, siginfo_t* info) {
  struct timer* const timer = find(process, info->si_timerid);
  if (!timer || !timer->expired || timer->sequence != info->si_overrun)
    return false;
  go_on(timer);
  info->si_overrun = timer->overrun;
  return true;
}

struct sigevent stp_timer_await(void) {
  for (;;) {
    struct timer* timer;
    DL_FOREACH2(stp_me->timers->list, timer, next_timer) {
      if (timer->event.sigev_notify == SIGEV_THREAD && timer->expired) {
        const struct sigevent event = timer->event;
        go_on(timer);
        return event;
      }
    }
    stp_wait(&stp_me->timers->fired, INFINITY);
  }
}

/* ---- the calls ---- */

/* The process whose CPU time it shows, or null. */
static int check_clock(clockid_t clock, struct stp_process** whose, int* tid) {
  *whose = NULL;
  *tid = 0;
  switch (clock) {
  case CLOCK_REALTIME:
  case CLOCK_MONOTONIC:
  case CLOCK_BOOTTIME:
  case CLOCK_REALTIME_ALARM:
  case CLOCK_BOOTTIME_ALARM:
  case CLOCK_TAI:
    return 0;
  default:
    return stp_clock_whose(clock, whose, tid);
  }
}

static int check_event(const struct sigevent* event) {
  switch (event->sigev_notify) {
  case SIGEV_NONE:
  case SIGEV_THREAD:
    return 0;
  case SIGEV_SIGNAL:
    return stp_signal_valid(event->sigev_signo) ? 0 : -EINVAL;
  case SIGEV_THREAD_ID: {
    const struct stp_thread* thread = stp_me->threads;
    while (thread && thread->tid != event->_sigev_un._tid)
      thread = thread->next;
    return thread && stp_signal_valid(event->sigev_signo) ? 0 : -EINVAL;
  }
  default:
    return -EINVAL;
  }
}

/* How many timers count the CPU time of another process. */
static unsigned on_others;

int stp_timer_create(clockid_t clock, const struct sigevent* event) {
  struct stp_process* whose;
  int tid;
  int error = check_clock(clock, &whose, &tid);
  if (error == 0 && event)
    error = check_event(event);
  if (error != 0)
    return error;
  stp_pending_timer_taken = taken;
  if (!stp_me->timers)
    stp_me->timers = stp_alloc(sizeof *stp_me->timers);
  struct timer* const timer = stp_alloc(sizeof *timer);
  timer->process = stp_me;
  timer->number = stp_me->timers->next_number++;
  timer->clock = clock;
  timer->whose = whose;
  on_others += whose && whose != stp_me;
  timer->tid = tid;
  timer->event = event ? *event
                       : (struct sigevent){.sigev_notify = SIGEV_SIGNAL,
                                           .sigev_signo = SIGALRM,
                                           .sigev_value.sival_int = timer->number};
  DL_APPEND2(stp_me->timers->list, timer, prev_timer, next_timer);
  return timer->number;
}

static void forget(struct timer* timer) {
  disarm(timer);
  on_others -= timer->whose && timer->whose != timer->process;
  DL_DELETE2(timer->process->timers->list, timer, prev_timer, next_timer);
  stp_free(timer);
}

/* Timers on the CPU time of a process that has ended stand still for ever. */
static void forget_clocks_of(const struct stp_process* process) {
  const struct stp_process* owner;
  DL_FOREACH2(process->host->processes, owner, next_on_host) {
    struct timer* timer;
    DL_FOREACH2(owner->timers ? owner->timers->list : NULL, timer, next_timer) {
      if (owner == process || timer->whose != process)
        continue;
      disarm(timer);
      timer->gone = true;
    }
  }
}

int stp_timer_delete(int number) {
  struct timer* const timer = find(stp_me, number);
  if (!timer)
    return -EINVAL;
  forget(timer);
  return 0;
}

static struct itimerspec setting_of(const struct timer* timer) {
  struct itimerspec setting = {.it_interval = timer->asked};
  if (!timer->armed || (timer->expired && timer->interval == 0))
    return setting;
  double next = next_date(timer);
  if (timer->expired)
    next += (double)(periods_missed(timer) + 1) * timer->interval;
  const double left =
      timer->whose != NULL ? next - now_of(timer) : stp_shown_delay(next - stp_now());
  setting.it_value = stp_delay_to_timespec(left < 1e-9        ? 1e-9
                                           : left < STP_NEVER ? left
                                                              : STP_NEVER);
  return setting;
}

int stp_timer_get(int number, struct itimerspec* setting) {
  const struct timer* const timer = find(stp_me, number);
  if (!timer)
    return -EINVAL;
  *setting = setting_of(timer);
  return 0;
}

int stp_timer_set(int number, bool absolute, const struct itimerspec* setting,
                  struct itimerspec* old) {
  struct timer* const timer = find(stp_me, number);
  if (!timer)
    return -EINVAL;
  if (timer->gone)
    return -ESRCH;
  const struct itimerspec new = *setting; /* may be the same object as `old` */
  if (old)
    *old = setting_of(timer);
  disarm(timer);
  timer->asked = new.it_interval;
  timer->interval = stp_timespec_to_delay(&new.it_interval);
  if (timer->whose == NULL)
    timer->interval = stp_true_delay(timer->interval);
  timer->next = 0;
  timer->sequence++;
  timer->overrun = 0;
  if (new.it_value.tv_sec == 0 && new.it_value.tv_nsec == 0)
    return 0;
  if (timer->whose != NULL)
    timer->first = stp_timespec_to_delay(&new.it_value) + (absolute ? 0 : now_of(timer));
  else
    timer->first = stp_aim_set(&timer->aim, timer->clock, &new.it_value, absolute);
  if (timer->whose == NULL)
    stp_clock_watch(&timer->watch, aim_anew);
  arm(timer);
  return 0;
}

int stp_timer_overrun(int number) {
  const struct timer* const timer = find(stp_me, number);
  return timer ? timer->overrun : -EINVAL;
}

/* ---- the process's share ---- */

static void timers_end(struct stp_process* process) {
  struct stp_timers* const timers = process->timers;
  if (!timers)
    return;
  while (timers->list)
    forget(timers->list);
  stp_free(timers);
  process->timers = NULL;
}

static void process_end(struct stp_process* process) {
  timers_end(process);
  if (on_others > 0)
    forget_clocks_of(process);
}

const struct stp_process_hooks stp_timer_hooks = {.exec = timers_end, .end = process_end};
