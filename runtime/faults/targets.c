/* What faults name: hosts and links by patterns. */
#include <fnmatch.h>
#include <string.h>

#include "engine/engine.h"
#include "faults/fault.h"
#include "net/link.h"
#include "process/process.h"
#include "trace/log.h"

bool stp_fault_is_about_ways(const struct stp_run_fault* request) {
  return request->kind == STP_FAULT_PARTITION || request->kind == STP_FAULT_HEAL ||
         (request->kind >= STP_FAULT_LINK_DOWN && request->group_count == 2);
}

/* ---- hosts ---- */

/* Marks the hosts of a group that no group before it has. */
static size_t mark(unsigned short* group_of, const struct stp_fault_names* names,
                   unsigned short number, const char* where) {
  size_t marked = 0;
  for (size_t i = 0; i < names->count; i++) {
    bool any = false;
    for (size_t h = 0; h < stp_host_count(); h++) {
      if (fnmatch(names->names[i], stp_host_at(h)->name, 0) != 0)
        continue;
      any = true;
      if (group_of[h] != 0)
        continue;
      group_of[h] = number;
      marked++;
    }
    if (!any)
      stp_fatal("%s: the platform has no host \"%s\"", where, names->names[i]);
  }
  return marked;
}

static struct stp_fault_hosts collect(const unsigned short* group_of, unsigned short number,
                                      size_t size) {
  struct stp_fault_hosts hosts = {.hosts = stp_alloc((size + 1) * sizeof(void*))};
  for (size_t i = 0; i < stp_host_count(); i++)
    if (group_of[i] == number)
      hosts.hosts[hosts.count++] = stp_host_at(i);
  return hosts;
}

static void find_hosts(struct stp_fault* fault) {
  const struct stp_run_fault* const request = fault->request;
  unsigned short* const group_of = stp_alloc((stp_host_count() + 1) * sizeof *group_of);
  fault->groups = stp_alloc((request->group_count + 1) * sizeof *fault->groups);
  for (size_t i = 0; i < request->group_count; i++) {
    const unsigned short number = (unsigned short)(i + 1);
    const size_t size = mark(group_of, &request->groups[i], number, request->where);
    fault->groups[i] = collect(group_of, number, size);
    if (size == 0)
      stp_fatal("%s: group %zu has no host of its own", request->where, i + 1);
  }
  if (stp_fault_is_about_ways(request))
    fault->group_of = group_of;
  else
    stp_free(group_of);
}

/* ---- links ---- */

/* The name of a link, or that of the split-duplex link of which it is one direction. */
static bool is_called(const struct stp_engine_link* link, const char* pattern) {
  const char* const name = stp_engine_link_name(link);
  if (fnmatch(pattern, name, 0) == 0)
    return true;
  const char* const direction = strrchr(name, '_');
  if (direction == NULL || (strcmp(direction, "_UP") != 0 && strcmp(direction, "_DOWN") != 0))
    return false;
  char whole[256];
  const int length = (int)(direction - name);
  return (size_t)length < sizeof whole && memcpy(whole, name, (size_t)length) != NULL &&
         (whole[length] = '\0', fnmatch(pattern, whole, 0) == 0);
}

static void find_links(struct stp_fault* fault) {
  const struct stp_fault_names* const names = &fault->request->links;
  const size_t all = stp_engine_link_count();
  bool* const marked = stp_alloc(all + 1);
  for (size_t i = 0; i < names->count; i++) {
    bool any = false;
    for (size_t k = 0; k < all; k++) {
      const struct stp_engine_link* const link = stp_engine_link_at(k);
      if (strncmp(stp_engine_link_name(link), "__", 2) != 0 && is_called(link, names->names[i]))
        any = marked[k] = true;
    }
    if (!any)
      stp_fatal("%s: the platform has no link \"%s\"", fault->request->where, names->names[i]);
  }
  fault->links.links = stp_alloc((all + 1) * sizeof(void*));
  for (size_t k = 0; k < all; k++)
    if (marked[k])
      fault->links.links[fault->links.count++] = stp_link_of(stp_engine_link_at(k));
  stp_free(marked);
}

void stp_fault_find(struct stp_fault* fault, const struct stp_run_fault* request) {
  fault->request = request;
  fault->kind = request->kind;
  find_hosts(fault);
  if (request->links.count > 0)
    find_links(fault);
  if (fault->kind == STP_FAULT_LINK_DOWN && fault->group_of != NULL)
    fault->kind = STP_FAULT_PARTITION;
  if (fault->kind == STP_FAULT_LINK_UP && fault->group_of != NULL)
    fault->kind = STP_FAULT_HEAL;
}
