/* What is only in a host's memory. */
#ifndef STP_IPC_POWER_H
#define STP_IPC_POWER_H

struct stp_host;

/* The host is on again after a loss of power, and none of its processes is left: its System V
 * objects and message queues are gone, and so is what was in /dev/shm. */
void stp_ipc_boot(struct stp_host* host);

#endif
