/* malloc and friends over blocks (heap_block.h says how they lie): small ones from bins of what was
 * freed last, others from the lists by size, the rest from the top. */
#include "process/heap_block.h"

#include <string.h>
#include <sys/mman.h>

#include "process/heap_memcheck.h"
#include "process/process.h"
#include "trace/log.h"

struct stp_heap* stp_heap_of_libc;

static char* page_above(char* address) {
  return (char*)(((uintptr_t)address + STP_PAGE - 1) & ~(uintptr_t)(STP_PAGE - 1));
}

static char* page_below(char* address) {
  return (char*)((uintptr_t)address & ~(uintptr_t)(STP_PAGE - 1));
}

/* Gives the whole pages of a range back; says whether there were any. */
static bool give_back(char* start, char* end) {
  start = page_above(start);
  end = page_below(end);
  return start < end && madvise(start, (size_t)(end - start), MADV_DONTNEED) == 0;
}

/* ---- errors of the program ---- */

static _Noreturn void broken(const char* what, const void* payload) {
  if (stp_self)
    stp_process_abort("%s: %p", what, payload);
  stp_fatal("%s: %p", what, payload);
}

/* The block of a payload that the program hands in; never returns if it is none. */
static struct block* checked(const struct stp_heap* heap, const void* payload) {
  const char* address = payload;
  if (address < heap->first + HEADER || address > heap->top || (uintptr_t)address % UNIT)
    broken("free or realloc of an address that malloc did not return, or freed before", payload);
  struct block* block = block_at(payload);
  if (((block->header ^ check_of(block)) & ~(SIZE_MASK | (UNIT - 1))) != 0)
    broken("free or realloc of a block whose header is overwritten, or of no block", payload);
  if ((block->header & (USED | BINNED)) != USED || is_top(heap, block))
    broken("free or realloc of a block that was freed before", payload);
  return block;
}

/* ---- joining and splitting ---- */

static void trim_top(struct stp_heap* heap, size_t threshold) {
  char* keep = page_above(heap->top);
  if (heap->fresh > keep && (size_t)(heap->fresh - keep) >= threshold) {
    madvise(keep, (size_t)(page_above(heap->fresh) - keep), MADV_DONTNEED);
    heap->fresh = keep;
  }
  heap->region->heap_top = page_above(heap->fresh);
}

/* Makes a used block free: joins it with free neighbours or with the top. */
static void release(struct stp_heap* heap, struct block* block) {
  char *start = payload_of(block), *end = (char*)after(block);
  size_t size = size_of(block);
  struct block* next = after(block);
  struct block* whole = block;
  block->header &= ~(uint64_t)(USED | BINNED); /* to recognise it when freed again */
  if (block->header & BEFORE_IS_FREE) {
    whole = free_block_before(block);
    stp_heap_list_remove(heap, whole);
  }
  if (!is_top(heap, next) && !(next->header & USED)) {
    stp_heap_list_remove(heap, next);
    next = after(next);
  }
  if (is_top(heap, next)) {
    heap->top = (char*)whole;
    trim_top(heap, GIVE_BACK);
    return;
  }
  set_header(whole, (size_t)((char*)next - (char*)whole), 0);
  *size_at_end(whole) = size_of(whole);
  next->header |= BEFORE_IS_FREE;
  stp_heap_list_insert(heap, whole);
  if (size >= GIVE_BACK)
    give_back(start + sizeof(struct links), end - sizeof(uint64_t));
}

/* Cuts a used block to `size`, freeing the rest if it is large enough to be a block. */
static void split(struct stp_heap* heap, struct block* block, size_t size) {
  size_t whole = size_of(block);
  if (whole - size < SMALLEST)
    return;
  set_header(block, size, USED | (block->header & BEFORE_IS_FREE));
  struct block* rest = after(block);
  set_header(rest, whole - size, USED);
  release(heap, rest);
}

static void empty_bins(struct stp_heap* heap) {
  for (struct bin* bin = heap->bins; bin < heap->bins + BINS; bin++)
    while (bin->first) {
      struct block* block = dereference(heap, bin->first);
      bin->first = links_of(block)->next;
      bin->count--;
      release(heap, block);
    }
}

