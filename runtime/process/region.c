/* The arena and its regions. A region that nobody uses keeps its guard page and has no memory, so
 * that starting a process makes one system call the first time and none later. Each process costs
 * two of the kernel's mappings (its guard page and the rest): vm.max_map_count is 65530. */
#include "process/region.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "process/family.h"
#include "process/memcheck.h"
#include "process/pieces.h"
#include "process/process.h"
#include "trace/log.h"

/* Between what address sanitizers use for themselves (below) and where the kernel puts PIE
 * programs (above). */
#define ARENA_BASE ((uintptr_t)0x110000000000)
#define ARENA_END ((uintptr_t)0x500000000000)

/* Under valgrind: what it leaves to programs, and as much as it can keep books of. */
#define VALGRIND_BASE ((uintptr_t)0x040000000000)
#define VALGRIND_REGION ((size_t)256 << 20)
#define VALGRIND_ARENA ((size_t)16 << 30)

/* What is known of each region of the arena. */
struct slot {
  enum { FRESH, IN_USE, FREE } state;
  struct stp_heap* heap;
};

struct stp_arena stp_arena;

static struct slot* slots;
static size_t slot_count, lowest_free;
static bool reserved_only; /* the kernel would not give it all writable: regions are, one by one */

static size_t index_of(const void* address) {
  return ((uintptr_t)address - stp_arena.base) / stp_arena.region_size;
}

static void advise(void* start, size_t size) {
  /* Huge pages would cost 2 MiB a process; a core dump would walk terabytes. Both only advice. */
  madvise(start, size, MADV_NOHUGEPAGE);
  madvise(start, size, MADV_DONTDUMP);
}

