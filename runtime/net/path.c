/* Paths, computed by the simulator once for each pair of hosts that talk. */
#include "net/path.h"

#include <math.h>
#include <stdint.h>

#include "net/hash.h"
#include "process/process.h"

struct entry {
  uint64_t key; /* indices of the hosts */
  struct stp_path path;
  bool exists;
  UT_hash_handle hh;
};

static struct entry* entries;

static void path_init(struct entry* entry, struct stp_host* from, struct stp_host* to) {
  struct stp_path* const path = &entry->path;
  path->from = from;
  path->to = to;
  path->loopback = from == to;
  path->bandwidth = INFINITY;
  entry->exists = path->loopback ||
                  stp_engine_route(from->engine, to->engine, &path->latency, &path->bandwidth);
}

const struct stp_path* stp_path_between(struct stp_host* from, struct stp_host* to) {
  const uint64_t key = (uint64_t)from->index << 32 | to->index;
  struct entry* entry;
  HASH_FIND(hh, entries, &key, sizeof key, entry);
  if (!entry) {
    entry = stp_alloc(sizeof *entry);
    entry->key = key;
    path_init(entry, from, to);
    HASH_ADD(hh, entries, key, sizeof entry->key, entry);
  }
  return entry->exists ? &entry->path : NULL;
}

struct in6_addr stp_address_of_host(const struct stp_host* host, struct in6_addr like) {
  return stp_address_is4(like) ? stp_address_of4(host->ipv4) : host->ipv6;
}

bool stp_address_is_local(const struct stp_host* host, struct in6_addr address) {
  return stp_address_is_loopback(address) ||
         stp_address_equal(address, stp_address_of_host(host, address));
}

struct stp_host* stp_address_host(struct stp_host* host, struct in6_addr address) {
  if (stp_address_is_any(address) || stp_address_is_local(host, address))
    return host;
  return stp_address_is4(address) ? stp_host_by_ipv4(stp_address_to4(address))
                                  : stp_host_by_ipv6(address);
}
