/* Mappings: ranges taken from the region, where files are then mapped for real. The list of them,
 * by rising address, lies in the process's heap: it belongs to the region. */
#include "file/mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>

#include "file/description.h"
#include "file/regular.h"
#include "process/process.h"
#include "trace/log.h"

struct stp_mapping {
  char *start, *end;
  struct stp_mapping* next;
};

static size_t round_up(size_t size) { return (size + STP_PAGE - 1) / STP_PAGE * STP_PAGE; }

static bool aligned(const void* address) { return (uintptr_t)address % STP_PAGE == 0; }

int stp_in_region(void* start, size_t size) {
  const struct stp_region* const region = &stp_me->region;
  const char* const first = start;
  return first >= region->base && size <= region->size &&
                 first <= region->base + region->size - size
             ? 0
             : -ENOMEM;
}

/* ---- the list ---- */

static int remember(char* start, char* end) {
  struct stp_mapping* const mapping = stp_heap_alloc(stp_me->heap, sizeof *mapping);
  if (!mapping)
    return -ENOMEM;
  struct stp_mapping** link = &stp_me->maps;
  while (*link && (*link)->start < start)
    link = &(*link)->next;
  *mapping = (struct stp_mapping){start, end, *link};
  *link = mapping;
  return 0;
}

/* The mapping that holds all of [start, end), or null. */
static struct stp_mapping* holder(const char* start, const char* end) {
  struct stp_mapping* mapping = stp_me->maps;
  while (mapping && !(mapping->start <= start && end <= mapping->end))
    mapping = mapping->next;
  return mapping;
}

/* Gives back what of [start, end) is mapped. */
static int release(char* start, char* end) {
  for (struct stp_mapping** link = &stp_me->maps; *link;) {
    struct stp_mapping* const mapping = *link;
    char* const from = mapping->start > start ? mapping->start : start;
    char* const to = mapping->end < end ? mapping->end : end;
    if (from >= to) {
      link = &mapping->next;
      continue;
    }
    if (to < mapping->end && from > mapping->start && remember(to, mapping->end) < 0)
      return -ENOMEM;
    if (from > mapping->start)
      mapping->end = from;
    else
      mapping->start = to;
    stp_region_release(&stp_me->region, from, (size_t)(to - from), false);
    if (mapping->start < mapping->end) {
      link = &mapping->next;
    } else {
      *link = mapping->next;
      stp_heap_free(stp_me->heap, mapping);
    }
  }
  return 0;
}

/* ---- mapping ---- */

/* The place for a new mapping: taken from the region and remembered. */
static int take(char* hint, size_t size, int flags, char** start) {
  struct stp_region* const region = &stp_me->region;
  const bool fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
  if (fixed && (!aligned(hint) || stp_in_region(hint, size) < 0))
    return aligned(hint) ? -ENOMEM : -EINVAL;
  if (fixed && flags & MAP_FIXED_NOREPLACE) {
    if (!stp_region_take_at(region, hint, size))
      return -EEXIST;
    *start = hint;
  } else if (fixed) {
    const int error = release(hint, hint + size);
    if (error < 0)
      return error;
    if (!stp_region_take_at(region, hint, size)) {
      stp_refuse("mmap", "MAP_FIXED over the stack, the heap or the program");
      return -ENOMEM;
    }
    *start = hint;
  } else {
    const bool wish = hint && aligned(hint) && stp_in_region(hint, size) == 0 &&
                      stp_region_take_at(region, hint, size);
    *start = wish ? hint : stp_region_take(region, size, false);
  }
  if (!*start)
    return -ENOMEM;
  const int error = remember(*start, *start + size);
  if (error < 0)
    stp_region_release(region, *start, size, false);
  return error;
}