static void* map_arena(void* start, size_t size, int protection, int flags) {
  return mmap(start, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
}

void stp_regions_start(size_t size) {
  if (size == 0)
    size = stp_memcheck() ? VALGRIND_REGION : STP_REGION_SIZE;
  if (size < (32 << 20) || size > STP_REGION_SIZE_MAX || (size & (size - 1)) != 0)
    stp_fatal("the memory of a process must be a power of two from 32 MiB to 32 GiB, not %zu bytes",
              size);
  uintptr_t base = ((stp_memcheck() ? VALGRIND_BASE : ARENA_BASE) + size - 1) & ~(size - 1);
  void* const start = (void*)base;
  size_t arena_size = (stp_memcheck() ? VALGRIND_ARENA : ARENA_END - base) & ~(size - 1);

  void* arena = MAP_FAILED;
  if (!stp_memcheck())
    arena = map_arena(start, arena_size, PROT_READ | PROT_WRITE, MAP_FIXED_NOREPLACE);
  if (arena == MAP_FAILED) {
    reserved_only = true;
    arena = map_arena(start, arena_size, PROT_NONE, MAP_FIXED_NOREPLACE);
  }
  if (arena != start)
    stp_fatal("cannot reserve %zu GiB of addresses at %p: %s; is there a limit (ulimit -v)?",
              arena_size >> 30, start, strerror(errno));
  advise(start, arena_size);

  slot_count = arena_size / size;
  slots = stp_alloc(slot_count * sizeof *slots);
  lowest_free = 0;
  stp_arena = (struct stp_arena){base, arena_size, size};
}

/* First use: makes the guard under the main stack. */
static int prepare(char* base) {
  if (reserved_only && mprotect(base, stp_arena.region_size, PROT_READ | PROT_WRITE) != 0)
    return -ENOMEM;
  if (mprotect(base, STP_GUARD, PROT_NONE) != 0)
    return -ENOMEM;
  stp_memcheck_stack(base + STP_GUARD, base + STP_MAIN_STACK);
  return 0;
}

char* stp_slot_take(void) {
  while (lowest_free < slot_count && slots[lowest_free].state == IN_USE)
    lowest_free++;
  if (lowest_free == slot_count)
    return NULL;
  char* const slot = (char*)stp_arena.base + lowest_free * stp_arena.region_size;
  if (slots[lowest_free].state == FRESH && prepare(slot) != 0)
    return NULL;
  slots[lowest_free++].state = IN_USE;
  return slot;
}

static void slot_free(char* slot, int state) {
  const size_t index = index_of(slot);
  slots[index] = (struct slot){.state = state};
  if (index < lowest_free)
    lowest_free = index;
}

void stp_arena_renew(void* start, size_t size) {
  const int protection = reserved_only ? PROT_NONE : PROT_READ | PROT_WRITE;
  if (map_arena(start, size, protection, MAP_FIXED) == MAP_FAILED)
    stp_fatal("cannot map memory again: %s", strerror(errno));
  advise(start, size);
}

void stp_slot_give(char* slot) {
  stp_arena_renew(slot, stp_arena.region_size);
  slot_free(slot, FRESH);
}

/* What a thread that ended without returning left on its stack must not be held against the next.
 */
#ifdef __SANITIZE_ADDRESS__
void __asan_unpoison_memory_region(void const volatile* start, size_t size);
#else
static void __asan_unpoison_memory_region(void const volatile* start, size_t size) {
  (void)start;
  (void)size;
}
#endif

int stp_region_create(struct stp_region* region) {
  char* const base = stp_slot_take();
  if (!base)
    return -ENOMEM;
  char* const stack_top = base + STP_MAIN_STACK;
  __asan_unpoison_memory_region(base + STP_GUARD, STP_MAIN_STACK - STP_GUARD);
  *region = (struct stp_region){.base = base,
                                .size = stp_arena.region_size,
                                .stack_top = stack_top,
                                .heap_start = stack_top,
                                .heap_top = stack_top,
                                .heap_end = base + stp_arena.region_size};
  return 0;
}

/* ---- giving memory back ---- */

/* Makes pages the arena's untouched memory again. */
static void reset(struct stp_region* region, char* start, size_t size) {
  bool pieces, foreign;
  stp_pieces_drop(region, start, start + size, &pieces, &foreign);
  if (foreign) {
    stp_arena_renew(start, size);
    if (reserved_only)
      mprotect(start, size, PROT_READ | PROT_WRITE);
    return;
  }
  if (pieces && mprotect(start, size, PROT_READ | PROT_WRITE) != 0)
    stp_fatal("cannot unprotect memory: %s", strerror(errno));
  /* Unused page tables are skipped by the kernel: the cost is that of what was used. */
  if (madvise(start, size, MADV_DONTNEED) != 0)
    stp_fatal("cannot give memory back: %s", strerror(errno));
}

void stp_region_destroy(struct stp_region* region) {
  if (region->family) {
    stp_family_leave(region);
  } else {
    reset(region, region->base + STP_GUARD, region->size - STP_GUARD);
    slot_free(region->base, FREE);
  }
  stp_free(region->holes);
  stp_free(region->pieces);
  *region = (struct stp_region){0};
}

void* stp_region_alias(const struct stp_region* region, const void* address) {
  if (!region->family || region->family->in_place == region)
    return (void*)address;
  return region->store + ((const char*)address - region->base);
}

/* ---- holes: free ranges above heap_end, by rising address, never adjacent to each other ---- */

static void insert_hole(struct stp_region* region, size_t at, char* start, char* end) {
  if (region->hole_count == region->hole_capacity) {
    size_t capacity = region->hole_capacity ? 2 * region->hole_capacity : 8;
    struct stp_hole* holes = stp_alloc(capacity * sizeof *holes);
    if (region->hole_count)
      memcpy(holes, region->holes, region->hole_count * sizeof *holes);
    stp_free(region->holes);
    region->holes = holes;
    region->hole_capacity = capacity;
  }
  memmove(&region->holes[at + 1], &region->holes[at],
          (region->hole_count - at) * sizeof *region->holes);
  region->holes[at] = (struct stp_hole){start, end};
  region->hole_count++;
}

static void remove_hole(struct stp_region* region, size_t at) {
  region->hole_count--;
  memmove(&region->holes[at], &region->holes[at + 1],
          (region->hole_count - at) * sizeof *region->holes);
}

/* Takes [start, end) out of the hole that contains it. */
static void cut_hole(struct stp_region* region, size_t at, char* start, char* end) {
  struct stp_hole* hole = &region->holes[at];
  if (hole->start == start && hole->end == end)
    remove_hole(region, at);
  else if (hole->start == start)
    hole->start = end;
  else if (hole->end == end)
    hole->end = start;
  else {
    char* rest = hole->end;
    hole->end = start;
    insert_hole(region, at + 1, end, rest);
  }
}

/* Adds [start, end) to the holes, or to the free middle of the region. */
static void add_hole(struct stp_region* region, char* start, char* end) {
  size_t at = 0;
  while (at < region->hole_count && region->holes[at].start < start)
    at++;
  if (at < region->hole_count && region->holes[at].start == end) {
    end = region->holes[at].end;
    remove_hole(region, at);
  }
  if (at > 0 && region->holes[at - 1].end == start) {
    start = region->holes[at - 1].start;
    remove_hole(region, --at);
  }
  if (start == region->heap_end)
    region->heap_end = end;
  else
    insert_hole(region, at, start, end);
}

/* ---- taking and releasing ---- */

static char* find_room(struct stp_region* region, size_t size) {
  for (size_t i = region->hole_count; i-- > 0;) {
    struct stp_hole hole = region->holes[i];
    if ((size_t)(hole.end - hole.start) >= size) {
      cut_hole(region, i, hole.end - size, hole.end);
      return hole.end - size;
    }
  }
  if ((size_t)(region->heap_end - region->heap_top) < size)
    return NULL;
  return region->heap_end -= size;
}

void* stp_region_take(struct stp_region* region, size_t size, bool guard) {
  if (size == 0 || size > region->size)
    return NULL;
  size = stp_round_to_pages(size) + (guard ? STP_PAGE : 0);
  char* start = find_room(region, size);
  if (start)
    __asan_unpoison_memory_region(start, size);
  if (start && stp_memcheck())
    VALGRIND_MAKE_MEM_DEFINED(start, size);
  if (!start || !guard)
    return start;
  if (mprotect(start, STP_PAGE, PROT_NONE) != 0) { /* too many mappings */
    add_hole(region, start, start + size);
    return NULL;
  }
  stp_region_protect(region, start, STP_PAGE, PROT_NONE);
  return start + STP_PAGE;
}

static bool take_at(struct stp_region* region, void* start, size_t size) {
  char *first = start, *end = first + stp_round_to_pages(size);
  if ((uintptr_t)first % STP_PAGE || size == 0 || end <= first)
    return false;
  if (first >= region->heap_top && end <= region->heap_end) {
    char* old_end = region->heap_end;
    region->heap_end = first;
    if (end < old_end)
      insert_hole(region, 0, end, old_end);
    return true;
  }
  for (size_t i = 0; i < region->hole_count; i++)
    if (region->holes[i].start <= first && end <= region->holes[i].end) {
      cut_hole(region, i, first, end);
      return true;
    }
  return false;
}

bool stp_region_take_at(struct stp_region* region, void* start, size_t size) {
  const bool taken = take_at(region, start, size);
  if (taken && stp_memcheck())
    VALGRIND_MAKE_MEM_DEFINED(start, stp_round_to_pages(size));
  return taken;
}

void stp_region_release(struct stp_region* region, void* start, size_t size, bool guard) {
  char *first = (char*)start - (guard ? STP_PAGE : 0),
       *end = (char*)start + stp_round_to_pages(size);
  reset(region, first, (size_t)(end - first));
  if (stp_memcheck())
    VALGRIND_MAKE_MEM_NOACCESS(first, (size_t)(end - first));
  add_hole(region, first, end);
}

void stp_region_set_heap(const struct stp_region* region, struct stp_heap* heap) {
  slots[index_of(region->base)].heap = heap;
}

struct stp_heap* stp_region_heap(const void* address) {
  return slots[index_of(address)].heap;
}
