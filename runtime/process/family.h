/* Families: a process, those that it forked and those that they forked have their memory at the
 * same addresses (DESIGN.md, section 2). One of them is in place at a time, at the addresses of
 * all; the memory of the others waits in their stores, slots of the arena of the same size. A
 * change of places moves page tables (mremap), no bytes, and costs a few microseconds for each 16
 * MiB, 32 MiB, 64 MiB
 * ... from either end of the region that are in use. A process without relatives pays nothing. */
#ifndef STP_FAMILY_H
#define STP_FAMILY_H

#include "process/region.h"

struct stp_family {
  struct stp_region* in_place; /* null: none, the addresses hold untouched memory */
  unsigned members;
};

/* Makes `child`, zeroed, a copy of a region in place: what was written is copied, shared mappings
 * are mapped once more; it waits in its store. Returns 0 or -ENOMEM. On a kernel stack or in
 * maestro. */
int stp_family_fork(struct stp_region* child, struct stp_region* parent);

/* Puts the region in place. On a kernel stack or in maestro. */
void stp_family_exchange(struct stp_region* region);
static inline void stp_family_place(struct stp_region* region) {
  if (region->family && region->family->in_place != region)
    stp_family_exchange(region);
}

/* Writes what `child` has written since it was forked into the memory of `parent`, of its family,
 * as if the two had shared it all the time (vfork), except [low, high), the part of a stack that
 * the parent's thread is using. Does nothing and returns false if one of them has mapped or
 * unmapped anything meanwhile. On a kernel stack or in maestro. */
bool stp_family_give(struct stp_region* child, struct stp_region* parent, char* low, char* high);

/* Gives the memory of a member back; the last gives the addresses back too. For region.c. */
void stp_family_leave(struct stp_region* region);

#endif
