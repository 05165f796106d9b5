/* The families of sockets: how each makes one. */
#ifndef STP_FAMILIES_H
#define STP_FAMILIES_H

struct stp_socket;

struct stp_socket* stp_tcp_create(void);

#endif