/* ---- finding a block ---- */

/* Moves the top up by `size`; false when the region is full. */
static bool raise_top(struct stp_heap* heap, size_t size) {
  if ((size_t)(heap->region->heap_end - heap->top) < size)
    return false;
  heap->top += size;
  if (heap->top > heap->fresh) {
    heap->fresh = heap->top;
    heap->region->heap_top = page_above(heap->top);
  }
  return true;
}

static struct block* block_from_list(struct stp_heap* heap, size_t size) {
  struct block* block = stp_heap_list_find(heap, size);
  if (!block)
    return NULL;
  stp_heap_list_remove(heap, block);
  block->header |= USED;
  after(block)->header &= ~(uint64_t)BEFORE_IS_FREE; /* a free block has one after it */
  split(heap, block, size);
  return block;
}

static struct block* block_from_top(struct stp_heap* heap, size_t size) {
  struct block* block = (struct block*)heap->top;
  if (!raise_top(heap, size))
    return NULL;
  set_header(block, size, USED); /* what lies below the top is used */
  return block;
}

/* A used block of at least `size` bytes, counted as in use. */
static struct block* find(struct stp_heap* heap, size_t size) {
  if (size >= LARGEST)
    return NULL;
  struct block* block = block_from_list(heap, size);
  if (!block && size > BINS * UNIT) { /* a large one: join the small ones first */
    empty_bins(heap);
    block = block_from_list(heap, size);
  }
  if (!block)
    block = block_from_top(heap, size);
  if (!block) {
    empty_bins(heap);
    block = block_from_list(heap, size);
  }
  if (block)
    heap->in_use += size_of(block);
  return block;
}

static struct bin* bin_for(struct stp_heap* heap, size_t size) {
  size_t index = (size - SMALLEST) / UNIT;
  return index < BINS ? &heap->bins[index] : NULL;
}

/* ---- the interface ---- */

struct stp_heap* stp_heap_create(struct stp_region* region) {
  struct stp_heap* heap = (struct stp_heap*)region->heap_start;
  heap->region = region;
  size_t record = (sizeof *heap + UNIT - 1) & ~(size_t)(UNIT - 1);
  heap->first = heap->top = heap->fresh = (char*)heap + record + HEADER;
  region->heap_top = page_above(heap->top);
  stp_region_set_heap(region, heap);
  if (stp_memcheck())
    stp_heap_told_create(heap);
  return heap;
}

struct stp_heap* stp_heap_of(const void* address) {
  return stp_region_holds(address) ? stp_region_heap(address) : NULL;
}

void stp_heap_adopt(struct stp_heap* heap, struct stp_region* region) {
  heap->region = region;
  heap->untold = true; /* its blocks have the addresses of others */
  heap->freed = NULL;
}

void* stp_heap_alloc(struct stp_heap* heap, size_t request) {
  if (stp_heap_told())
    return stp_heap_told_alloc(heap, 1, request, false);
  size_t size = block_size(request);
  struct bin* bin = bin_for(heap, size);
  if (!bin || !bin->first) {
    struct block* block = find(heap, size);
    return block ? payload_of(block) : NULL;
  }
  struct block* block = dereference(heap, bin->first);
  bin->first = links_of(block)->next;
  bin->count--;
  block->header &= ~(uint64_t)BINNED;
  heap->in_use += size;
  return payload_of(block);
}

void* stp_heap_alloc_zeroed(struct stp_heap* heap, size_t size) {
  if (stp_heap_told())
    return stp_heap_told_alloc(heap, 1, size, true);
  char* fresh = heap->fresh;
  char* payload = stp_heap_alloc(heap, size);
  if (payload && payload < fresh)
    memset(payload, 0, size < (size_t)(fresh - payload) ? size : (size_t)(fresh - payload));
  return payload;
}

