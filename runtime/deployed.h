/* The processes of the deployment: started, stopped and started again at their dates, and when
 * their hosts lose and regain power. What a deployed process forks belongs to it. */
#ifndef STP_DEPLOYED_H
#define STP_DEPLOYED_H

#include <stdbool.h>
#include <stddef.h>

struct stp_deployed;
struct stp_run_process;

/* Finds hosts and loads programs; what is wrong with them ends the program (stp_fatal). */
void stp_deployed_prepare(const struct stp_run_process* requests, size_t count);

/* Starts what starts at 0 and sees to the rest. Before the run. */
void stp_deployed_schedule(void);

/* The run is being stopped: nothing is started any more. Maestro. */
void stp_deployed_cease(void);

/* Whether all processes have ended and none is to start; *due: but when its host is on again. */
bool stp_deployed_over(bool* due);

/* What a process was deployed as is to be started once more when it has ended; and is, unless it
 * runs, or should have been stopped by now. Maestro. */
void stp_deployed_to_come(struct stp_deployed* unit);
void stp_deployed_again(struct stp_deployed* unit);

/* How many timers only wait for hosts to go on. */
size_t stp_deployed_hopes(void);

/* Every process waits, and only a host that goes off or on can help: says whether that can be
 * hoped for. For stp_engine_run. When it did not help: since when. */
bool stp_deployed_stuck(void);
double stp_deployed_stuck_since(void);

#endif
