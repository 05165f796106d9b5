/* The network interfaces of a host: lo and eth0. */
#ifndef STP_INTERFACES_H
#define STP_INTERFACES_H

#include <netinet/in.h>

struct stp_host;

enum { STP_INTERFACES = 2 };

struct stp_interface {
  const char* name;
  unsigned index, flags; /* from 1; IFF_ */
  int mtu, type;         /* ARPHRD_ */
  struct in_addr address, netmask, broadcast;
  struct in6_addr address6;
  unsigned prefix6; /* bits */
  unsigned char hardware[6];
};

/* 0 <= i < STP_INTERFACES. */
struct stp_interface stp_interface_at(const struct stp_host* host, int i);

/* The requests of netdevice(7). Those that read are emulated; those that would change something are
 * -EPERM, with a warning if the process has the right to: interfaces are the platform's. Also
 * -ENODEV, and -ENOTTY for requests of others. */
int stp_interface_ioctl(const struct stp_host* host, unsigned long request, void* argument);

#endif
