/* UDP: what its files share. Programs see struct stp_udp through net/socket.h.
 *
 * A datagram is one block of memory with one owner at a time: a lane (on the way from a socket to a
 * host), then the receive buffer of a socket. A lane moves its datagrams one after the other, each
 * as one flow; it arrives when its flow is done plus the path's latency. So order is kept and a
 * burst is not a multitude of flows. See udp_lane.c for what is lost on the way. A datagram to a
 * group (multicast, broadcast) goes to each host of the group on its own. Inside a host datagrams
 * arrive while they are sent.
 *
 * What follows Linux: net/ipv4/udp.c, net/ipv4/datagram.c, net/ipv6/udp.c, net/core/sock.c. */
#ifndef STP_UDP_H
#define STP_UDP_H

#include <stdbool.h>
#include <stdint.h>

#include "net/control.h"
#include "net/hash.h"
#include "net/path.h"
#include "net/socket.h"

struct stp_flow;
struct stp_group;
struct stp_timer;
struct stp_udp;
struct stp_cursor;
struct stp_udp_cork;
struct stp_udp_port;
struct stp_udp_report;

/* net.core.rmem_default and wmem_default; what IP lets a datagram be. */
enum { STP_UDP_BUFFER = 212992, STP_UDP_MAX4 = 65507, STP_UDP_MAX6 = 65527 };

/* Interfaces by index (net/interfaces.h). */
enum { STP_LO = 1, STP_ETH = 2 };

/* What a datagram is on the way: packets of IP, one or its fragments, and all their bytes. */
struct stp_udp_wire {
  unsigned packets, bytes;
};
struct stp_udp_wire stp_udp_wire(size_t size, bool v4);

struct stp_datagram {
  struct stp_datagram* next;
  struct stp_endpoint from, to;
  double date;     /* at which it arrives or has arrived */
  unsigned charge; /* of the buffer that it is in */
  struct stp_udp_wire wire;
  uint64_t id;        /* for observers; 0: none yet */
  double left;        /* likewise: when it has left its host */
  uint16_t segment;   /* several in one: the size of all but the last; 0: one */
  uint16_t stamps;    /* to be reported (SOF_TIMESTAMPING_TX_...) */
  uint32_t stamp_key; /* its number among those */
  union {
    struct stp_link* queue;    /* the one that it is in */
    struct stp_udp_lane* lane; /* on its own */
  };
  uint8_t ttl, tos;       /* or hop limit and traffic class */
  uint8_t interface;      /* by which it comes */
  bool spread;            /* to many hosts, and not yet copied for each */
  struct in6_addr landed; /* the receiver's own address; differs from `to` for groups */
  size_t size;
  char data[];
};

/* First in, first out. Zero-initialised is empty. */
struct stp_datagrams {
  struct stp_datagram *first, *last;
};

/* The way from a socket to a host; outlives the socket while something is on it. */
struct stp_udp_lane {
  const struct stp_path* path;
  struct stp_udp* socket;           /* null once closed */
  struct stp_datagrams waiting;     /* in the socket's buffer */
  struct stp_timer* interface;      /* when the first of them has left the host */
  double reserved;                  /* since when it is leaving */
  struct stp_datagrams queued;      /* in a router */
  struct stp_datagram* sending;     /* null: waiting and queued are empty */
  bool sending_waits;               /* it counts in the socket's buffer */
  double sending_date;              /* when its flow started */
  struct stp_flow* flow;            /* of it; null where nothing can pass */
  struct stp_datagrams departed;    /* on the way, by date */
  struct stp_timer* arrival;        /* of the first of them */
  unsigned overtaking;              /* on the way, each on its own */
  struct stp_host* to;              /* of the path */
  UT_hash_handle hh;                /* among those of the socket, by host */
  struct stp_udp_lane *prev, *next; /* of all */
};

extern struct stp_udp_lane* stp_udp_lanes; /* all, for debuggers */

