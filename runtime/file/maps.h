/* The list of a process's mappings, as /proc/PID/maps would have them: what mmap and its like gave
 * it, cut where protections differ. In the runtime's memory, for other processes and maestro reach
 * it. */
#ifndef STP_MAPS_H
#define STP_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stp_process;
struct stp_shared;

struct stp_mapping {
  char *start, *end; /* whole pages */
  int protection;
  bool anonymous;                                               /* private memory without a file */
  enum { STP_FORK_COPY, STP_FORK_WIPE, STP_FORK_SKIP } at_fork; /* madvise */
  struct stp_shared* shared; /* of MAP_SHARED: what is mapped; else null */
  uint64_t offset;           /* of `start` in it */
};

/* Adds a mapping where none is, with a reference to `shared` of its own. */
void stp_maps_add(struct stp_process* process, struct stp_mapping mapping);

/* Forgets what is mapped in [start, end), cutting what reaches beyond. */
void stp_maps_remove(struct stp_process* process, char* start, char* end);

/* Sets the protection, or what becomes of it at fork, of what is mapped in [start, end). */
void stp_maps_protect(struct stp_process* process, char* start, char* end, int protection);
void stp_maps_at_fork(struct stp_process* process, char* start, char* end, int at_fork);

/* The first mapping that ends behind the address, or null; and the one after a mapping. Good until
 * the list changes. */
const struct stp_mapping* stp_maps_after(const struct stp_process* process, const void* address);
const struct stp_mapping* stp_maps_next(const struct stp_process* process,
                                        const struct stp_mapping* mapping);

/* The mapping that holds the address, or null. */
const struct stp_mapping* stp_maps_at(const struct stp_process* process, const void* address);

extern const struct stp_process_hooks stp_map_hooks;

#endif
