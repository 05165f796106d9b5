/* The ports of UDP on a host: a hash table of those in use, each with the sockets that hold it. */
#include <errno.h>
#include <utlist.h>

#include "net/udp.h"
#include "process/process.h"

/* net.ipv4.ip_local_port_range. */
enum { FIRST_EPHEMERAL = 32768, LAST_EPHEMERAL = 60999 };

struct stp_udp_port {
  in_port_t number; /* network byte order */
  struct stp_udp_host* host;
  struct stp_udp* sockets;
  UT_hash_handle hh;
};

struct stp_udp_host {
  struct stp_udp_port* ports;
  unsigned next_ephemeral;
};

static struct stp_udp_host* space_of(struct stp_host* host) {
  if (!host->udp) {
    host->udp = stp_alloc(sizeof *host->udp);
    host->udp->next_ephemeral = FIRST_EPHEMERAL;
  }
  return host->udp;
}

static struct stp_udp_port* port_find(struct stp_udp_host* space, in_port_t number) {
  struct stp_udp_port* port = space->ports; /* mostly there is one */
  if (!port || port->number != number)
    HASH_FIND(hh, space->ports, &number, sizeof number, port);
  return port;
}

static struct stp_udp_port* port_get(struct stp_udp_host* space, in_port_t number) {
  struct stp_udp_port* port = port_find(space, number);
  if (!port) {
    port = stp_alloc(sizeof *port);
    port->number = number;
    port->host = space;
    HASH_ADD(hh, space->ports, number, sizeof port->number, port);
  }
  return port;
}

/* ---- bind ---- */

static bool covers(struct in6_addr a, bool v6_only, struct in6_addr b) {
  if (stp_address_equal(a, STP_ANY4))
    return stp_address_is4(b);
  return stp_address_equal(a, STP_ANY6) && !(v6_only && stp_address_is4(b));
}

/* udp_lib_lport_inuse. */
static bool conflicts(const struct stp_udp* holder, const struct stp_udp* udp,
                      struct in6_addr address) {
  const struct in6_addr held = holder->local.address;
  if (!stp_address_equal(held, address) && !covers(held, holder->options.v6_only, address) &&
      !covers(address, udp->options.v6_only, held))
    return false;
  for (int option = SO_REUSEADDR;; option = SO_REUSEPORT) {
    if (stp_socket_flag(&holder->socket, option) && stp_socket_flag(&udp->socket, option))
      return false;
    if (option == SO_REUSEPORT)
      return true;
  }
}

static in_port_t choose_port(struct stp_udp_host* space) {
  for (int tries = LAST_EPHEMERAL - FIRST_EPHEMERAL + 1; tries > 0; tries--) {
    const in_port_t number = htons((uint16_t)space->next_ephemeral);
    space->next_ephemeral =
        space->next_ephemeral == LAST_EPHEMERAL ? FIRST_EPHEMERAL : space->next_ephemeral + 1;
    if (!port_find(space, number))
      return number;
  }
  return 0;
}

int stp_udp_ports_bind(struct stp_udp* udp, struct stp_endpoint local) {
  struct stp_udp_host* const space = space_of(udp->socket.host);
  if (local.port == 0)
    local.port = choose_port(space);
  if (local.port == 0)
    return -EADDRINUSE;
  const struct stp_udp_port* const held = port_find(space, local.port);
  const struct stp_udp* holder;
  if (held)
    DL_FOREACH(held->sockets, holder) {
      if (conflicts(holder, udp, local.address))
        return -EADDRINUSE;
    }
  udp->local = local;
  udp->port = port_get(space, local.port);
  DL_PREPEND(udp->port->sockets, udp);
  return 0;
}

void stp_udp_ports_release(struct stp_udp* udp) {
  struct stp_udp_port* const port = udp->port;
  if (!port)
    return;
  udp->port = NULL;
  udp->local.port = 0;
  DL_DELETE(port->sockets, udp);
  if (port->sockets)
    return;
  HASH_DELETE(hh, port->host->ports, port);
  stp_free(port);
}

/* ---- who gets a datagram ---- */