/* A socket's part in a group. */
struct stp_membership {
  struct stp_membership* next; /* of the socket */
  struct stp_group* group;
  int interface;
};

struct stp_udp_options {
  int tos, ttl, mtu_discover, bind_no_port, free_bind;
  int v6_only, traffic_class, hops;
  int receive_errors, receive_info, receive_ttl, receive_tos;
  int receive_errors6, receive_info6, receive_hops, receive_class, send_flow;
  int group_ttl, group_hops, group_loop, group_loop6, group_all, group_all6;
  int group_interface, group_interface6; /* 0: eth0 */
  struct in_addr group_address;
  int stamp;                   /* 0, SO_TIMESTAMP or SO_TIMESTAMPNS */
  unsigned stamping;           /* SOF_TIMESTAMPING_... */
  int cork, segment, together; /* UDP_CORK, UDP_SEGMENT, UDP_GRO */
  int overflow, select_errors;
};

struct stp_udp {
  struct stp_socket socket;
  struct stp_endpoint local, remote;
  struct stp_udp_port* port;                   /* null: not bound */
  struct stp_udp *prev, *next;                 /* of the port, youngest first */
  bool connected, address_locked, port_locked; /* locked: by bind */
  int shut;                                    /* RECEIVE 1, SEND 2 */
  struct stp_datagrams received;
  struct stp_udp_report *reports, *last_report; /* the error queue */
  unsigned receive_used, send_used;             /* of the buffers */
  unsigned drops;                               /* for lack of room */
  struct stp_udp_cork* cork;                    /* null: none is begun */
  uint32_t stamp_key;                           /* of the next one sent */
  bool wants_space;                             /* somebody waits for room to send */
  struct stp_udp_lane *lanes, *last_lane;
  struct stp_membership* memberships;
  struct stp_udp_options options;
};

enum { STP_UDP_SHUT_RECEIVE = 1, STP_UDP_SHUT_SEND = 2 };

static inline struct stp_udp* stp_udp_of(struct stp_socket* socket) {
  return (struct stp_udp*)socket;
}

/* What a datagram is charged where it lies in a buffer of Linux (skb->truesize). */
unsigned stp_udp_charge(size_t size, bool v4, bool loopback);

void stp_datagrams_put(struct stp_datagrams* queue, struct stp_datagram* datagram);
struct stp_datagram* stp_datagrams_take(struct stp_datagrams* queue); /* null: empty */
void stp_datagrams_clear(struct stp_datagrams* queue);
struct stp_datagram* stp_datagram_copy(const struct stp_datagram* datagram);

/* ---- udp_ports.c: who has which port of a host ---- */

/* Binds to `local` (port 0: chooses one). 0 or -EADDRINUSE. */
int stp_udp_ports_bind(struct stp_udp* udp, struct stp_endpoint local);
void stp_udp_ports_release(struct stp_udp* udp);

/* Calls visit for each socket of a host that has a port. It must change nothing. */
void stp_udp_ports_each(struct stp_host* host,
                        void (*visit)(void* argument, const struct stp_udp* udp), void* argument);

/* Whose a datagram for one host is, or null. */
struct stp_udp* stp_udp_ports_find(struct stp_host* host, struct stp_endpoint to,
                                   struct stp_endpoint from);

/* The next socket after `last` (null: the first) that gets a datagram to a group. */
struct stp_udp* stp_udp_ports_next(struct stp_host* host, const struct stp_datagram* datagram,
                                   const struct stp_udp* last);

/* Whether anybody has the port. */
bool stp_udp_ports_held(struct stp_host* host, in_port_t port);

/* ---- udp_group.c: multicast groups ---- */

int stp_group_join(struct stp_udp* udp, struct in6_addr address, int interface);
int stp_group_leave(struct stp_udp* udp, struct in6_addr address, int interface);
void stp_group_leave_all(struct stp_udp* udp);

