/* Paths, computed by the simulator once for each pair of hosts that talk. */
#include "net/path.h"

#include "net/hash.h"
#include "net/link.h"
#include "process/process.h"
#include "process/random.h"

/* What is random about a path: a generator of its own, so that other traffic changes nothing. */
struct stp_path_chance {
  struct stp_random random;
  double log_pass;  /* ln(1 - loss) */
  uint64_t passing; /* packets until the next loss */
};

struct entry {
  uint64_t key; /* indices of the hosts */
  struct stp_path path;
  bool exists;
  UT_hash_handle hh;
};

static struct entry* entries;

bool (*stp_path_harmed)(const struct stp_host* from, const struct stp_host* to,
                        struct stp_path_harm* harm);

/* ---- chance ---- */

/* How many packets get through until one does not: the geometric distribution. */
static uint64_t draw_passing(struct stp_path_chance* chance, double loss) {
  if (loss >= 1)
    return 0;
  const double count =
      stp_random_logarithm(stp_random_draw_unit(&chance->random)) / chance->log_pass;
  return count < 0x1p53 ? (uint64_t)count : UINT64_MAX;
}

uint64_t stp_path_draw_passing(const struct stp_path* path, uint64_t count) {
  struct stp_path_chance* const chance = path->chance;
  if (chance->passing >= count) {
    chance->passing -= count;
    return count;
  }
  const uint64_t passing = chance->passing;
  chance->passing = draw_passing(chance, path->loss);
  return passing;
}

bool stp_path_draw_duplicate(const struct stp_path* path) {
  return stp_random_draw_unit(&path->chance->random) < path->duplicate;
}

static double apply(const struct stp_affine* change, double number) {
  return change->scale * number + change->add;
}

double stp_path_draw_delay(const struct stp_path* path) {
  struct stp_random* const random = &path->chance->random;
  const struct stp_path_harm* const harm = path->harm;
  const double scale = harm ? harm->jitter.scale : 1;
  double delay = path->extra;
  for (size_t i = 0; i < path->length; i++)
    delay += fmax(0, stp_engine_link_latency(path->links[i]->engine) +
                         scale * stp_link_deviation(path->links[i], random));
  if (!harm)
    return delay;
  delay = apply(&harm->latency, delay);
  if (harm->jitter.add > 0)
    delay += harm->jitter.add * (2 * stp_random_draw_unit(random) - 1);
  return fmax(0, delay);
}

static double probability(double x) { return fmax(0, fmin(1, x)); }

static void take_chances(struct stp_path* path) {
  const struct stp_path_harm* const harm = path->harm;
  double passes = 1, single = 1;
  bool jitter = harm && harm->jitter.add > 0;
  path->reorder = false;
  for (size_t i = 0; i < path->length; i++) {
    const struct stp_link* const link = path->links[i];
    passes *= 1 - link->loss;
    single *= 1 - link->duplicate;
    jitter = jitter || link->jitter > 0;
    path->reorder = path->reorder || link->reorder;
  }
  path->loss = 1 - passes;
  path->duplicate = 1 - single;
  if (harm) {
    path->loss = probability(apply(&harm->loss, path->loss));
    path->duplicate = probability(apply(&harm->duplicate, path->duplicate));
    path->reorder = harm->reorder < 0 ? path->reorder : harm->reorder > 0;
  }
  if (!path->chance && path->loss == 0 && path->duplicate == 0 && !jitter)
    return;
  if (!path->chance) {
    path->chance = stp_alloc(sizeof *path->chance);
    /* Processes have their numbers from the same space: host, pid. */
    stp_random_init(&path->chance->random, ~(uint64_t)path->from->index, path->to->index);
  }
  struct stp_path_chance* const chance = path->chance;
  if (path->loss > 0 && path->loss < 1)
    chance->log_pass = stp_random_logarithm(1 - path->loss);
  if (path->loss > 0)
    chance->passing = draw_passing(chance, path->loss);
}

/* ---- links ---- */

static bool find_links(struct stp_path* path) {
  struct stp_engine_host *const from = path->from->engine, *const to = path->to->engine;
  path->length = stp_engine_route(from, to, NULL, 0, &path->latency);
  if (path->length == 0)
    return false;
  struct stp_engine_link** const route = stp_alloc(path->length * sizeof(void*));
  stp_engine_route(from, to, route, path->length, &path->latency);
  path->links = stp_alloc(path->length * sizeof(void*));
  double sum = 0;
  for (size_t i = 0; i < path->length; i++) {
    path->links[i] = stp_link_of(route[i]);
    sum += stp_engine_link_latency(route[i]);
  }
  stp_free(route);
  path->extra = path->latency - sum > 1e-12 ? path->latency - sum : 0;
  return true;
}

static void refresh(struct stp_path* path) {
  path->date = stp_engine_now();
  if (path->loopback)
    return;
  path->latency = path->extra;
  path->bandwidth = INFINITY;
  path->works = true;
  path->penalty = 0;
  for (size_t i = 0; i < path->length; i++) {
    const struct stp_engine_link* const link = path->links[i]->engine;
    path->latency += stp_engine_link_latency(link);
    path->bandwidth = fmin(path->bandwidth, stp_engine_link_bandwidth(link));
    path->penalty += STP_ENGINE_WEIGHT / fmax(stp_engine_link_bandwidth(link), 1);
    path->works = path->works && stp_engine_link_is_on(link);
  }
  if (path->harm) {
    path->latency = fmax(0, apply(&path->harm->latency, path->latency));
    path->works = path->works && !path->harm->blocked;
  }
  path->penalty += path->latency;
}

void stp_path_refresh(const struct stp_path* path) { refresh((struct stp_path*)path); }

struct stp_link* stp_path_bottleneck(const struct stp_path* path) {
  struct stp_link* narrowest = NULL;
  double least = INFINITY;
  for (size_t i = 1; i < path->length; i++) {
    const double bandwidth = stp_engine_link_bandwidth(path->links[i]->engine);
    if (bandwidth <= least) {
      least = bandwidth;
      narrowest = path->links[i];
    }
  }
  return narrowest;
}

const char* stp_path_fault(const struct stp_path* path) {
  return !path->to->on ? "host off" : path->harm && path->harm->blocked ? "partition" : "link off";
}

static void look_for_harm(struct stp_path* path) {
  struct stp_path_harm harm;
  if (stp_path_harmed && stp_path_harmed(path->from, path->to, &harm)) {
    path->harm = path->harm ? path->harm : stp_alloc(sizeof *path->harm);
    *path->harm = harm;
  } else {
    stp_free(path->harm);
    path->harm = NULL;
  }
}

void stp_paths_changed(void) {
  for (struct entry* entry = entries; entry; entry = entry->hh.next) {
    struct stp_path* const path = &entry->path;
    if (!entry->exists || path->loopback)
      continue;
    look_for_harm(path);
    refresh(path);
    take_chances(path);
  }
}

static void path_init(struct entry* entry, struct stp_host* from, struct stp_host* to) {
  struct stp_path* const path = &entry->path;
  *path = (struct stp_path){
      .from = from, .to = to, .loopback = from == to, .bandwidth = INFINITY, .works = true};
  entry->exists = path->loopback || find_links(path);
  if (!entry->exists)
    return;
  if (!path->loopback)
    look_for_harm(path);
  refresh(path);
  take_chances(path);
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

/* ---- addresses ---- */

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
