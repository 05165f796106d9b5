/* The cores of a host, shared by the threads that work there: each has one, or all have an equal
 * part of them if there are more threads than cores. That is SimGrid's own model of a CPU (Cas01),
 * but with CPU time known at any date, and at a fifth of the cost of its executions. The speed of
 * a core, and how a profile of the platform changes it, come from SimGrid. */
#ifndef STP_CORES_H
#define STP_CORES_H

#include <stdbool.h>

struct stp_host;
struct stp_thread;

/* What a thread has under way on the cores of its host (thread.h has one). */
struct stp_stint {
  struct stp_stint *prev, *next; /* on its cores, by the end */
  struct stp_thread* thread;
  bool runs;
  double end;   /* of stp_cores' done; INFINITY: until stp_cores_leave */
  double began; /* of stp_cores' cpu_time */
};

/* Flops per second of one core at this date; if they stand still, at the last when they did not. */
double stp_cores_speed(struct stp_host* host);

/* Its inverse: seconds per flop. For those who read clocks, as divisions are slow. */
double stp_cores_period(struct stp_host* host);

/* The calling thread does `flops` of work. Blocks until it is done; never returns if the process
 * ends meanwhile. The CPU time it took is added to the thread's and the process's. */
void stp_cores_work(double flops);

/* The calling thread is about to wait without letting its core go, and has come back. */
void stp_cores_spin(void);
void stp_cores_spun(void);

/* Takes a thread that will never run again off the cores. Anywhere. */
void stp_cores_leave(struct stp_thread* thread);

/* CPU time (s) of what the thread, all threads of a process, have under way, up to this date. */
double stp_cores_under_way(const struct stp_thread* thread);

/* By how much that grows in a second for each thread of the host that works: 1, or less if there
 * are too many. */
double stp_cores_share(struct stp_host* host);

/* The host has been paused or goes on (host->paused): its cores stand still while it is. Maestro.
 */
void stp_cores_speed_changed(struct stp_host* host);

/* Told when threads have begun or ceased to work or to spin on a host, and when its speed has
 * changed: rates of CPU time may be others from now on. Null: nobody. Must not block. */
extern void (*stp_cores_changed)(struct stp_host* host);

/* Before the run. */
void stp_cores_start(void);

#endif