/* Whether the host, or the socket itself, is in the group on the interface. */
bool stp_group_has_host(struct in6_addr address, const struct stp_host* host, int interface);
bool stp_group_has_socket(const struct stp_udp* udp, struct in6_addr address, int interface);

/* ---- udp_lane.c: on the way ---- */

/* Sends a datagram to another host; takes it over. */
void stp_udp_lane_send(struct stp_udp* udp, const struct stp_path* path,
                       struct stp_datagram* datagram);

/* A datagram that has passed all links is lost by chance, or arrives a latency later; takes it
 * over. The socket may be null: it was closed. */
void stp_udp_lane_depart(struct stp_udp* udp, const struct stp_path* path,
                         struct stp_datagram* datagram);

/* The socket goes; what it has sent stays on its way. */
void stp_udp_lanes_part(struct stp_udp* udp);

/* The path from the socket's host to another, or null: stp_path_between, but what the socket has
 * sent there before tells it sooner. */
const struct stp_path* stp_udp_path(const struct stp_udp* udp, struct stp_host* to);

/* ---- udp_spread.c: to many hosts ---- */

/* Sends a copy to all other hosts that want it. */
void stp_udp_spread(struct stp_udp* udp, struct stp_datagram* datagram);

/* It has passed the links: it goes to each of them; takes it over. The socket may be null. */
void stp_udp_spread_out(struct stp_udp* udp, struct stp_host* from, struct stp_datagram* datagram);

/* ---- udp_arrival.c ---- */

/* A datagram arrives at a host; takes it over. */
void stp_udp_arrive(struct stp_host* host, struct stp_datagram* datagram);

/* ---- udp_errors.c: what senders are told ---- */

/* An address that nobody answers for is unreachable after three ARP requests, or neighbour
 * solicitations, a second apart. */
enum { STP_UDP_NEIGHBOUR = 3 };

/* A datagram sent by a socket of `host` did not find the port, or the host itself: ICMP tells it
 * after `delay` seconds. Takes the datagram over. */
enum stp_udp_failure { STP_UDP_NO_PORT, STP_UDP_NO_HOST };
void stp_udp_unreachable(struct stp_host* host, struct stp_datagram* datagram,
                         enum stp_udp_failure failure, double delay);

/* Queues that a datagram was too large for the MTU, if the socket asks for such things. */
void stp_udp_too_large(struct stp_udp* udp, struct stp_endpoint to, uint32_t mtu);

/* Adds to the error queue, if it fits; takes the datagram over. Who waits is yet to be told. */
struct sock_extended_err;
void stp_udp_report_put(struct stp_udp* udp, struct stp_datagram* datagram,
                        struct sock_extended_err error);

/* MSG_ERRQUEUE: the first of the queue, or -EAGAIN. */
ssize_t stp_udp_receive_report(struct stp_udp* udp, struct msghdr* message);

/* Drops all of them. */
void stp_udp_reports_clear(struct stp_udp* udp);

/* ---- udp_route.c ---- */

/* Where a datagram goes and how. */
enum stp_udp_kind { STP_UDP_UNICAST, STP_UDP_BROADCAST, STP_UDP_MULTICAST };
struct stp_udp_route {
  enum stp_udp_kind kind;
  struct stp_endpoint to;
  struct in6_addr source;
  int interface;
  const struct stp_path* path; /* of unicast; null: nobody has the address */
};

/* The route to `to`; `source` (any: the socket's) and `interface` (0: the socket's) may be asked
 * for. 0, -ENETUNREACH, -EACCES, -EAFNOSUPPORT, -EINVAL. */
int stp_udp_route(const struct stp_udp* udp, struct stp_endpoint to, struct in6_addr source,
                  int interface, struct stp_udp_route* route);

/* Reads an address that a program gives for a socket of UDP; those of IPv6 take both families. */
int stp_udp_endpoint_of(const struct stp_udp* udp, const struct sockaddr* address, socklen_t length,
                        struct stp_endpoint* endpoint);

