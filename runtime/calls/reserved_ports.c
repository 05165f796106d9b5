/* netdb.h: rresvport, a socket bound to a port of root's. */
#include <netinet/in.h>

#include "calls/adapter.h"

/* As glibc's: *port, and then the ones below it, in a circle from 512 to 1023. */
int simterpose_rresvport_af(int* port, sa_family_t family) {
  union {
    struct sockaddr any;
    struct sockaddr_in inet;
    struct sockaddr_in6 inet6;
  } name = {.any.sa_family = family};
  if (family != AF_INET && family != AF_INET6)
    return (int)stp_return(-EAFNOSUPPORT);
  const int fd = simterpose_socket(family, SOCK_STREAM, 0);
  if (fd < 0)
    return -1;
  if (*port < IPPORT_RESERVED / 2)
    *port = IPPORT_RESERVED / 2;
  else if (*port >= IPPORT_RESERVED)
    *port = IPPORT_RESERVED - 1;
  const int start = *port;
  int error;
  do {
    name.inet.sin_port = htons((uint16_t)*port); /* at the same place in both */
    if (simterpose_bind(fd, (__CONST_SOCKADDR_ARG){&name.any},
                        family == AF_INET ? sizeof name.inet : sizeof name.inet6) == 0)
      return fd;
    error = errno;
    if (error == EADDRINUSE && (*port)-- == IPPORT_RESERVED / 2)
      *port = IPPORT_RESERVED - 1;
  } while (error == EADDRINUSE && *port != start);
  simterpose_close(fd);
  errno = error == EADDRINUSE ? EAGAIN : error;
  return -1;
}

int simterpose_rresvport(int* port) { return simterpose_rresvport_af(port, AF_INET); }
