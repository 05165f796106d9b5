/* Copying and exchanging the memory of a family. A region is moved segment by segment, at fixed
 * borders that double from both ends, so that the kernel's mappings do not get finer over time;
 * within a segment, piece by piece, for one mremap moves one mapping. */
#include "process/family.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "process/memcheck.h"
#include "process/process.h"
#include "trace/log.h"

#define FIRST_SEGMENT ((size_t)16 << 20)

enum { MAX_SEGMENTS = 64 };

/* A range by its offsets in the region. */
struct segment {
  size_t start, end;
};

/* ---- what is in use ---- */

/* The segments that hold anything, by rising address; the guard at the base is in none. */
static int segments_in_use(const struct stp_region* region, struct segment* segments) {
  const size_t size = region->size, half = size / 2;
  const size_t top = (size_t)(region->heap_top - region->base);
  const size_t bottom = (size_t)(region->heap_end - region->base);
  int count = 0;
  size_t start = STP_GUARD;
  for (size_t end = FIRST_SEGMENT; start < half; start = end, end *= 2)
    if (start < top || end > bottom)
      segments[count++] = (struct segment){start, end};
  for (size_t length = half; length >= FIRST_SEGMENT; length /= 2) {
    const size_t end = length == FIRST_SEGMENT ? size : size - length / 2;
    if (size - length < top || end > bottom)
      segments[count++] = (struct segment){size - length, end};
  }
  return count;
}

/* Calls visit for each part of a segment that is all plain memory (piece null) or in one piece. */
static void visit_runs(const struct stp_region* region, struct segment segment,
                       void (*visit)(const struct stp_region* region, char* start, size_t size,
                                     const struct stp_piece* piece, void* context),
                       void* context) {
  char *at = region->base + segment.start, *const end = region->base + segment.end;
  for (size_t i = 0; i < region->piece_count && region->pieces[i].start < end; i++) {
    const struct stp_piece* const piece = &region->pieces[i];
    if (piece->end <= at)
      continue;
    if (piece->start > at)
      visit(region, at, (size_t)(piece->start - at), NULL, context);
    char* const from = piece->start > at ? piece->start : at;
    char* const to = piece->end < end ? piece->end : end;
    visit(region, from, (size_t)(to - from), piece, context);
    at = to;
  }
  if (at < end)
    visit(region, at, (size_t)(end - at), NULL, context);
}

static void visit_all(const struct stp_region* region,
                      void (*visit)(const struct stp_region* region, char* start, size_t size,
                                    const struct stp_piece* piece, void* context),
                      void* context) {
  struct segment segments[MAX_SEGMENTS];
  const int count = segments_in_use(region, segments);
  for (int i = 0; i < count; i++)
    visit_runs(region, segments[i], visit, context);
}

static char* in_store(const struct stp_region* region, const char* address) {
  return region->store + (address - region->base);
}

/* ---- moving ---- */

/* mremap, also where the range has come to consist of several of the kernel's mappings. */
static void move(char* from, char* to, size_t size, int flags) {
  if (mremap(from, size, size, MREMAP_MAYMOVE | MREMAP_FIXED | flags, to) != MAP_FAILED)
    return;
  if (errno != EFAULT || size <= STP_PAGE)
    stp_fatal("cannot move memory between forked processes: %s%s", strerror(errno),
              errno == ENOMEM ? "; raise vm.max_map_count (sysctl), or run fewer of them" : "");
  const size_t half = size / STP_PAGE / 2 * STP_PAGE;
  move(from, to, half, flags);
  move(from + half, to + half, size - half, flags);
}

/* Whether the segment at this offset is one that the region uses: all of it comes back with it. */
static bool brings(const struct stp_region* region, size_t offset) {
  struct segment segments[MAX_SEGMENTS];
  const int count = segments_in_use(region, segments);
  for (int i = 0; i < count; i++)
    if (offset >= segments[i].start && offset < segments[i].end)
      return true;
  return false;
}

/* Plain memory leaves untouched memory behind; others are replaced by it, or by what `next`, the
 * region that is put in place at once, has there. */
static void move_away(const struct stp_region* region, char* start, size_t size,
                      const struct stp_piece* piece, void* next) {
  /* valgrind knows no MREMAP_DONTUNMAP */
  const bool leaves_nothing = piece || stp_memcheck();
  move(start, in_store(region, start), size, leaves_nothing ? 0 : MREMAP_DONTUNMAP);
  if (leaves_nothing && !brings(next, (size_t)(start - region->base)))
    stp_arena_renew(start, size);
}

