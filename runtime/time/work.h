/* CPU work of virtual threads: where it comes from and when it becomes virtual time.
 *
 * A thread computes while the simulator's clock stands still; what it has computed since then is
 * *pending*. Clocks that it reads add its pending work (time/clock.c). Before it waits or does
 * something that others can see, the work goes to the cores of its host (process/cores.h), and so
 * the simulator's clock catches up. Less than a threshold is *owed* instead: the thread stays that
 * much ahead of the simulator's clock until it has waited for as long, or until it owes enough. */
#ifndef STP_WORK_H
#define STP_WORK_H

struct stp_host;
struct stp_process;
struct stp_thread;

/* NONE: computing takes no time. COUNTED: the cycles that the plugin's code has counted; a flop of
 * the platform is one abstract cycle, so the speed of a host is its clock rate, about. MEASURED:
 * the real CPU time of the thread, scaled by the speed of this machine (calibrated in the same
 * unit) over that of the host. */
enum stp_work_source { STP_WORK_NONE, STP_WORK_COUNTED, STP_WORK_MEASURED };
extern enum stp_work_source stp_work_source;

/* Chooses the source. `machine_speed`: of this machine, for MEASURED, in flops per second; 0: it is
 * measured, roughly (a hundredth of a second of real time). Less than `threshold` (s) is not given
 * to the cores. Before the run. */
void stp_work_start(enum stp_work_source source, double threshold, double machine_speed);

/* Delay (s) by which the calling thread is ahead of the simulator's clock. */
double stp_work_pending(void);

/* The same after stp_work_flush, by one look at the work instead of three: for those who read
 * clocks. */
double stp_work_look(void);

/* Gives it to the cores of the host, unless it is less than the threshold. May block. Done by
 * stp_park, and at the beginning of each call that opens with STP_CALL. */
void stp_work_flush(void);

/* The same, however little it is: before the thread or the process ends, or spins. */
void stp_work_finish(void);

/* Adds CPU time (s) to the calling thread and its process without letting time pass. */
void stp_work_charge(double delay);

/* CPU time (s) up to this date, what is pending included. For the CPU clocks, times, getrusage. */
double stp_work_of_thread(const struct stp_thread* thread);
double stp_work_of_process(const struct stp_process* process);
double stp_work_of_host(const struct stp_host* host); /* since the start of the run */

/* Of the thread with this tid; of a process for tid 0. 0 for a thread that is gone. */
double stp_work_of(const struct stp_process* process, int tid);

#endif
