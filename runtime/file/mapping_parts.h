/* The insides of mapping memory, shared by mapping.c and remap.c. Sizes are whole pages. */
#ifndef STP_MAPPING_PARTS_H
#define STP_MAPPING_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "process/region.h"

static inline bool stp_page_aligned(const void* address) {
  return (uintptr_t)address % STP_PAGE == 0;
}

/* Whether a range lies in the calling process's region. */
bool stp_in_region(const void* start, size_t size);

/* Takes a place for a new mapping from the region, as mmap's flags say: 0 or -errno. */
int stp_place_take(char* hint, size_t size, int flags, char** start);

/* Gives back what of [start, end) is mapped. */
void stp_place_give_back(char* start, char* end);

/* Gives plain memory just taken its protection: 0 or -errno. */
int stp_place_protect(char* start, size_t size, int protection);

#endif
