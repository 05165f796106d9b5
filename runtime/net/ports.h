/* Local addresses in use on a host: which sockets hold a port, which one listens, which pairs of
 * addresses are connected, which are in TIME_WAIT. One space per protocol and host. The rules are
 * Linux's (net/ipv4/inet_connection_sock.c and inet_hashtables.c). */
#ifndef STP_PORTS_H
#define STP_PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "net/address.h"
#include "net/hash.h"

struct stp_host;
struct stp_port;
struct stp_port_space;

/* Addresses of a connection as seen from one side, packed: the key under which it is found. */
struct stp_address_pair {
  struct in6_addr local_address, remote_address;
  uint16_t local_port, remote_port;
};

/* The hold of a socket, or of a connection that outlives it, on a local address. */
struct stp_binding {
  struct stp_port_space* space;
  struct stp_port* port;
  struct stp_address_pair pair; /* the remote part is 0 unless connected */
  bool reuse_address, reuse_port, listening, connected;
  bool v6_only;                    /* does not concern IPv4 */
  void* listener;                  /* who listens */
  double expires;                  /* end of TIME_WAIT */
  struct stp_binding *prev, *next; /* of the port */
  struct stp_binding* next_listener;
  struct stp_binding* next_waiting; /* in TIME_WAIT */
  UT_hash_handle hh;                /* among the connected */
};

struct stp_endpoint stp_binding_local(const struct stp_binding* binding);

/* How a local address may be shared. */
struct stp_sharing {
  bool reuse_address, reuse_port, v6_only;
};

/* Holds `local` on `host` (port 0: chooses one). The caller has checked that the address is the
 * host's own, 0.0.0.0 or ::, which unless `v6_only` stands for all of IPv4 as well. Returns 0,
 * -EADDRINUSE. */
int stp_ports_bind(struct stp_host* host, struct stp_endpoint local, struct stp_sharing sharing,
                   struct stp_binding** binding);

/* Makes a hold listen, for `listener`. Returns 0 or -EADDRINUSE (another one does, or holds the
 * port without sharing it). */
int stp_ports_listen(struct stp_binding* binding, void* listener);

void stp_ports_unlisten(struct stp_binding* binding);

/* Who listens at `local` on `host`; if several share it, the one that falls to `remote`. */
void* stp_ports_listener(struct stp_host* host, struct stp_endpoint local,
                         struct stp_endpoint remote);

/* Calls visit for each hold of a host that listens, youngest port last. It must change nothing. */
void stp_ports_each_listener(struct stp_host* host,
                             void (*visit)(void* argument, const struct stp_binding* binding),
                             void* argument);

/* Connects from `source` to `remote`. *binding may be null: an ephemeral port is then chosen.
 * Returns 0 or -EADDRNOTAVAIL (no port is free, or the pair is connected already). */
int stp_ports_connect(struct stp_host* host, struct in6_addr source, struct stp_endpoint remote,
                      struct stp_binding** binding);

/* The connection is no more, the local address is kept. */
void stp_ports_disconnect(struct stp_binding* binding);

/* The hold of a connection that a listener accepted; shares the listener's port. */
struct stp_binding* stp_ports_accept(const struct stp_binding* listening, struct stp_endpoint local,
                                     struct stp_endpoint remote);

/* Gives the address up, at once or after TIME_WAIT. */
void stp_ports_release(struct stp_binding* binding);
void stp_ports_time_wait(struct stp_binding* binding);

/* The host has lost its power: nothing is in TIME_WAIT any more. */
void stp_ports_power_off(struct stp_host* host);

#endif
