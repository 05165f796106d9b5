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

static bool is_loopback(struct in_addr address) {
  return ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET;
}

bool stp_address_is_local(const struct stp_host* host, struct in_addr address) {
  return is_loopback(address) || address.s_addr == host->ipv4.s_addr;
}

bool stp_address_is_group(struct in_addr address) {
  return IN_MULTICAST(ntohl(address.s_addr)) || address.s_addr == INADDR_BROADCAST;
}

struct stp_host* stp_address_host(struct stp_host* host, struct in_addr address) {
  if (address.s_addr == INADDR_ANY || stp_address_is_local(host, address))
    return host;
  return stp_host_by_ipv4(address);
}
