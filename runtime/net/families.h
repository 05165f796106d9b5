/* The families of sockets: how each makes one. */
#ifndef STP_FAMILIES_H
#define STP_FAMILIES_H

struct stp_socket;

struct stp_socket* stp_tcp_create(int domain);
struct stp_socket* stp_udp_create(int domain);
struct stp_socket* stp_unix_create(int type);

/* NETLINK_ROUTE: 0, -ESOCKTNOSUPPORT, -EPROTONOSUPPORT. */
int stp_netlink_create(int type, int protocol, struct stp_socket** socket);

/* SOCK_RAW and SOCK_DGRAM of ICMP: 0 or -EPERM. */
int stp_ping_create(int domain, int type, struct stp_socket** socket);

/* Two that are connected to each other (socketpair). */
void stp_unix_create_pair(int type, struct stp_socket* pair[2]);

#endif
