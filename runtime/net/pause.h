/* What arrives at a host that is paused waits until it goes on, as in the queues before a virtual
 * machine: segments of TCP all, of other packets as many as fit. Peers hear nothing meanwhile. */
#ifndef STP_NET_PAUSE_H
#define STP_NET_PAUSE_H

#include <stdbool.h>

struct stp_host;

/* If the host is paused, keeps `item` for deliver(host, item) when it goes on, or drops it by
 * drop(item) if too many wait, and says true. Maestro. */
bool stp_net_hold(struct stp_host* host, void (*deliver)(struct stp_host* host, void* item),
                  void (*drop)(void* item), void* item);

/* A host is paused (host->paused), and that one goes on, from now on. Maestro. */
void stp_net_pause(void);
void stp_net_resume(struct stp_host* host);

#endif