/* The store keeps holes: nothing lies there, and what comes back fills them. */
static void move_back(const struct stp_region* region, char* start, size_t size,
                      const struct stp_piece* piece, void* unused) {
  (void)piece;
  (void)unused;
  move(in_store(region, start), start, size, 0);
}

#ifdef __SANITIZE_ADDRESS__
void __asan_unpoison_memory_region(void const volatile* start, size_t size);

/* What the sanitizer knows of the stacks that lay here belongs to another process. */
static void forget_poison(const struct stp_region* region) {
  __asan_unpoison_memory_region(region->base + STP_GUARD, STP_MAIN_STACK - STP_GUARD);
  __asan_unpoison_memory_region(region->heap_end,
                                (size_t)(region->base + region->size - region->heap_end));
}
#else
static void forget_poison(const struct stp_region* region) { (void)region; }
#endif

void stp_family_exchange(struct stp_region* region) {
  struct stp_family* const family = region->family;
  if (family->in_place)
    visit_all(family->in_place, move_away, region);
  family->in_place = NULL;
  visit_all(region, move_back, NULL);
  family->in_place = region;
  forget_poison(region);
}

/* ---- copying ---- */

/* Of /proc/self/pagemap: in memory, or swapped out. */
static const uint64_t page_exists = (uint64_t)3 << 62;

enum { PAGES_AT_ONCE = 2048 };

/* Which of `count` pages (at most PAGES_AT_ONCE) have ever been used; all if it cannot be known. */
static void look_at_pages(const char* start, size_t count, uint64_t* entries) {
  static int pagemap = -1;
  if (pagemap < 0)
    pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  const ssize_t size = (ssize_t)(count * sizeof *entries);
  if (pread(pagemap, entries, (size_t)size,
            (off_t)((uintptr_t)start / STP_PAGE * sizeof *entries)) != size)
    memset(entries, 0xff, (size_t)size);
}

/* Neither libc's nor a sanitizer's idea of what may be read matters here. */
static void copy_bytes(char* to, const char* from, size_t size) {
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}

static void copy_pages(char* to, const char* from, size_t size) {
#ifdef MADV_POPULATE_WRITE
  madvise(to, size, MADV_POPULATE_WRITE); /* one call for many page faults; only advice */
#endif
  copy_bytes(to, from, size);
}

/* Copies the pages that were ever used; where `mirror`, the others are made untouched in the copy.
 */
static void copy_written(char* to, const char* from, size_t size, bool mirror) {
  static uint64_t entries[PAGES_AT_ONCE]; /* too large for a kernel stack */
  for (size_t pages = size / STP_PAGE; pages > 0;) {
    const size_t count = pages < PAGES_AT_ONCE ? pages : PAGES_AT_ONCE;
    look_at_pages(from, count, entries);
    for (size_t i = 0, run; i < count; i += run) {
      const bool exists = entries[i] & page_exists;
      for (run = 1; i + run < count && !(entries[i + run] & page_exists) == !exists;)
        run++;
      if (exists)
        copy_pages(to + i * STP_PAGE, from + i * STP_PAGE, run * STP_PAGE);
      else if (mirror)
        madvise(to + i * STP_PAGE, run * STP_PAGE, MADV_DONTNEED);
    }
    from += count * STP_PAGE;
    to += count * STP_PAGE;
    pages -= count;
  }
}

/* A private mapping of a file: the copy is plain memory with the same contents. Pages behind the
 * end of the file cannot be read and stay untouched. */
static void copy_readable(char* to, const char* from, size_t size) {
  for (size_t i = 0; i < size; i += STP_PAGE) {
    const struct iovec here = {to + i, STP_PAGE}, there = {(char*)from + i, STP_PAGE};
    if (process_vm_readv(getpid(), &here, 1, &there, 1, 0) != STP_PAGE && errno != EFAULT)
      stp_fatal("cannot copy a mapped file for a forked process: %s", strerror(errno));
  }
}

static bool is_untouched(const char* start, size_t size) {
  uint64_t entry;
  for (size_t i = 0; i < size; i += STP_PAGE) {
    look_at_pages(start + i, 1, &entry);
    if (entry & page_exists)
      return false;
  }
  return true;
}

