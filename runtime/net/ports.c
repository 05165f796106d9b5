/* Ports of a host: a hash table of those in use, each with the list of its holders; a hash table of
 * connected pairs; and the holders in TIME_WAIT in the order in which they end, looked at when
 * somebody asks for a port. */
#include "net/ports.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <utlist.h>

#include "engine/engine.h"
#include "process/process.h"

/* net.ipv4.ip_local_port_range, TCP_TIMEWAIT_LEN. */
enum { FIRST_EPHEMERAL = 32768, LAST_EPHEMERAL = 60999, TIME_WAIT_SECONDS = 60 };

struct stp_port {
  uint16_t number; /* network byte order */
  bool chosen;     /* by connect: other connections may share it */
  struct stp_binding* holders;
  struct stp_binding* listeners; /* those of them that listen */
  UT_hash_handle hh;
};

struct stp_port_space {
  struct stp_port* ports;
  struct stp_binding* connected;
  struct stp_binding *waiting, *last_waiting;
  unsigned next_ephemeral;
};

struct stp_net_host {
  struct stp_port_space tcp;
};

/* ---- TIME_WAIT ---- */

static void binding_free(struct stp_binding* binding) {
  struct stp_port_space* const space = binding->space;
  struct stp_port* const port = binding->port;
  stp_ports_disconnect(binding);
  if (binding->listening)
    stp_ports_unlisten(binding);
  DL_DELETE(port->holders, binding);
  if (!port->holders) {
    HASH_DELETE(hh, space->ports, port);
    stp_free(port);
  }
  stp_free(binding);
}

static void expire(struct stp_port_space* space, double now) {
  while (space->waiting && space->waiting->expires <= now) {
    struct stp_binding* const binding = space->waiting;
    space->waiting = binding->next_waiting;
    if (!space->waiting)
      space->last_waiting = NULL;
    binding_free(binding);
  }
}

static struct stp_port_space* space_of(struct stp_host* host) {
  if (!host->net) {
    host->net = stp_alloc(sizeof *host->net);
    host->net->tcp.next_ephemeral = FIRST_EPHEMERAL;
  }
  expire(&host->net->tcp, stp_engine_now());
  return &host->net->tcp;
}

void stp_ports_release(struct stp_binding* binding) { binding_free(binding); }

void stp_ports_time_wait(struct stp_binding* binding) {
  struct stp_port_space* const space = binding->space;
  binding->expires = stp_engine_now() + TIME_WAIT_SECONDS;
  if (space->last_waiting)
    space->last_waiting->next_waiting = binding;
  else
    space->waiting = binding;
  space->last_waiting = binding;
}

void stp_ports_power_off(struct stp_host* host) { expire(space_of(host), INFINITY); }

/* ---- holders of a port ---- */

static struct stp_port* port_find(struct stp_port_space* space, uint16_t number) {
  struct stp_port* port = space->ports; /* mostly there is one */
  if (!port || port->number != number)
    HASH_FIND(hh, space->ports, &number, sizeof number, port);
  return port;
}

static struct stp_port* port_get(struct stp_port_space* space, uint16_t number, bool chosen) {
  struct stp_port* port = port_find(space, number);
  if (!port) {
    port = stp_alloc(sizeof *port);
    port->number = number;
    port->chosen = chosen;
    HASH_ADD(hh, space->ports, number, sizeof port->number, port);
  }
  port->chosen &= chosen;
  return port;
}

static struct stp_binding* binding_new(struct stp_port_space* space, struct stp_port* port,
                                       struct in6_addr address) {
  struct stp_binding* const binding = stp_alloc(sizeof *binding);
  binding->space = space;
  binding->port = port;
  binding->pair.local_address = address;
  binding->pair.local_port = port->number;
  DL_APPEND(port->holders, binding);
  return binding;
}

struct stp_endpoint stp_binding_local(const struct stp_binding* binding) {
  return (struct stp_endpoint){binding->pair.local_address, binding->pair.local_port};
}

