/* The interval timer of a process that counts real (here: virtual) time: SIGALRM at a date, and
 * again after each interval (setitimer(2)). */
#ifndef STP_ALARM_H
#define STP_ALARM_H

struct stp_process;

/* Both in seconds; date INFINITY: not set. Interval 0: once. */
struct stp_alarm_setting {
  double date, interval;
};

struct stp_alarm_setting stp_alarm_get(void);

/* Of the calling process, in place of what was set. Does not block. */
void stp_alarm_set(struct stp_alarm_setting setting);

/* The process ends: its timer goes. */
void stp_alarm_end(struct stp_process* process);

#endif
