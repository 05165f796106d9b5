/* The links by which hosts are connected: the first and the last of their routes. */
#include <string.h>

#include "engine/engine.h"
#include "faults/fault.h"
#include "net/hash.h"
#include "net/link.h"
#include "process/process.h"

/* Few: those of one host, each once, in the order in which they were found. */
struct attached {
  struct stp_engine_link** links;
  size_t count, room;
  bool wanted;
};

static void attach(struct attached* attached, struct stp_engine_link* link) {
  if (!attached->wanted || !link)
    return;
  for (size_t i = 0; i < attached->count; i++)
    if (attached->links[i] == link)
      return;
  if (attached->count == attached->room) {
    const size_t room = attached->room == 0 ? 4 : 2 * attached->room;
    struct stp_engine_link** const links = stp_alloc(room * sizeof(void*));
    if (attached->count > 0)
      memcpy(links, attached->links, attached->count * sizeof(void*));
    stp_free(attached->links);
    attached->links = links;
    attached->room = room;
  }
  attached->links[attached->count++] = link;
}

/* Routes take their time, where they are long: each is looked at once, for both its ends. */
static void look_at_routes(struct attached* of_host) {
  for (size_t i = 0; i < stp_host_count(); i++)
    for (size_t k = i + 1; k < stp_host_count(); k++) {
      struct attached *const a = &of_host[i], *const b = &of_host[k];
      if (!a->wanted && !b->wanted)
        continue;
      struct stp_engine_link *there[2], *back[2];
      stp_engine_route_ends(stp_host_at(i)->engine, stp_host_at(k)->engine, there);
      stp_engine_route_ends(stp_host_at(k)->engine, stp_host_at(i)->engine, back);
      attach(a, there[0]);
      attach(a, back[1]);
      attach(b, back[0]);
      attach(b, there[1]);
    }
}

/* Links found so far, each once. */
struct found {
  struct stp_link* link;
  UT_hash_handle hh;
};

static void add_link(struct found** links, struct stp_engine_link* engine) {
  struct stp_link* const link = stp_link_of(engine);
  struct found* found;
  HASH_FIND_PTR(*links, &link, found);
  if (found)
    return;
  found = stp_alloc(sizeof *found);
  found->link = link;
  HASH_ADD_PTR(*links, link, found);
}

static struct stp_fault_links array_of(struct found* all) {
  struct stp_fault_links links = {.links = stp_alloc((HASH_COUNT(all) + 1) * sizeof(void*))};
  struct found *found, *next;
  HASH_ITER(hh, all, found, next) { /* in the order in which they were found */
    links.links[links.count++] = found->link;
    HASH_DEL(all, found);
    stp_free(found);
  }
  return links;
}

struct stp_fault_links stp_fault_links_of(const struct stp_fault_hosts* hosts) {
  struct attached* const of_host = stp_alloc((stp_host_count() + 1) * sizeof *of_host);
  for (size_t i = 0; i < hosts->count; i++)
    of_host[hosts->hosts[i]->index].wanted = true;
  look_at_routes(of_host);
  struct found* links = NULL;
  for (size_t i = 0; i < hosts->count; i++) {
    struct attached* const attached = &of_host[hosts->hosts[i]->index];
    for (size_t k = 0; k < attached->count; k++)
      add_link(&links, attached->links[k]);
  }
  for (size_t i = 0; i < stp_host_count(); i++)
    stp_free(of_host[i].links);
  stp_free(of_host);
  return array_of(links);
}
