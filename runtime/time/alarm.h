/* The interval timers of a process (setitimer(2)): SIGALRM at a date, SIGVTALRM and SIGPROF when it
 * has worked for so long, and again after each interval. All its work counts as the program's own,
 * so that the last two differ in their signal only. */
#ifndef STP_ALARM_H
#define STP_ALARM_H

struct stp_process;

enum stp_alarm_clock { STP_ALARM_REAL, STP_ALARM_VIRTUAL, STP_ALARM_PROF, STP_ALARM_CLOCKS };

/* In seconds: a date, or CPU time of the process; INFINITY: not set. Interval 0: once. */
struct stp_alarm_setting {
  double date, interval;
};

/* What the clock shows that the settings refer to. */
double stp_alarm_now(enum stp_alarm_clock clock);

struct stp_alarm_setting stp_alarm_get(enum stp_alarm_clock clock);

/* Of the calling process, in place of what was set. Does not block. */
void stp_alarm_set(enum stp_alarm_clock clock, struct stp_alarm_setting setting);

/* Kept by exec, not inherited by fork. */
extern const struct stp_process_hooks stp_alarm_hooks;

#endif