/* Whether `file` may be mapped so; its real descriptor in *real, -1 for none. */
static int check(const struct stp_file* file, int protection, int flags, int* real) {
  const int type = flags & MAP_TYPE;
  if (type != MAP_PRIVATE && type != MAP_SHARED && type != MAP_SHARED_VALIDATE)
    return -EINVAL;
  if (flags & (MAP_HUGETLB | MAP_GROWSDOWN)) {
    stp_refuse("mmap", flags & MAP_HUGETLB ? "MAP_HUGETLB" : "MAP_GROWSDOWN");
    return flags & MAP_HUGETLB ? -ENOMEM : -EINVAL;
  }
  *real = -1;
  if (!file)
    return 0;
  const int mode = file->flags & O_ACCMODE;
  if (mode == O_WRONLY || (type != MAP_PRIVATE && protection & PROT_WRITE && mode != O_RDWR))
    return -EACCES;
  *real = stp_regular_descriptor(file);
  return *real < 0 ? -ENODEV : 0;
}

int stp_map(void* hint, size_t size, int protection, int flags, struct stp_file* file, off_t offset,
            void** result) {
  if (size == 0 || size > SIZE_MAX - STP_PAGE || offset % STP_PAGE)
    return -EINVAL;
  int real;
  int error = check(file, protection, flags, &real);
  if (error < 0)
    return error;
  size = round_up(size);
  char* start;
  error = take(hint, size, flags, &start);
  if (error < 0)
    return error;
  const bool plain = real < 0 && (flags & MAP_TYPE) == MAP_PRIVATE;
  if (!plain) {
    const bool shared = (flags & MAP_TYPE) != MAP_PRIVATE;
    stp_region_map(&stp_me->region, start, size, protection, shared);
    const int kind = (flags & MAP_TYPE) == MAP_PRIVATE ? MAP_PRIVATE : MAP_SHARED;
    if (mmap(start, size, protection, kind | MAP_FIXED | (real < 0 ? MAP_ANONYMOUS : 0), real,
             real < 0 ? 0 : offset) == MAP_FAILED)
      error = -errno;
  } else if (protection != (PROT_READ | PROT_WRITE)) {
    error = stp_protect(start, size, protection);
  }
  if (error < 0)
    release(start, start + size);
  *result = start;
  return error;
}

int stp_unmap(void* start, size_t size) {
  if (!aligned(start) || size == 0 || size > SIZE_MAX - STP_PAGE)
    return -EINVAL;
  return release(start, (char*)start + round_up(size));
}

int stp_remap(void* start, size_t old_size, size_t new_size, int flags, void** result) {
  if (!aligned(start) || new_size == 0 || new_size > SIZE_MAX - STP_PAGE || old_size == 0 ||
      flags & ~MREMAP_MAYMOVE) {
    if (flags & ~MREMAP_MAYMOVE)
      stp_refuse("mremap", "MREMAP_FIXED or MREMAP_DONTUNMAP");
    return -EINVAL;
  }
  char* const first = start;
  old_size = round_up(old_size);
  new_size = round_up(new_size);
  struct stp_mapping* const mapping = holder(first, first + old_size);
  if (!mapping)
    return -EFAULT;
  *result = start;
  if (new_size <= old_size)
    return release(first + new_size, first + old_size);
  if (!(flags & MREMAP_MAYMOVE))
    return -ENOMEM;
  char* moved;
  const int error = take(NULL, new_size, 0, &moved);
  if (error < 0)
    return error;
  stp_region_map(&stp_me->region, moved, new_size, PROT_READ | PROT_WRITE, false);
  if (mremap(start, old_size, new_size, MREMAP_MAYMOVE | MREMAP_FIXED, moved) == MAP_FAILED) {
    const int failure = -errno;
    release(moved, moved + new_size);
    return failure;
  }
  *result = moved;
  stp_region_map(&stp_me->region, start, old_size, PROT_NONE, false); /* a hole now */
  return release(first, first + old_size);
}

int stp_protect(void* start, size_t size, int protection) {
  if (!aligned(start))
    return -EINVAL;
  if (stp_in_region(start, size) < 0)
    return -ENOMEM;
  stp_region_protect(&stp_me->region, start, round_up(size), protection);
  return mprotect(start, round_up(size), protection) == 0 ? 0 : -errno;
}
