/* Mappings: ranges taken from the region. Private memory without a file is the region's own; files
 * and shared memory are mapped there for real, so that the real kernel keeps what is shared. */
#include "file/mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "file/description.h"
#include "file/device.h"
#include "file/mapping_parts.h"
#include "file/maps.h"
#include "file/regular.h"
#include "file/shared.h"
#include "process/process.h"
#include "trace/log.h"

bool stp_in_region(const void* start, size_t size) {
  const struct stp_region* const region = &stp_me->region;
  const char* const first = start;
  return first >= region->base + STP_GUARD && size <= region->size &&
         first <= region->base + region->size - size;
}

int stp_mapped(const void* start, size_t size) {
  if (!stp_page_aligned(start))
    return -EINVAL;
  const struct stp_region* const region = &stp_me->region;
  const char *const first = start, *const end = first + stp_round_to_pages(size);
  if (size > region->size || !stp_in_region(start, stp_round_to_pages(size)))
    return -ENOMEM;
  if (first < region->heap_end && end > region->heap_top)
    return -ENOMEM;
  for (size_t i = 0; i < region->hole_count; i++)
    if (first < region->holes[i].end && end > region->holes[i].start)
      return -ENOMEM;
  return 0;
}

bool stp_shared_key(const void* address, uint64_t* object, uint64_t* offset) {
  if (stp_me->maps == NULL)
    return false;
  const struct stp_mapping* const mapping = stp_maps_at(stp_me, address);
  if (mapping == NULL || mapping->shared == NULL)
    return false;
  *object = mapping->shared->number;
  *offset = mapping->offset + (uint64_t)((const char*)address - mapping->start);
  return true;
}

/* ---- places ---- */

void stp_place_give_back(char* start, char* end) {
  const struct stp_mapping* mapping;
  while ((mapping = stp_maps_after(stp_me, start)) != NULL && mapping->start < end) {
    char* const from = mapping->start > start ? mapping->start : start;
    char* const to = mapping->end < end ? mapping->end : end;
    stp_region_release(&stp_me->region, from, (size_t)(to - from), false);
    stp_maps_remove(stp_me, from, to);
    start = to;
  }
}

int stp_place_take(char* hint, size_t size, int flags, char** start) {
  struct stp_region* const region = &stp_me->region;
  const bool fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
  if (fixed && (!stp_page_aligned(hint) || !stp_in_region(hint, size)))
    return stp_page_aligned(hint) ? -ENOMEM : -EINVAL;
  *start = hint;
  if (fixed && flags & MAP_FIXED_NOREPLACE)
    return stp_region_take_at(region, hint, size) ? 0 : -EEXIST;
  if (fixed) {
    stp_place_give_back(hint, hint + size);
    if (stp_region_take_at(region, hint, size))
      return 0;
    stp_refuse("mmap", "MAP_FIXED over the stack, the heap or the program");
    return -ENOMEM;
  }
  const bool wish = hint && stp_page_aligned(hint) && stp_in_region(hint, size) &&
                    stp_region_take_at(region, hint, size);
  if (!wish)
    *start = stp_region_take(region, size, false);
  return *start ? 0 : -ENOMEM;
}

int stp_place_protect(char* start, size_t size, int protection) {
  if (protection == (PROT_READ | PROT_WRITE) || size == 0)
    return 0;
  if (mprotect(start, size, protection) != 0)
    return -errno;
  stp_region_protect(&stp_me->region, start, size, protection);
  return 0;
}

/* ---- mmap ---- */

