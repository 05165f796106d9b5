/* Hosts that lose their power: what becomes of their connections. */
#ifndef STP_POWER_H
#define STP_POWER_H

struct stp_host;

/* The host is off (host->on is false): its ends of all connections are gone without a word. Their
 * peers find out when what they send is not acknowledged, or when it is answered by a RST because
 * the host is on again. Its processes may still hold their sockets, and close them. Maestro. */
void stp_net_power_off(struct stp_host* host);

/* What is done to links and ways has changed (stp_paths_changed is called here). Maestro. */
void stp_net_ways_changed(void);

/* A link has gone off or on at that date, which may be past. Maestro. */
void stp_net_links_changed(double date);

#endif