static void copy_piece(char* to, char* from, size_t size, const struct stp_piece* piece) {
  if (!piece->foreign && is_untouched(from, size)) { /* a guard page */
    mprotect(to, size, piece->protection);
    return;
  }
  const bool readable = piece->protection & PROT_READ;
  if (!readable)
    mprotect(from, size, PROT_READ);
  if (piece->foreign)
    copy_readable(to, from, size);
  else
    copy_written(to, from, size, false);
  if (!readable)
    mprotect(from, size, piece->protection);
  mprotect(to, size, piece->protection);
}

/* `context` is the child: its store is at the same distance. */
static void copy_run(const struct stp_region* region, char* start, size_t size,
                     const struct stp_piece* piece, void* context) {
  (void)region;
  char* const to = in_store(context, start);
  if (!piece)
    copy_written(to, start, size, false);
  else if (!piece->shared)
    copy_piece(to, start, size, piece);
  /* An old size of zero maps the same shared memory once more (mremap(2)). */
  else if (mremap(start, 0, size, MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED)
    stp_fatal("cannot share memory with a forked process: %s", strerror(errno));
}

static void* copy_of(const void* array, size_t size) {
  return size == 0 ? NULL : memcpy(stp_alloc(size), array, size);
}

int stp_family_fork(struct stp_region* child, struct stp_region* parent) {
  if (!parent->store)
    parent->store = stp_slot_take();
  char* const store = parent->store ? stp_slot_take() : NULL;
  if (!store)
    return -ENOMEM;
  if (!parent->family) {
    parent->family = stp_alloc(sizeof *parent->family);
    *parent->family = (struct stp_family){parent, 1};
  }
  *child = *parent;
  child->store = store;
  child->family->members++;
  child->holes = copy_of(parent->holes, parent->hole_count * sizeof *parent->holes);
  child->hole_capacity = parent->hole_count;
  child->pieces = copy_of(parent->pieces, parent->piece_count * sizeof *parent->pieces);
  child->piece_capacity = parent->piece_count;
  stp_memcheck_pause();
  visit_all(parent, copy_run, child);
  stp_memcheck_resume();
  for (size_t i = 0; i < child->piece_count; i++) /* copied: plain memory with protections */
    child->pieces[i].foreign &= child->pieces[i].shared;
  return 0;
}

/* ---- giving back ---- */

struct gift {
  const struct stp_region* to;
  char *low, *high; /* not given */
};

/* Pages that the one who gives has discarded are discarded. */
static void give_pages(const struct stp_region* from, const struct stp_region* to,
                       const char* start, const char* end) {
  copy_written(stp_region_alias(to, start), stp_region_alias(from, start), (size_t)(end - start),
               true);
}

static void give_run(const struct stp_region* region, char* start, size_t size,
                     const struct stp_piece* piece, void* context) {
  const struct gift* const gift = context;
  char* const end = start + size;
  if (piece)
    return;
  if (end <= gift->low || start >= gift->high) {
    give_pages(region, gift->to, start, end);
    return;
  }
  if (start < gift->low)
    give_pages(region, gift->to, start, gift->low);
  /* Of the page where the excluded part ends, the rest. */
  char* const next = (char*)(((uintptr_t)gift->high + STP_PAGE - 1) & ~((uintptr_t)STP_PAGE - 1));
  copy_bytes(stp_region_alias(gift->to, gift->high), stp_region_alias(region, gift->high),
             (size_t)(next - gift->high));
  if (next < end)
    give_pages(region, gift->to, next, end);
}

bool stp_family_give(struct stp_region* child, struct stp_region* parent, char* low, char* high) {
  struct segment mine[MAX_SEGMENTS], its[MAX_SEGMENTS];
  if (segments_in_use(child, mine) != segments_in_use(parent, its) ||
      child->heap_end != parent->heap_end || child->hole_count != parent->hole_count ||
      child->piece_count != parent->piece_count)
    return false;
  stp_memcheck_pause();
  visit_all(child, give_run, &(struct gift){parent, low, high});
  stp_memcheck_resume();
  parent->heap_top = child->heap_top;
  return true;
}

/* ---- leaving ---- */

void stp_family_leave(struct stp_region* region) {
  struct stp_family* const family = region->family;
  if (family->in_place == region) {
    stp_arena_renew(region->base + STP_GUARD, region->size - STP_GUARD);
    family->in_place = NULL;
  }
  if (region->store)
    stp_slot_give(region->store);
  if (--family->members > 0)
    return;
  stp_slot_give(region->base);
  stp_free(family);
}
