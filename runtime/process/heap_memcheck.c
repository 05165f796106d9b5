/* Each function does the real work with reports off, since heap.c reads and writes headers and free
 * blocks, which nobody else may. */
#include "process/heap_memcheck.h"

#include <stdlib.h>
#include <string.h>

#include "process/heap_block.h"
#include "process/process.h"

bool stp_heap_telling;

static void begin(void) {
  stp_heap_telling = true;
  stp_memcheck_pause();
}

static void end(void) {
  stp_memcheck_resume();
  stp_heap_telling = false;
}

/* Left behind every block: what is overrun does not hurt the next header at once, and memcheck does
 * not take it for a part of the next block. */
enum { APART = 48 };

void* stp_heap_told_alloc(struct stp_heap* heap, size_t alignment, size_t size, bool zeroed) {
  if (size >= LARGEST)
    return NULL;
  const size_t whole = size + APART;
  begin();
  void* const block =
      zeroed ? stp_heap_alloc_zeroed(heap, whole) : stp_heap_alloc_aligned(heap, alignment, whole);
  end();
  if (block && !heap->untold)
    VALGRIND_MALLOCLIKE_BLOCK(block, size, HEADER, zeroed);
  return block;
}

/* Blocks just freed, the next to be reused first: so that their use is noticed for a while. */
enum { KEPT = 512 };
struct stp_heap_freed {
  void* blocks[KEPT];
  size_t at;
};

static void free_now(struct stp_heap* heap, void* block) {
  begin();
  stp_heap_free(heap, block);
  end();
}

void stp_heap_told_free(struct stp_heap* heap, void* block) {
  if (!block)
    return;
  if (heap->untold) {
    free_now(heap, block);
    return;
  }
  begin();
  stp_heap_usable(heap, block); /* ends the process if it is none */
  end();
  VALGRIND_FREELIKE_BLOCK(block, HEADER);
  if (!heap->freed)
    heap->freed = stp_alloc(sizeof *heap->freed);
  void** const place = &heap->freed->blocks[heap->freed->at++ % KEPT];
  if (*place)
    free_now(heap, *place);
  *place = block;
}

void* stp_heap_told_resize(struct stp_heap* heap, void* block, size_t size) {
  begin();
  const size_t old = stp_heap_usable(heap, block) - APART;
  end();
  void* const moved = stp_heap_told_alloc(heap, 1, size, false);
  if (!moved)
    return NULL;
  begin();
  memcpy(moved, block, old < size ? old : size);
  end();
  stp_heap_told_free(heap, block);
  return moved;
}

size_t stp_heap_told_usable(struct stp_heap* heap, const void* block) {
  begin();
  const size_t size = stp_heap_usable(heap, block) - APART;
  end();
  VALGRIND_MAKE_MEM_DEFINED(block, size); /* the program may use it all now */
  return size;
}

void stp_heap_told_create(struct stp_heap* heap) {
  char* const top = heap->region->base + heap->region->size;
  VALGRIND_MAKE_MEM_NOACCESS(heap->first - HEADER, (size_t)(top - heap->first + HEADER));
}

static bool is_kept(const struct stp_heap* heap, const void* block) {
  for (size_t i = 0; heap->freed && i < KEPT; i++)
    if (heap->freed->blocks[i] == block)
      return true;
  return false;
}

/* The program may have overwritten it. */
static bool is_sound(const struct block* block) {
  return ((block->header ^ check_of(block)) & ~(SIZE_MASK | (UNIT - 1))) == 0 &&
         size_of(block) >= SMALLEST;
}

void stp_heap_told_end(struct stp_heap* heap, bool process_ends) {
  if (heap->untold)
    return;
  const bool leaks = process_ends && getenv("SIMTERPOSE_LEAKS") != NULL;
  if (leaks)
    VALGRIND_DO_ADDED_LEAK_CHECK;
  stp_memcheck_pause();
  for (struct block* block = (struct block*)heap->first; !is_top(heap, block) && is_sound(block);
       block = after(block))
    if ((block->header & (USED | BINNED)) == USED && !is_kept(heap, payload_of(block)))
      VALGRIND_FREELIKE_BLOCK(payload_of(block), HEADER);
  stp_memcheck_resume();
  if (leaks)
    VALGRIND_DO_QUICK_LEAK_CHECK; /* what the next process loses in the same way is added again */
  stp_free(heap->freed);
}