/* Maps a file or shared memory (real -1: new anonymous shared memory) at a place taken. */
static int map_real(char* start, size_t size, int protection, bool shared, int real, off_t offset) {
  stp_region_map(&stp_me->region, start, size, protection, shared);
  const int kind = (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_NORESERVE;
  const bool anonymous = real < 0;
  void* const mapped =
      mmap(start, size, protection, kind | MAP_FIXED | (anonymous ? MAP_ANONYMOUS : 0), real,
           anonymous ? 0 : offset);
  return mapped == MAP_FAILED ? -errno : 0;
}

/* `shared`: null for private memory. */
static int map(char* hint, size_t size, int protection, int flags, int real, off_t offset,
               struct stp_shared* shared, void** result) {
  char* start;
  int error = stp_place_take(hint, size, flags, &start);
  if (error < 0)
    return error;
  const bool anonymous = real < 0 && shared == NULL;
  error = anonymous ? stp_place_protect(start, size, protection)
                    : map_real(start, size, protection, shared != NULL, real, offset);
  if (error < 0) {
    stp_region_release(&stp_me->region, start, size, false);
    return error;
  }
  stp_maps_add(stp_me, (struct stp_mapping){.start = start,
                                            .end = start + size,
                                            .protection = protection,
                                            .anonymous = anonymous,
                                            .shared = shared,
                                            .offset = (uint64_t)offset});
  *result = start;
  return 0;
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
  if (stp_is_device(file, STP_DEV_ZERO))
    return 0;
  *real = stp_regular_descriptor(file);
  return *real < 0 ? -ENODEV : 0;
}

int stp_map(void* hint, size_t size, int protection, int flags, struct stp_file* file, off_t offset,
            void** result) {
  if (size == 0 || offset % STP_PAGE)
    return -EINVAL;
  if (size > stp_me->region.size)
    return -ENOMEM;
  int real;
  const int error = check(file, protection, flags, &real);
  if (error < 0)
    return error;
  size = stp_round_to_pages(size);
  if ((flags & MAP_TYPE) == MAP_PRIVATE)
    return map(hint, size, protection, flags, real, offset, NULL, result);
  struct stp_shared* const shared = stp_shared_of(real);
  const int mapped =
      map(hint, size, protection, flags, real, real < 0 ? 0 : offset, shared, result);
  stp_shared_unref(shared);
  return mapped;
}

int stp_map_shared(void* hint, size_t size, int protection, int flags, int real,
                   struct stp_shared* shared, void** result) {
  return map(hint, stp_round_to_pages(size), protection, flags, real, 0, shared, result);
}

int stp_unmap(void* start, size_t size) {
  if (!stp_page_aligned(start) || size == 0 || size > stp_me->region.size)
    return -EINVAL;
  stp_place_give_back(start, (char*)start + stp_round_to_pages(size));
  return 0;
}

/* ---- protection and advice ---- */

int stp_protect(void* start, size_t size, int protection) {
  if (!stp_page_aligned(start) || protection & ~(PROT_READ | PROT_WRITE | PROT_EXEC))
    return -EINVAL;
  if (size == 0)
    return 0;
  const int error = stp_mapped(start, size);
  if (error < 0)
    return error;
  size = stp_round_to_pages(size);
  if (mprotect(start, size, protection) != 0)
    return -errno;
  stp_region_protect(&stp_me->region, start, size, protection);
  stp_maps_protect(stp_me, start, (char*)start + size, protection);
  return 0;
}

static int advise_fork(char* start, size_t size, int advice) {
  const struct stp_mapping* const mapping = stp_maps_at(stp_me, start);
  if (advice == MADV_WIPEONFORK && (mapping == NULL || !mapping->anonymous))
    return -EINVAL;
  stp_maps_at_fork(stp_me, start, start + stp_round_to_pages(size),
                   advice == MADV_WIPEONFORK ? STP_FORK_WIPE
                   : advice == MADV_DONTFORK ? STP_FORK_SKIP
                                             : STP_FORK_COPY);
  return 0;
}

int stp_advise(void* start, size_t size, int advice) {
  if (!stp_page_aligned(start))
    return -EINVAL;
  if (size == 0)
    return 0;
  const int error = stp_mapped(start, size);
  if (error < 0)
    return error;
  switch (advice) {
  case MADV_DONTFORK:
  case MADV_DOFORK:
  case MADV_WIPEONFORK:
  case MADV_KEEPONFORK:
    return advise_fork(start, size, advice);
  case MADV_DONTNEED:
  case MADV_FREE:
  case MADV_REMOVE:
    return madvise(start, size, advice) < 0 ? -errno : 0;
  default: /* without effect, but wrong values are noticed */
    return advice >= 0 && advice <= MADV_POPULATE_WRITE ? 0 : -EINVAL;
  }
}
