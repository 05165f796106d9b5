/* IPv4 addresses as programs give and get them. */
#ifndef STP_INET_H
#define STP_INET_H

#include <sys/socket.h>

#include "net/ports.h"

/* 0, -EINVAL (too short) or -EAFNOSUPPORT. */
int stp_endpoint_of(const struct sockaddr* address, socklen_t length,
                    struct stp_endpoint* endpoint);

void stp_endpoint_store(struct stp_endpoint endpoint, struct sockaddr_storage* name,
                        socklen_t* length);

#endif
