/* malloc.h and the memory of stdlib.h and string.h: the heap of the calling process. A block that
 * the real libc made (on behalf of a call without a row) is accepted by free and realloc as well.
 */
#include <malloc.h>

#include "calls/adapter.h"

static void* or_enomem(void* block) {
  if (block == NULL)
    errno = ENOMEM;
  return block;
}

void* simterpose_malloc(size_t size) { return or_enomem(stp_heap_alloc(stp_me->heap, size)); }

void* simterpose_calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes))
    return or_enomem(NULL);
  return or_enomem(stp_heap_alloc_zeroed(stp_me->heap, bytes));
}

void simterpose_free(void* block) {
  if (block == NULL)
    return;
  if (stp_region_holds(block))
    stp_heap_free(stp_me->heap, block);
  else
    free(block);
}

/* Moves a block of the real heap into the process's. */
static void* adopt(void* block, size_t size) {
  void* const moved = simterpose_malloc(size);
  if (moved == NULL)
    return NULL;
  const size_t old = malloc_usable_size(block);
  memcpy(moved, block, old < size ? old : size);
  free(block);
  return moved;
}

void* simterpose_realloc(void* block, size_t size) {
  if (block == NULL)
    return simterpose_malloc(size);
  if (size == 0) { /* as glibc: freed */
    simterpose_free(block);
    return NULL;
  }
  if (!stp_region_holds(block))
    return adopt(block, size);
  return or_enomem(stp_heap_resize(stp_me->heap, block, size));
}

void* simterpose_reallocarray(void* block, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes))
    return or_enomem(NULL);
  return simterpose_realloc(block, bytes);
}

static bool is_power_of_two(size_t number) { return number != 0 && (number & (number - 1)) == 0; }

int simterpose_posix_memalign(void** block, size_t alignment, size_t size) {
  if (!is_power_of_two(alignment) || alignment % sizeof(void*) != 0)
    return EINVAL;
  void* const made = stp_heap_alloc_aligned(stp_me->heap, alignment, size);
  if (made == NULL)
    return ENOMEM;
  *block = made;
  return 0;
}

/* Like glibc, rounds an alignment that is no power of two up to the next one. */
void* simterpose_memalign(size_t alignment, size_t size) {
  if (alignment > SIZE_MAX / 2 + 1) {
    errno = EINVAL;
    return NULL;
  }
  size_t power = sizeof(void*);
  while (power < alignment)
    power *= 2;
  return or_enomem(stp_heap_alloc_aligned(stp_me->heap, power, size));
}

void* simterpose_aligned_alloc(size_t alignment, size_t size) {
  return simterpose_memalign(alignment, size);
}

void* simterpose_valloc(size_t size) { return simterpose_memalign(STP_PAGE, size); }

void* simterpose_pvalloc(size_t size) {
  if (size > SIZE_MAX - STP_PAGE)
    return or_enomem(NULL);
  return simterpose_valloc((size + STP_PAGE - 1) & ~((size_t)STP_PAGE - 1));
}

size_t simterpose_malloc_usable_size(void* block) {
  if (block == NULL)
    return 0;
  return stp_region_holds(block) ? stp_heap_usable(stp_me->heap, block) : malloc_usable_size(block);
}

/* ---- copies of strings ---- */

char* simterpose_strdup(const char* string) {
  const size_t size = strlen(string) + 1;
  char* const copy = simterpose_malloc(size);
  return copy == NULL ? NULL : memcpy(copy, string, size);
}

char* simterpose_strndup(const char* string, size_t most) {
  const size_t length = strnlen(string, most);
  char* const copy = simterpose_malloc(length + 1);
  if (copy == NULL)
    return NULL;
  copy[length] = '\0';
  return memcpy(copy, string, length);
}

wchar_t* simterpose_wcsdup(const wchar_t* string) {
  const size_t size = (wcslen(string) + 1) * sizeof(wchar_t);
  wchar_t* const copy = simterpose_malloc(size);
  return copy == NULL ? NULL : memcpy(copy, string, size);
}

/* ---- tuning and statistics ---- */

int simterpose_malloc_trim(size_t keep) {
  (void)keep;
  return stp_heap_trim(stp_me->heap);
}

/* The heap has nothing to tune: parameters are accepted, as glibc accepts unknown ones. */
int simterpose_mallopt(int parameter, int value) {
  (void)parameter;
  (void)value;
  return 1;
}

struct mallinfo2 simterpose_mallinfo2(void) {
  const size_t size = stp_heap_size(stp_me->heap), in_use = stp_heap_in_use(stp_me->heap);
  return (struct mallinfo2){.arena = size, .uordblks = in_use, .fordblks = size - in_use};
}

struct mallinfo simterpose_mallinfo(void) {
  const struct mallinfo2 facts = simterpose_mallinfo2();
  return (struct mallinfo){
      .arena = (int)facts.arena, .uordblks = (int)facts.uordblks, .fordblks = (int)facts.fordblks};
}

void simterpose_malloc_stats(void) {
  const struct mallinfo2 facts = simterpose_mallinfo2();
  stp_info("heap of %s: %zu bytes, %zu in use", stp_me->label, facts.arena, facts.uordblks);
}
