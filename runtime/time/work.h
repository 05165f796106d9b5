/* CPU work of virtual threads: where it comes from and when it becomes virtual time.
 *
 * A thread computes while the simulator's clock stands still; what it has computed since it was
 * last accounted is *pending*. Clocks that it reads add its pending work (time/clock.c). When it
 * does something that others can see, the pending work is executed on its host, where it shares the
 * cores with the other threads, and so the simulator's clock catches up. */
#ifndef STP_WORK_H
#define STP_WORK_H

struct stp_process;
struct stp_thread;

/* NONE: computing takes no time. COUNTED: the cycles that the plugin's code has counted; a flop of
 * the platform is one abstract cycle, so the speed of a host is its clock rate, about. MEASURED:
 * the real CPU time of the thread, scaled by the speed of this machine (calibrated in the same
 * unit) over that of the host. */
enum stp_work_source { STP_WORK_NONE, STP_WORK_COUNTED, STP_WORK_MEASURED };
extern enum stp_work_source stp_work_source;

/* Chooses the source; calibrates if need be (a hundredth of a second of real time). Before the run.
 */
void stp_work_start(enum stp_work_source source);

/* Delay (s) that the calling thread has worked and not yet accounted. */
double stp_work_pending(void);

/* Accounts it: executes it on the host, sharing its cores. Blocks. Call before something that
 * others can see. stp_park does so by itself. */
void stp_work_flush(void);

/* Adds CPU time (s) to the calling thread and its process without letting time pass. */
void stp_work_charge(double delay);

/* CPU time (s): accounted and, of the calling thread or process, pending. For the CPU clocks,
 * times, getrusage. */
double stp_work_of_thread(const struct stp_thread* thread);
double stp_work_of_process(const struct stp_process* process);

#endif
