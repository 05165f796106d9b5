/* CPU work of virtual threads: where it comes from and when it becomes virtual time. */
#ifndef STP_WORK_H
#define STP_WORK_H

/* NONE: computing takes no time. MEASURED: the real CPU time of the thread, scaled by the host's
 * speed over the calibrated speed of this machine. COUNTED, the plugin's count of work, joins them
 * at stp_work_pending. */
enum stp_work_source { STP_WORK_NONE, STP_WORK_MEASURED };
extern enum stp_work_source stp_work_source;

/* Delay (s) that the calling thread has worked and not yet accounted. */
double stp_work_pending(void);

/* Accounts it: executes it on the host, sharing its cores. Blocks. Call before something that
 * others can see. */
void stp_work_flush(void);

#endif
