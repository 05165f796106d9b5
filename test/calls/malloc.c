// CALLS: malloc calloc realloc reallocarray free posix_memalign aligned_alloc memalign valloc
// CALLS: pvalloc malloc_usable_size malloc_trim mallopt mallinfo mallinfo2 malloc_stats strdup
// CALLS: strndup wcsdup
// RUN: %both
#define _GNU_SOURCE
#include <malloc.h>
#include <stdint.h>
#include <wchar.h>

#include "check.h"

static void sizes(void) {
  for (size_t size = 0; size < 5000; size += 7) {
    unsigned char* block = malloc(size);
    CHECK(block && (uintptr_t)block % 16 == 0 && malloc_usable_size(block) >= size);
    memset(block, 0x5a, malloc_usable_size(block));
    free(block);
  }
  CHECK_EQ(malloc_usable_size(NULL), 0);
  free(NULL);
}

static void zeroed(void) {
  unsigned char* dirty = malloc(3000);
  memset(dirty, 0xff, 3000);
  free(dirty);
  unsigned char* clean = calloc(30, 100);
  for (int i = 0; i < 3000; i++)
    CHECK_EQ(clean[i], 0);
  free(clean);
}

static void resized(void) {
  char* block = realloc(NULL, 10);
  strcpy(block, "contents");
  for (size_t size = 10; size < 4000000; size *= 3) {
    block = realloc(block, size);
    CHECK(block && strcmp(block, "contents") == 0);
    block[size - 1] = 'x';
  }
  block = realloc(block, 9);
  CHECK(strcmp(block, "contents") == 0);
  block = reallocarray(block, 100, 100);
  CHECK(strcmp(block, "contents") == 0);
  errno = 0;
  CHECK(!reallocarray(block, SIZE_MAX / 2, 3) && errno == ENOMEM);
  CHECK(strcmp(block, "contents") == 0);
  CHECK(!realloc(block, 0));
}

/* Compilers know malloc and think that it leaves errno alone: called through pointers. */
static void* (*volatile allocate)(size_t) = malloc;
static void* (*volatile allocate_zeroed)(size_t, size_t) = calloc;
static void* (*volatile resize)(void*, size_t) = realloc;

static void impossible(void) {
  volatile size_t huge = SIZE_MAX - 100;
  void* block;
  errno = 0;
  CHECK(!allocate(huge) && errno == ENOMEM);
  errno = 0;
  CHECK(!allocate_zeroed(huge, 2) && errno == ENOMEM);
  errno = 0;
  CHECK(!allocate_zeroed(huge / 4, 8) && errno == ENOMEM);
  errno = 0;
  CHECK(!resize(NULL, huge) && errno == ENOMEM);
  errno = 0;
  CHECK(!pvalloc(huge) && errno == ENOMEM);
  CHECK_EQ(posix_memalign(&block, 64, huge), ENOMEM);
  CHECK_EQ(posix_memalign(&block, 3, 10), EINVAL);
  CHECK_EQ(posix_memalign(&block, 4, 10), EINVAL);
}

static void aligned(void) {
  for (size_t alignment = 8; alignment <= 65536; alignment *= 2) {
    void* block;
    CHECK_EQ(posix_memalign(&block, alignment, 100), 0);
    CHECK_EQ((uintptr_t)block % alignment, 0);
    memset(block, 1, 100);
    void* other = aligned_alloc(alignment, 2 * alignment);
    CHECK_EQ((uintptr_t)other % alignment, 0);
    void* third = memalign(alignment, 1);
    CHECK_EQ((uintptr_t)third % alignment, 0);
    free(block);
    free(other);
    free(third);
  }
  void* page = valloc(1);
  CHECK_EQ((uintptr_t)page % 4096, 0);
  void* pages = pvalloc(1);
  CHECK((uintptr_t)pages % 4096 == 0 && malloc_usable_size(pages) >= 4096);
  free(page);
  free(pages);
}

static void copies(void) {
  char* copy = strdup("a string");
  CHECK(strcmp(copy, "a string") == 0);
  char* part = strndup(copy, 3);
  CHECK(strcmp(part, "a s") == 0);
  char* all = strndup(copy, 100);
  CHECK(strcmp(all, copy) == 0);
  wchar_t* wide = wcsdup(L"wide");
  CHECK(wcscmp(wide, L"wide") == 0);
  copy = realloc(copy, 100);
  CHECK(strcmp(copy, "a string") == 0);
  free(copy);
  free(part);
  free(all);
  free(wide);
}

static void statistics(void) {
  size_t before = mallinfo2().uordblks;
  void* block = allocate(100000);
  CHECK(mallinfo2().uordblks >= before + 100000);
  CHECK(mallinfo2().arena >= 100000 || mallinfo2().hblkhd >= 100000);
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  CHECK(mallinfo().uordblks >= 100000);
  free(block);
  CHECK_EQ(mallopt(M_TRIM_THRESHOLD, 1000000), 1);
  malloc_trim(0);
  malloc_stats();
}

int main(void) {
  sizes();
  zeroed();
  resized();
  impossible();
  aligned();
  copies();
  statistics();
  return 0;
}
