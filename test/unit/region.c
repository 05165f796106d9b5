// RUN: %unit region
/* Regions: addresses, guard pages, fresh memory, ranges taken and released at random. */
#include "process/region.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support.h"

enum { MIB = 1 << 20, RANGES = 64 };

/* Whether a write to the address is refused by the kernel. */
static int guarded(char* address) {
  int pipe_[2];
  CHECK(pipe(pipe_) == 0 && write(pipe_[1], "x", 1) == 1);
  int refused = read(pipe_[0], address, 1) != 1;
  close(pipe_[0]);
  close(pipe_[1]);
  return refused;
}

static int is_zero(const char* start, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (start[i])
      return 0;
  return 1;
}

static void addresses(void) {
  struct stp_region a, b, c;
  CHECK_EQ(stp_region_create(&a), 0);
  CHECK_EQ(stp_region_create(&b), 0);
  CHECK(b.base == a.base + a.size);
  CHECK(stp_region_holds(a.base) && stp_region_holds(b.base + b.size - 1));
  CHECK(!stp_region_holds(a.base - 1) && !stp_region_holds(&a) && !stp_region_holds(NULL));
  CHECK(stp_region_base(b.stack_top) == b.base && stp_region_base(b.base + b.size - 1) == b.base);
  CHECK(guarded(a.base) && guarded(b.base) && guarded(a.base + STP_GUARD - 1) &&
        !guarded(a.base + STP_GUARD));
  strcpy(a.stack_top, "mine");
  char* base = a.base;
  stp_region_destroy(&a);
  CHECK_EQ(stp_region_create(&c), 0);
  CHECK(c.base == base && is_zero(c.stack_top, STP_PAGE) && guarded(c.base));
  stp_region_destroy(&c);
  stp_region_destroy(&b);
}

static void ranges(void) {
  struct stp_region region;
  CHECK_EQ(stp_region_create(&region), 0);
  char* end = region.heap_end;
  char* first = stp_region_take(&region, 100, false);
  CHECK(first == end - STP_PAGE);
  char* second = stp_region_take(&region, 64 << 10, true);
  CHECK(second == first - (64 << 10) && guarded(second - 1) && !guarded(second));
  memset(second, 1, 64 << 10);
  stp_region_release(&region, first, 100, false);
  CHECK(stp_region_take(&region, 1, false) == first);
  stp_region_release(&region, second, 64 << 10, true);
  CHECK(!guarded(second - 1));
  CHECK(stp_region_take(&region, 64 << 10, false) == second && is_zero(second, 64 << 10));
  CHECK(!stp_region_take_at(&region, second, STP_PAGE));
  char* there = region.heap_top + MIB;
  CHECK(stp_region_take_at(&region, there, STP_PAGE));
  CHECK(!stp_region_take_at(&region, there, STP_PAGE));
  CHECK(region.heap_end == there);
  CHECK(stp_region_take_at(&region, there + 4 * STP_PAGE, STP_PAGE));
  stp_region_release(&region, there, STP_PAGE, false);
  CHECK(region.heap_end == there + 4 * STP_PAGE);
  CHECK(!stp_region_take(&region, region.size, false));
  CHECK(!stp_region_take(&region, 0, false));

  stp_region_map(&region, second, STP_PAGE, PROT_READ, false);
  CHECK(mmap(second, STP_PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
        second);
  CHECK(guarded(second));
  stp_region_release(&region, second, 64 << 10, false);
  CHECK(!guarded(second));
  stp_region_destroy(&region);
}

/* Ranges never overlap, read as zero, and all come back. */
static void at_random(void) {
  struct stp_region region;
  struct {
    unsigned char* start;
    size_t size;
    bool guard;
    unsigned char mark;
  } taken[RANGES] = {0};
  CHECK_EQ(stp_region_create(&region), 0);
  char* end = region.heap_end;
  for (int step = 0; step < 5000; step++) {
    size_t i = support_random() % RANGES;
    if (!taken[i].start) {
      taken[i].size = 1 + support_random() % (20 * STP_PAGE);
      taken[i].guard = support_random() % 2;
      taken[i].mark = (unsigned char)(1 + support_random() % 255);
      taken[i].start = stp_region_take(&region, taken[i].size, taken[i].guard);
      CHECK(taken[i].start && is_zero((char*)taken[i].start, taken[i].size));
      memset(taken[i].start, taken[i].mark, taken[i].size);
    } else {
      for (size_t k = 0; k < taken[i].size; k += 512)
        CHECK_EQ(taken[i].start[k], taken[i].mark);
      stp_region_release(&region, taken[i].start, taken[i].size, taken[i].guard);
      taken[i].start = NULL;
    }
  }
  for (size_t i = 0; i < RANGES; i++)
    if (taken[i].start)
      stp_region_release(&region, taken[i].start, taken[i].size, taken[i].guard);
  CHECK(region.heap_end == end && region.hole_count == 0);
  stp_region_destroy(&region);
}

/* Every region can be had, in order; then there is none. */
static void all_of_them(void) {
  size_t count = 2000;
  struct stp_region* regions = calloc(count, sizeof *regions);
  for (size_t i = 0; i < count; i++) {
    CHECK_EQ(stp_region_create(&regions[i]), 0);
    CHECK(i == 0 || regions[i].base == regions[i - 1].base + regions[i].size);
    regions[i].stack_top[-1] = 1;
  }
  for (size_t i = 0; i < count; i++)
    stp_region_destroy(&regions[i]);
  free(regions);
}

int main(void) {
  CHECK(!stp_region_holds(NULL) && !stp_region_holds(main));
  CHECK(ENDS(stp_regions_start(12345)));
  stp_regions_start(0);
  addresses();
  ranges();
  at_random();
  all_of_them();
  return 0;
}
