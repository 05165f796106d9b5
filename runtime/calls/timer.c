/* Timers of POSIX (time.h): adapters over time/timers.h. A timer that is to start threads makes the
 * process have one more, as in glibc, that starts them. */
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "calls/adapter.h"
#include "file/poll.h"
#include "process/hidden.h"
#include "process/signals.h"
#include "time/timers.h"

/* glibc's timer_t, too, is the kernel's number in most cases; it is opaque. */
static timer_t handle_of(int number) { return (timer_t)(intptr_t)number; }
static int number_of(timer_t timer) { return (int)(intptr_t)timer; }

/* ---- SIGEV_THREAD ---- */

static void* notify(void* argument) {
  const struct sigevent event = *(struct sigevent*)argument;
  stp_process_free(argument);
  stp_signal_block(0);
  stp_signals_handle();
  event.sigev_notify_function(event.sigev_value);
  return NULL;
}

static void start_thread(const struct sigevent* event) {
  struct sigevent* const copy = stp_process_alloc(sizeof *copy);
  *copy = *event;
  pthread_t thread;
  if (simterpose_pthread_create(&thread, event->sigev_notify_attributes, notify, copy) != 0)
    stp_process_free(copy);
  else
    simterpose_pthread_detach(thread);
}

static void* serve(void* unused) {
  STP_CALL_UNINTERRUPTED();
  stp_signal_block(~(stp_sigset)0);
  for (;;) {
    const struct sigevent event = stp_timer_await();
    start_thread(&event);
  }
  return unused;
}

/* The thread of the process that starts threads; 0 or -errno. */
static int have_server(void) {
  static const char key;
  int* const owner = stp_hidden_block(&key, sizeof *owner); /* a forked child has none */
  pthread_t thread;
  if (*owner == stp_me->pid)
    return 0;
  if (simterpose_pthread_create(&thread, NULL, serve, NULL) != 0)
    return -EAGAIN;
  simterpose_pthread_detach(thread);
  *owner = stp_me->pid;
  return 0;
}

/* What the program keeps is copied: it need not live as long as the timer. */
static pthread_attr_t* copy_attributes(const pthread_attr_t* attributes) {
  if (!attributes)
    return NULL;
  pthread_attr_t* const copy = stp_process_alloc(sizeof *copy);
  *copy = *attributes;
  return copy;
}

/* ---- the calls ---- */

int simterpose_timer_create(clockid_t clock, struct sigevent* event, timer_t* timer) {
  int number;
  if (event && event->sigev_notify == SIGEV_THREAD) {
    struct sigevent own = *event;
    own.sigev_notify_attributes = copy_attributes(event->sigev_notify_attributes);
    number = have_server();
    if (number == 0)
      number = stp_timer_create(clock, &own);
  } else {
    number = stp_timer_create(clock, event);
  }
  if (number < 0)
    return (int)stp_return(number);
  *timer = handle_of(number);
  return 0;
}

int simterpose_timer_delete(timer_t timer) {
  return (int)stp_return(stp_timer_delete(number_of(timer)));
}

int simterpose_timer_settime(timer_t timer, int flags, const struct itimerspec* setting,
                             struct itimerspec* old) {
  if (!stp_delay_valid(&setting->it_value) || !stp_delay_valid(&setting->it_interval))
    return (int)stp_return(-EINVAL);
  return (int)stp_return(stp_timer_set(number_of(timer), flags & TIMER_ABSTIME, setting, old));
}

int simterpose_timer_gettime(timer_t timer, struct itimerspec* setting) {
  return (int)stp_return(stp_timer_get(number_of(timer), setting));
}

int simterpose_timer_getoverrun(timer_t timer) {
  return (int)stp_return(stp_timer_overrun(number_of(timer)));
}