/* Port 0 of a peer stands for all. */
static bool is_peer(struct stp_endpoint peer, struct stp_endpoint from) {
  return (peer.port == from.port || peer.port == 0) &&
         stp_address_equal(peer.address, from.address);
}

/* compute_score: how well a socket suits a datagram; -1: not at all. */
static int score(const struct stp_udp* udp, struct stp_endpoint to, struct stp_endpoint from) {
  const bool exact = stp_address_equal(udp->local.address, to.address);
  if (!exact && !covers(udp->local.address, udp->options.v6_only, to.address))
    return -1;
  if (udp->connected && !is_peer(udp->remote, from))
    return -1;
  const int family = stp_address_is4(to.address) ? AF_INET : AF_INET6;
  return 4 * exact + 2 * udp->connected + (udp->socket.domain == family);
}

/* Spreads datagrams over sockets that share a port; any fixed function will do. */
static uint32_t spread(struct stp_endpoint from) {
  const uint32_t* const words = from.address.s6_addr32;
  const uint32_t mixed = words[0] ^ words[1] ^ words[3] ^ (uint32_t)from.port << 16 ^ from.port;
  return mixed * 2654435761u >> 16;
}

/* One of those that share the port with `best` by SO_REUSEPORT and suit as well. */
static struct stp_udp* balance(const struct stp_udp_port* port, struct stp_udp* best, int wanted,
                               struct stp_endpoint to, struct stp_endpoint from) {
  uint32_t count = 0;
  struct stp_udp* udp;
  DL_FOREACH(port->sockets, udp) {
    count += stp_socket_flag(&udp->socket, SO_REUSEPORT) && score(udp, to, from) == wanted;
  }
  uint32_t skip = count < 2 ? 0 : spread(from) % count;
  if (count > 1)
    DL_FOREACH(port->sockets, udp) {
      if (stp_socket_flag(&udp->socket, SO_REUSEPORT) && score(udp, to, from) == wanted &&
          skip-- == 0)
        return udp;
    }
  return best;
}

struct stp_udp* stp_udp_ports_find(struct stp_host* host, struct stp_endpoint to,
                                   struct stp_endpoint from) {
  const struct stp_udp_port* const port = port_find(space_of(host), to.port);
  if (!port)
    return NULL;
  struct stp_udp *udp, *best = NULL;
  int best_score = -1;
  DL_FOREACH(port->sockets, udp) {
    const int found = score(udp, to, from);
    if (found > best_score) {
      best_score = found;
      best = udp;
    }
  }
  if (best && !best->connected && stp_socket_flag(&best->socket, SO_REUSEPORT))
    best = balance(port, best, best_score, to, from);
  return best;
}

/* __udp_is_mcast_sock and ip_mc_sf_allow. */
static bool takes(const struct stp_udp* udp, const struct stp_datagram* datagram) {
  if (score(udp, datagram->to, datagram->from) < 0)
    return false;
  const bool v4 = stp_address_is4(datagram->to.address);
  if (v4 && !IN_MULTICAST(ntohl(stp_address_to4(datagram->to.address).s_addr)))
    return true;
  return (v4 ? udp->options.group_all : udp->options.group_all6) ||
         stp_group_has_socket(udp, datagram->to.address, datagram->interface);
}

struct stp_udp* stp_udp_ports_next(struct stp_host* host, const struct stp_datagram* datagram,
                                   const struct stp_udp* last) {
  const struct stp_udp_port* const port = port_find(space_of(host), datagram->to.port);
  struct stp_udp* udp = last ? last->next : port ? port->sockets : NULL;
  while (udp && !takes(udp, datagram))
    udp = udp->next;
  return udp;
}

bool stp_udp_ports_held(struct stp_host* host, in_port_t port) {
  return port_find(space_of(host), port) != NULL;
}

void stp_udp_ports_each(struct stp_host* host,
                        void (*visit)(void* argument, const struct stp_udp* udp), void* argument) {
  for (const struct stp_udp_port* port = space_of(host)->ports; port; port = port->hh.next)
    for (const struct stp_udp* one = port->sockets; one; one = one->next)
      visit(argument, one);
}