static bool covers(struct in6_addr a, bool v6_only, struct in6_addr b) {
  if (stp_address_equal(a, STP_ANY4))
    return stp_address_is4(b);
  return stp_address_equal(a, STP_ANY6) && !(v6_only && stp_address_is4(b));
}

/* inet_rcv_saddr_equal. */
static bool overlap(const struct stp_binding* holder, struct in6_addr address, bool v6_only) {
  const struct in6_addr held = holder->pair.local_address;
  return stp_address_equal(held, address) || covers(held, holder->v6_only, address) ||
         covers(address, v6_only, held);
}

/* Whether a holder keeps another from the same port: inet_csk_bind_conflict. */
static bool conflicts(const struct stp_binding* holder, struct in6_addr address,
                      struct stp_sharing sharing) {
  if (!overlap(holder, address, sharing.v6_only))
    return false;
  if (sharing.reuse_address && holder->reuse_address && !holder->listening)
    return false;
  return !(sharing.reuse_port && holder->reuse_port);
}

static bool port_conflicts(const struct stp_port* port, const struct stp_binding* self,
                           struct in6_addr address, struct stp_sharing sharing) {
  const struct stp_binding* holder;
  DL_FOREACH(port->holders, holder) {
    if (holder != self && conflicts(holder, address, sharing))
      return true;
  }
  return false;
}

/* The next ephemeral port for which usable(space, port, argument) holds (port is null where nobody
 * holds it), network byte order; 0 if there is none. */
static uint16_t choose_port(struct stp_port_space* space,
                            bool (*usable)(struct stp_port_space*, const struct stp_port*,
                                           const struct stp_address_pair*),
                            struct stp_address_pair pair) {
  for (int tries = LAST_EPHEMERAL - FIRST_EPHEMERAL + 1; tries > 0; tries--) {
    pair.local_port = htons((uint16_t)space->next_ephemeral);
    space->next_ephemeral =
        space->next_ephemeral == LAST_EPHEMERAL ? FIRST_EPHEMERAL : space->next_ephemeral + 1;
    if (usable(space, port_find(space, pair.local_port), &pair))
      return pair.local_port;
  }
  return 0;
}

static bool is_free(struct stp_port_space* space, const struct stp_port* port,
                    const struct stp_address_pair* pair) {
  (void)space, (void)pair;
  return !port;
}

int stp_ports_bind(struct stp_host* host, struct stp_endpoint local, struct stp_sharing sharing,
                   struct stp_binding** binding) {
  struct stp_port_space* const space = space_of(host);
  if (local.port == 0)
    local.port = choose_port(space, is_free, (struct stp_address_pair){0});
  if (local.port == 0)
    return -EADDRINUSE;
  const struct stp_port* const held = port_find(space, local.port);
  if (held && port_conflicts(held, NULL, local.address, sharing))
    return -EADDRINUSE;
  *binding = binding_new(space, port_get(space, local.port, false), local.address);
  (*binding)->reuse_address = sharing.reuse_address;
  (*binding)->reuse_port = sharing.reuse_port;
  (*binding)->v6_only = sharing.v6_only;
  return 0;
}

/* ---- listening ---- */

int stp_ports_listen(struct stp_binding* binding, void* listener) {
  const struct stp_sharing sharing = {binding->reuse_address, binding->reuse_port,
                                      binding->v6_only};
  if (port_conflicts(binding->port, binding, binding->pair.local_address, sharing))
    return -EADDRINUSE;
  binding->listening = true;
  binding->listener = listener;
  LL_APPEND2(binding->port->listeners, binding, next_listener);
  return 0;
}

void stp_ports_unlisten(struct stp_binding* binding) {
  LL_DELETE2(binding->port->listeners, binding, next_listener);
  binding->listening = false;
  binding->listener = NULL;
}

/* Spreads connections over listeners that share a port; any fixed function will do. */
static uint32_t spread(struct stp_endpoint remote) {
  const uint32_t* const words = remote.address.s6_addr32;
  return (words[0] ^ words[1] ^ words[3] ^ (uint32_t)remote.port << 16 ^ remote.port) *
             2654435761u >>
         16;
}

