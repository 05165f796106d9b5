/* Timers of processes (timer_create(2), Linux's kernel/time/posix-timers.c). Like there, a timer
 * has at most one signal pending: while nobody takes it, expirations are only counted. */
#ifndef STP_TIMERS_H
#define STP_TIMERS_H

#include <signal.h>
#include <stdbool.h>
#include <time.h>

/* All of the calling process. `event` may be null: SIGALRM. Returns the timer's number or -errno.
 */
int stp_timer_create(clockid_t clock, const struct sigevent* event);
int stp_timer_delete(int number);

/* Sets the timer (it_value zero: stops it) and gives in `old`, if not null, what was left. 0 or
 * -EINVAL, -ESRCH (the process whose CPU time it counts is gone). */
int stp_timer_set(int number, bool absolute, const struct itimerspec* setting,
                  struct itimerspec* old);
int stp_timer_get(int number, struct itimerspec* setting);

/* How many expirations the last signal stood for, beyond the first. */
int stp_timer_overrun(int number);

/* Blocks until a timer of SIGEV_THREAD has expired; gives what to do. For the thread that starts
 * threads for them. */
struct sigevent stp_timer_await(void);

/* A timer is gone at fork and at exec. */
extern const struct stp_process_hooks stp_timer_hooks;

#endif
