/* The address ranges of virtual processes. One arena of addresses is reserved at start; it is cut
 * into equal regions, and process N of a run gets the lowest free one: the same addresses in every
 * run.
 *
 *   | guard | main stack, grows down | images of modules | heap, grows up ...   ... mmap area,
 * grows down | thread stacks |
 *
 * The stack, images and heap of a small program share one 2 MiB block, so that it costs few page
 * tables. All of a region is readable and writable memory that nothing has touched, except guard
 * pages. */
#ifndef STP_REGION_H
#define STP_REGION_H

#include <stdbool.h>
#include <stddef.h>

enum {
  STP_PAGE = 4096,
  STP_MAIN_STACK = 8 << 20, /* bytes of the main stack, guard included */
};

struct stp_region {
  char* base;
  size_t size;
  char* stack_top;  /* of the main stack; images start here */
  char* heap_start; /* end of the images, page aligned */
  char* heap_end;   /* lowest address that the mmap area and thread stacks use */
};

/* Reserves the arena. Ends the program if the kernel refuses. */
void stp_regions_start(void);

/* Takes a region; all its memory reads as zero. Returns 0 or -ENOMEM (all are in use). */
int stp_region_create(struct stp_region* region);

/* Gives all memory back to the system and the region to the next process. */
void stp_region_destroy(struct stp_region* region);

/* Whether an address belongs to any process. Two comparisons; used by free. */
bool stp_region_holds(const void* address);

/* Takes `size` bytes (rounded up to pages) from the top of the region downwards, with a guard page
 * below if asked; null when the region is full. Fresh memory reads as zero. Released ranges are
 * reused lowest-first. */
void* stp_region_take(struct stp_region* region, size_t size, bool guard);
void stp_region_release(struct stp_region* region, void* start, size_t size, bool guard);

#endif
