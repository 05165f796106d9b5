/* An array of mappings by rising address, searched by halving. Neighbours that continue each other
 * are one, as in Linux. */
#include "file/maps.h"

#include <string.h>
#include <sys/mman.h>

#include "file/shared.h"
#include "process/process.h"

struct stp_maps {
  struct stp_mapping* list;
  size_t count, capacity;
};

/* ---- references ---- */

static void hold(struct stp_process* process, const struct stp_mapping* mapping) {
  struct stp_shared* const shared = mapping->shared;
  if (shared == NULL)
    return;
  shared->references++;
  if (shared->mapped != NULL)
    shared->mapped(shared, process, 1);
}

static void release(struct stp_process* process, const struct stp_mapping* mapping) {
  struct stp_shared* const shared = mapping->shared;
  if (shared == NULL)
    return;
  if (shared->mapped != NULL)
    shared->mapped(shared, process, -1);
  stp_shared_unref(shared);
}

/* ---- the array ---- */

/* The index of the first mapping that ends behind the address. */
static size_t index_after(const struct stp_maps* maps, const char* address) {
  size_t low = 0, high = maps == NULL ? 0 : maps->count;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (maps->list[middle].end <= address)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void insert(struct stp_maps* maps, size_t at, struct stp_mapping mapping) {
  if (maps->count == maps->capacity) {
    maps->capacity = maps->capacity == 0 ? 8 : 2 * maps->capacity;
    struct stp_mapping* const list = stp_alloc(maps->capacity * sizeof *list);
    if (maps->count != 0)
      memcpy(list, maps->list, maps->count * sizeof *list);
    stp_free(maps->list);
    maps->list = list;
  }
  memmove(&maps->list[at + 1], &maps->list[at], (maps->count - at) * sizeof *maps->list);
  maps->list[at] = mapping;
  maps->count++;
}

static void erase(struct stp_maps* maps, size_t from, size_t to) {
  memmove(&maps->list[from], &maps->list[to], (maps->count - to) * sizeof *maps->list);
  maps->count -= to - from;
}

static void split(struct stp_process* process, char* address) {
  struct stp_maps* const maps = process->maps;
  const size_t at = index_after(maps, address);
  if (at == maps->count || maps->list[at].start >= address)
    return;
  struct stp_mapping rest = maps->list[at];
  rest.offset += (uint64_t)(address - rest.start);
  maps->list[at].end = rest.start = address;
  insert(maps, at + 1, rest);
  hold(process, &rest);
}

/* The mappings from *from to before *to are those of [start, end), cut to fit. */
static void cut(struct stp_process* process, char* start, char* end, size_t* from, size_t* to) {
  *from = *to = 0;
  if (process->maps == NULL)
    return;
  split(process, start);
  split(process, end);
  *from = *to = index_after(process->maps, start);
  while (*to < process->maps->count && process->maps->list[*to].start < end)
    ++*to;
}

static bool continues(const struct stp_mapping* a, const struct stp_mapping* b) {
  return a->end == b->start && a->protection == b->protection && a->anonymous == b->anonymous &&
         a->at_fork == b->at_fork && a->shared == b->shared &&
         (a->shared == NULL ? a->anonymous
                            : a->offset + (uint64_t)(a->end - a->start) == b->offset);
}

/* Joins a mapping with the one before it if they are one. */
static void join(struct stp_process* process, size_t at) {
  struct stp_maps* const maps = process->maps;
  if (at == 0 || at >= maps->count || !continues(&maps->list[at - 1], &maps->list[at]))
    return;
  maps->list[at - 1].end = maps->list[at].end;
  release(process, &maps->list[at]);
  erase(maps, at, at + 1);
}

/* ---- the list ---- */

void stp_maps_add(struct stp_process* process, struct stp_mapping mapping) {
  if (process->maps == NULL)
    process->maps = stp_alloc(sizeof *process->maps);
  const size_t at = index_after(process->maps, mapping.start);
  insert(process->maps, at, mapping);
  hold(process, &mapping);
  join(process, at + 1);
  join(process, at);
}

void stp_maps_remove(struct stp_process* process, char* start, char* end) {
  size_t from, to;
  cut(process, start, end, &from, &to);
  for (size_t i = from; i < to; i++)
    release(process, &process->maps->list[i]);
  if (from < to)
    erase(process->maps, from, to);
}

/* After changes to the mappings in [from, to). */
static void join_all(struct stp_process* process, size_t from, size_t to) {
  for (size_t i = to + 1; i-- > from;)
    join(process, i);
}

void stp_maps_protect(struct stp_process* process, char* start, char* end, int protection) {
  size_t from, to;
  cut(process, start, end, &from, &to);
  for (size_t i = from; i < to; i++)
    process->maps->list[i].protection = protection;
  if (process->maps != NULL)
    join_all(process, from, to);
}

void stp_maps_at_fork(struct stp_process* process, char* start, char* end, int at_fork) {
  size_t from, to;
  cut(process, start, end, &from, &to);
  for (size_t i = from; i < to; i++)
    process->maps->list[i].at_fork = at_fork;
  if (process->maps != NULL)
    join_all(process, from, to);
}

const struct stp_mapping* stp_maps_after(const struct stp_process* process, const void* address) {
  const struct stp_maps* const maps = process->maps;
  const size_t at = index_after(maps, address);
  return maps != NULL && at < maps->count ? &maps->list[at] : NULL;
}

const struct stp_mapping* stp_maps_next(const struct stp_process* process,
                                        const struct stp_mapping* mapping) {
  const struct stp_maps* const maps = process->maps;
  return mapping + 1 < maps->list + maps->count ? mapping + 1 : NULL;
}

const struct stp_mapping* stp_maps_at(const struct stp_process* process, const void* address) {
  const struct stp_mapping* const mapping = stp_maps_after(process, address);
  return mapping != NULL && mapping->start <= (const char*)address ? mapping : NULL;
}

/* ---- in the life of a process ---- */

static void forget(struct stp_process* process) {
  struct stp_maps* const maps = process->maps;
  process->maps = NULL;
  if (maps == NULL)
    return;
  for (size_t i = 0; i < maps->count; i++)
    release(process, &maps->list[i]);
  stp_free(maps->list);
  stp_free(maps);
}

/* Pages that the child is not to have (MADV_DONTFORK) it has as zeroes, like those that it is to
 * have so (MADV_WIPEONFORK). */
static void wipe(struct stp_process* child, const struct stp_mapping* mapping) {
  if (mapping->shared == NULL)
    for (char* page = mapping->start; page < mapping->end; page += STP_PAGE)
      madvise(stp_region_alias(&child->region, page), STP_PAGE, MADV_DONTNEED);
}

static void copy(struct stp_process* child, struct stp_process* parent) {
  for (const struct stp_mapping* m = stp_maps_after(parent, NULL); m != NULL;
       m = stp_maps_next(parent, m)) {
    stp_maps_add(child, *m);
    if (m->at_fork != STP_FORK_COPY)
      wipe(child, m);
  }
}

const struct stp_process_hooks stp_map_hooks = {.end = forget, .fork = copy, .exec = forget};
