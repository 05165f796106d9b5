/* Deadlines by clocks of CPU time: something happens when a process, or one of its threads, has
 * worked for so long (interval timers, timers on such clocks, RLIMIT_CPU). It happens at the very
 * date, also in the midst of work that is under way. */
#ifndef STP_CPU_DEADLINE_H
#define STP_CPU_DEADLINE_H

#include <stdbool.h>

struct stp_process;

/* The owner's; zero-initialised is not set. */
struct stp_cpu_deadline {
  struct stp_process* process;
  int tid;                /* of the thread; 0: all of them together count */
  double time;            /* CPU time, s */
  void (*reached)(void*); /* called once, in maestro, the deadline being unset */
  void* argument;
  bool set;
  struct stp_timer* timer; /* when it will be reached as things are; null: not at all */
  struct stp_cpu_deadline *prev, *next; /* on the host */
};

/* Sets a deadline that is not set, all of the fields up to `argument` being filled in. Where the
 * time has come already it is reached at this date. Anywhere. */
void stp_cpu_deadline_set(struct stp_cpu_deadline* deadline);

/* Before the deadline's memory goes. Nothing if it is not set. */
void stp_cpu_deadline_cancel(struct stp_cpu_deadline* deadline);

/* CPU time has been added to a process of the calling thread's host by other means than work. */
void stp_cpu_deadlines_look(void);

/* Before the run. */
void stp_cpu_deadlines_start(void);

/* Deadlines of a process that has ended are never reached. */
extern const struct stp_process_hooks stp_cpu_deadline_hooks;

#endif
