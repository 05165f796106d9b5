/* What route sockets are asked (rtnetlink(7)), and the answers: dumps of interfaces, addresses and
 * routes. Nothing can be changed. */
#ifndef STP_NETLINK_H
#define STP_NETLINK_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

struct stp_host;

enum { STP_NETLINK_ROOM = 4096 };

/* What one call of recv gives: one message or several. */
struct stp_netlink_answer {
  struct stp_netlink_answer* next;
  size_t size;
  _Alignas(NLMSG_ALIGNTO) char data[STP_NETLINK_ROOM];
};

/* The answer to a request of a host's socket with the address `port`; null if it gets none. The
 * caller's, to be freed by stp_free. */
struct stp_netlink_answer* stp_netlink_serve(const struct nlmsghdr* request,
                                             const struct stp_host* host, uint32_t port);

#endif