static bool accepts(const struct stp_binding* holder, struct in6_addr address, bool v4) {
  return stp_address_equal(holder->pair.local_address, address) && !(v4 && holder->v6_only);
}

/* Who listens at exactly this address, for a client that is one of IPv4 or not. */
static void* listener_at(const struct stp_port* port, struct in6_addr address,
                         struct stp_endpoint remote) {
  const bool v4 = stp_address_is4(remote.address);
  uint32_t count = 0;
  struct stp_binding* holder;
  LL_FOREACH2(port->listeners, holder, next_listener) { count += accepts(holder, address, v4); }
  if (count == 0)
    return NULL;
  uint32_t skip = count == 1 ? 0 : spread(remote) % count;
  LL_FOREACH2(port->listeners, holder, next_listener) {
    if (accepts(holder, address, v4) && skip-- == 0)
      break;
  }
  return holder->listener;
}

void* stp_ports_listener(struct stp_host* host, struct stp_endpoint local,
                         struct stp_endpoint remote) {
  const struct stp_port* const port = port_find(space_of(host), local.port);
  if (!port)
    return NULL;
  void* listener = listener_at(port, local.address, remote);
  if (!listener && stp_address_is4(remote.address))
    listener = listener_at(port, STP_ANY4, remote);
  return listener ? listener : listener_at(port, STP_ANY6, remote);
}

void stp_ports_each_listener(struct stp_host* host,
                             void (*visit)(void* argument, const struct stp_binding* binding),
                             void* argument) {
  for (const struct stp_port* port = space_of(host)->ports; port; port = port->hh.next)
    for (const struct stp_binding* one = port->holders; one; one = one->next)
      if (one->listening)
        visit(argument, one);
}

/* ---- connected pairs ---- */

static struct stp_binding* pair_find(struct stp_port_space* space,
                                     const struct stp_address_pair* pair) {
  struct stp_binding* found;
  HASH_FIND(hh, space->connected, pair, sizeof *pair, found);
  return found;
}

static bool pair_is_free(struct stp_port_space* space, const struct stp_port* port,
                         const struct stp_address_pair* pair) {
  return !port || (port->chosen && !pair_find(space, pair));
}

static void become_connected(struct stp_binding* binding, struct stp_address_pair pair) {
  binding->pair = pair;
  binding->connected = true;
  HASH_ADD(hh, binding->space->connected, pair, sizeof binding->pair, binding);
}

void stp_ports_disconnect(struct stp_binding* binding) {
  if (!binding->connected)
    return;
  HASH_DELETE(hh, binding->space->connected, binding);
  binding->connected = false;
}

int stp_ports_connect(struct stp_host* host, struct in6_addr source, struct stp_endpoint remote,
                      struct stp_binding** binding) {
  struct stp_port_space* const space = space_of(host);
  struct stp_address_pair pair = {
      .local_address = source, .remote_address = remote.address, .remote_port = remote.port};
  if (*binding) {
    pair.local_port = (*binding)->pair.local_port;
    if (pair_find(space, &pair))
      return -EADDRNOTAVAIL;
  } else {
    pair.local_port = choose_port(space, pair_is_free, pair);
    if (pair.local_port == 0)
      return -EADDRNOTAVAIL;
    *binding = binding_new(space, port_get(space, pair.local_port, true), source);
  }
  become_connected(*binding, pair);
  return 0;
}

struct stp_binding* stp_ports_accept(const struct stp_binding* listening, struct stp_endpoint local,
                                     struct stp_endpoint remote) {
  struct stp_port_space* const space = listening->space;
  const struct stp_address_pair pair = {local.address, remote.address, local.port, remote.port};
  /* The last connection of this pair can only be in TIME_WAIT here: a new one may follow it. */
  struct stp_binding* const old = pair_find(space, &pair);
  if (old)
    stp_ports_disconnect(old);
  struct stp_binding* const binding = binding_new(space, listening->port, local.address);
  binding->reuse_address = listening->reuse_address;
  binding->reuse_port = listening->reuse_port;
  binding->v6_only = listening->v6_only;
  become_connected(binding, pair);
  return binding;
}
