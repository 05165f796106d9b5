/* mremap: mappings that grow, shrink and move. What is private memory without a file moves page by
 * page within the region's own memory; files and shared memory are moved as the real kernel has
 * them mapped. */
#include <errno.h>
#include <sys/mman.h>

#include "file/mapping.h"
#include "file/mapping_parts.h"
#include "file/maps.h"
#include "process/process.h"

/* Moves pages; what they were is plain untouched memory again. A range may have come to consist of
 * several of the kernel's mappings, of which mremap moves one only. */
static int move_plain(char* from, char* to, size_t size) {
  if (mremap(from, size, size, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, to) != MAP_FAILED)
    return 0;
  if (errno != EFAULT || size <= STP_PAGE)
    return -errno;
  const size_t half = size / STP_PAGE / 2 * STP_PAGE;
  const int error = move_plain(from, to, half);
  return error < 0 ? error : move_plain(from + half, to + half, size - half);
}

/* Moves a mapping (or, with an old size of 0, maps it once more) to a place taken. */
static int move(const struct stp_mapping* old, char* from, size_t old_size, char* to,
                size_t new_size, bool keep) {
  if (old->anonymous) {
    /* Private: protections move with the pages. */
    const size_t moved = old_size < new_size ? old_size : new_size;
    const int error = stp_place_protect(to, new_size, old->protection);
    return error < 0 ? error : move_plain(from, to, moved);
  }
  stp_region_map(&stp_me->region, to, new_size, old->protection, old->shared != NULL);
  if (mremap(from, old_size, new_size,
             MREMAP_MAYMOVE | MREMAP_FIXED | (keep ? MREMAP_DONTUNMAP : 0), to) == MAP_FAILED)
    return -errno;
  if (old_size > 0 && !keep) /* a hole now */
    stp_arena_renew(from, old_size);
  return 0;
}

static int relocate(struct stp_mapping old, char* from, size_t old_size, size_t new_size, int flags,
                    char* wanted, void** result) {
  char* to;
  const int error = stp_place_take(wanted, new_size, flags & MREMAP_FIXED ? MAP_FIXED : 0, &to);
  if (error < 0)
    return error;
  const bool keep = flags & MREMAP_DONTUNMAP;
  const int moved = move(&old, from, old_size, to, new_size, keep);
  if (moved < 0) {
    stp_region_release(&stp_me->region, to, new_size, false);
    return moved;
  }
  old.offset += (uint64_t)(from - old.start);
  old.start = to;
  old.end = to + new_size;
  stp_maps_add(stp_me, old);
  if (!keep)
    stp_place_give_back(from, from + old_size);
  *result = to;
  return 0;
}

/* Makes a mapping longer where it is, if the pages behind it are free. */
static bool extend(struct stp_mapping old, char* from, size_t old_size, size_t new_size) {
  struct stp_region* const region = &stp_me->region;
  char* const end = from + old_size;
  const size_t more = new_size - old_size;
  if (end != old.end || !stp_in_region(from, new_size) || !stp_region_take_at(region, end, more))
    return false;
  int error;
  if (old.anonymous) {
    error = stp_place_protect(end, more, old.protection);
  } else {
    munmap(end, more);
    error = mremap(from, old_size, new_size, 0) == MAP_FAILED ? -errno : 0;
    if (error < 0)
      stp_arena_renew(end, more);
    else
      stp_region_map(region, end, more, old.protection, old.shared != NULL);
  }
  if (error < 0) {
    stp_region_release(region, end, more, false);
    return false;
  }
  old.offset += (uint64_t)(end - old.start);
  old.start = end;
  old.end = end + more;
  stp_maps_add(stp_me, old);
  return true;
}

static int check_remap(const char* start, size_t old_size, size_t new_size, int flags,
                       const char* wanted) {
  const size_t most = stp_me->region.size;
  if (!stp_page_aligned(start) || flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP) ||
      new_size == 0 || (flags & MREMAP_FIXED && !(flags & MREMAP_MAYMOVE)) ||
      (flags & MREMAP_DONTUNMAP && (!(flags & MREMAP_MAYMOVE) || old_size != new_size)))
    return -EINVAL;
  if (old_size > most || new_size > most)
    return -ENOMEM;
  if (!(flags & MREMAP_FIXED))
    return 0;
  const bool overlap = wanted < start + old_size && start < wanted + new_size;
  return !stp_page_aligned(wanted) || overlap ? -EINVAL : 0;
}

int stp_remap(void* start, size_t old_size, size_t new_size, int flags, void* wanted,
              void** result) {
  char* const from = start;
  if (old_size <= stp_me->region.size && new_size <= stp_me->region.size) {
    old_size = stp_round_to_pages(old_size);
    new_size = stp_round_to_pages(new_size);
  }
  const int error = check_remap(from, old_size, new_size, flags, wanted);
  if (error < 0)
    return error;
  const bool fixed = flags & MREMAP_FIXED;
  if (fixed) /* what is there goes first, for it may be cut out of the same mapping */
    stp_place_give_back(wanted, (char*)wanted + new_size);
  const struct stp_mapping* const mapping = stp_maps_at(stp_me, from);
  if (mapping == NULL || from + old_size > mapping->end)
    return -EFAULT;
  const struct stp_mapping old = *mapping;
  if (old_size == 0 && (old.shared == NULL || !(flags & MREMAP_MAYMOVE)))
    return -EINVAL;
  *result = start;
  if (!fixed && !(flags & MREMAP_DONTUNMAP) && old_size != 0) {
    if (new_size <= old_size) {
      stp_place_give_back(from + new_size, from + old_size);
      return 0;
    }
    if (extend(old, from, old_size, new_size))
      return 0;
  }
  if (!(flags & MREMAP_MAYMOVE))
    return -ENOMEM;
  if (fixed && new_size < old_size) {
    stp_place_give_back(from + new_size, from + old_size);
    old_size = new_size;
  }
  return relocate(old, from, old_size, new_size, flags, fixed ? wanted : NULL, result);
}