void* stp_heap_alloc_aligned(struct stp_heap* heap, size_t alignment, size_t request) {
  if (alignment <= UNIT)
    return stp_heap_alloc(heap, request);
  if (stp_heap_told())
    return stp_heap_told_alloc(heap, alignment, request, false);
  size_t size = block_size(request);
  if (size == SIZE_MAX || alignment > LARGEST)
    return NULL;
  struct block* block = find(heap, size + alignment + SMALLEST);
  if (!block)
    return NULL;
  heap->in_use -= size_of(block);
  char* payload = payload_of(block);
  if ((uintptr_t)payload & (alignment - 1)) { /* cut off a free block before it */
    char* aligned =
        (char*)(((uintptr_t)payload + SMALLEST + alignment - 1) & ~(uintptr_t)(alignment - 1));
    size_t lead = (size_t)(aligned - payload);
    struct block* rest = block_at(aligned);
    set_header(rest, size_of(block) - lead, USED);
    set_header(block, lead, USED | (block->header & BEFORE_IS_FREE));
    release(heap, block);
    block = rest;
  }
  split(heap, block, size);
  heap->in_use += size_of(block);
  return payload_of(block);
}

void stp_heap_free(struct stp_heap* heap, void* payload) {
  if (stp_heap_told()) {
    stp_heap_told_free(heap, payload);
    return;
  }
  if (payload == NULL)
    return;
  struct block* block = checked(heap, payload);
  size_t size = size_of(block);
  heap->in_use -= size;
  struct bin* bin = bin_for(heap, size);
  if (!bin || bin->count == BIN_DEPTH) {
    release(heap, block);
    return;
  }
  block->header |= BINNED;
  links_of(block)->next = bin->first;
  bin->first = reference(heap, block);
  bin->count++;
}

/* Grows a block into the free block or the top that follows it. */
static bool grow_in_place(struct stp_heap* heap, struct block* block, size_t size) {
  struct block* next = after(block);
  size_t old = size_of(block);
  if (is_top(heap, next)) {
    if (!raise_top(heap, size - old))
      return false;
    set_header(block, size, USED | (block->header & BEFORE_IS_FREE));
    return true;
  }
  if ((next->header & USED) || old + size_of(next) < size)
    return false;
  stp_heap_list_remove(heap, next);
  set_header(block, old + size_of(next), USED | (block->header & BEFORE_IS_FREE));
  after(block)->header &= ~(uint64_t)BEFORE_IS_FREE;
  return true;
}

void* stp_heap_resize(struct stp_heap* heap, void* payload, size_t request) {
  if (stp_heap_told())
    return stp_heap_told_resize(heap, payload, request);
  struct block* block = checked(heap, payload);
  size_t size = block_size(request), old = size_of(block);
  if (size == SIZE_MAX)
    return NULL;
  if (size <= old || grow_in_place(heap, block, size)) {
    split(heap, block, size);
    heap->in_use += size_of(block) - old;
    return payload;
  }
  void* moved = stp_heap_alloc(heap, request);
  if (!moved)
    return NULL;
  memcpy(moved, payload, old - HEADER);
  stp_heap_free(heap, payload);
  return moved;
}

size_t stp_heap_usable(struct stp_heap* heap, const void* payload) {
  if (stp_heap_told())
    return stp_heap_told_usable(heap, payload);
  return size_of(checked(heap, payload)) - HEADER;
}

bool stp_heap_trim(struct stp_heap* heap) {
  stp_memcheck_pause();
  empty_bins(heap);
  char* fresh = heap->fresh;
  trim_top(heap, STP_PAGE);
  bool trimmed = heap->fresh != fresh;
  for (unsigned first = 0; first < FIRSTS; first++)
    for (unsigned second = 0; second < SECONDS; second++)
      for (struct block* block = dereference(heap, heap->lists[first][second]); block;
           block = dereference(heap, links_of(block)->next))
        trimmed |=
            give_back((char*)payload_of(block) + sizeof(struct links), (char*)size_at_end(block));
  stp_memcheck_resume();
  return trimmed;
}

size_t stp_heap_in_use(const struct stp_heap* heap) { return heap->in_use; }

size_t stp_heap_size(const struct stp_heap* heap) { return (size_t)(heap->top - heap->first); }
