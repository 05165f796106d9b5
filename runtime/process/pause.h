/* Hosts that stop and go on, as virtual machines do. */
#ifndef STP_PAUSE_H
#define STP_PAUSE_H

struct stp_host;

/* Nothing is done on the host any more: its threads do not run, its cores stand still, what arrives
 * from the network waits (net/pause.h). Time passes and its clocks go on. Maestro. */
void stp_host_pause(struct stp_host* host);

/* All goes on; dates that threads have been waiting for, and that have passed, are late. Maestro.
 */
void stp_host_resume(struct stp_host* host);

#endif