/* The host's own address for talking to `to` by an interface. */
struct in6_addr stp_udp_own_address(const struct stp_host* host, int interface, struct in6_addr to);

/* ---- udp_dispatch.c ---- */

struct stp_udp_asked;

/* Whether a datagram can have so many bytes: 0, -EMSGSIZE or -EINVAL. */
int stp_udp_check_size(struct stp_udp* udp, const struct stp_udp_route* route,
                       const struct stp_udp_asked* asked, size_t size);

/* Sends what that allows, as one datagram or in segments. */
void stp_udp_dispatch(struct stp_udp* udp, const struct stp_udp_route* route,
                      const struct stp_udp_asked* asked, struct stp_cursor* data, size_t size);

/* ---- udp_cork.c: one datagram by several calls ---- */

void stp_udp_cork_begin(struct stp_udp* udp, const struct stp_udp_route* route,
                        const struct stp_udp_asked* asked);

/* Adds a part: 0, or an error of stp_udp_check_size, and then all is dropped. */
int stp_udp_cork_add(struct stp_udp* udp, struct stp_cursor* data, size_t size);

/* Sends it, or drops it, if there is one. */
void stp_udp_cork_send(struct stp_udp* udp);
void stp_udp_cork_drop(struct stp_udp* udp);

/* ---- udp_send.c, udp_receive.c ---- */

/* Gives the socket a port if it has none. 0 or -EAGAIN. */
int stp_udp_autobind(struct stp_udp* udp);

ssize_t stp_udp_send(struct stp_socket* socket, const struct msghdr* message, int flags);
bool stp_udp_writable(const struct stp_udp* udp);
ssize_t stp_udp_receive(struct stp_socket* socket, struct msghdr* message, int flags);

/* Fills msg_name, if it is wanted. */
void stp_udp_give_name(const struct stp_udp* udp, struct stp_endpoint endpoint,
                       struct msghdr* message);

/* ---- udp_ancillary.c: control messages ---- */

/* What a control message of sendmsg asks for. */
struct stp_udp_asked {
  struct in6_addr source; /* any: not asked for */
  int interface;          /* 0: not asked for */
  int ttl, tos, stamps;   /* -1: not asked for */
  int segment;            /* likewise */
};
int stp_udp_asked(const struct stp_udp* udp, const struct msghdr* message,
                  struct stp_udp_asked* asked);

/* What the socket's options ask to be told of a datagram: when it came, or was sent; all else. */
void stp_udp_tell_date(struct stp_control* control, const struct stp_udp* udp, double date,
                       bool sent);
void stp_udp_tell_packet(struct stp_control* control, const struct stp_udp* udp,
                         const struct stp_datagram* datagram);

/* ---- udp_stamp.c: when what was sent has left ---- */

/* Whether a control message of sendmsg may ask for such stamps: 0 or -EINVAL. */
int stp_udp_stamps_asked(unsigned flags);

/* A datagram is to be sent, with the stamps asked for (-1: those of the socket). */
void stp_udp_stamp_made(struct stp_udp* udp, struct stp_datagram* datagram, int asked);

/* It was handed to the interface at a date. */
void stp_udp_stamp_sent(struct stp_udp* udp, struct stp_datagram* datagram, double date);

/* ---- udp_group_options.c ---- */

/* Sets an option of multicast: *result is 0 or -errno. False if it is none. */
bool stp_udp_set_group_option(struct stp_udp* udp, int level, int option, const void* value,
                              socklen_t length, int* result);

/* ---- udp_options.c ---- */

void stp_udp_options_init(struct stp_udp_options* options);
int stp_udp_get_option(struct stp_socket* socket, int level, int option, void* value,
                       socklen_t* length);
int stp_udp_set_option(struct stp_socket* socket, int level, int option, const void* value,
                       socklen_t length);

#endif
