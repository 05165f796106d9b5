/* The address ranges of virtual processes. One arena of addresses is reserved at start; it is cut
 * into equal regions, and process N of a run gets the lowest free one: the same addresses in every
 * run.
 *
 *   | guard | main stack, grows down | images of modules | heap, grows up ...   ... mmap area and
 * thread stacks, grow down |
 *
 * The top of the stack, the images and the heap of a small program share one 2 MiB block, so that
 * it costs few page tables. All of a region is readable and writable memory that nothing has
 * touched, except guard pages. */
#ifndef STP_REGION_H
#define STP_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  STP_PAGE = 4096,
  STP_GUARD = 64 << 10,                     /* bytes below the main stack that nobody may touch */
  STP_MAIN_STACK = (8 << 20) + (128 << 10), /* bytes of the main stack, guard included */
};

static inline size_t stp_round_to_pages(size_t size) {
  return (size + STP_PAGE - 1) & ~((size_t)STP_PAGE - 1);
}

#define STP_REGION_SIZE ((size_t)4 << 30) /* the default */
#define STP_REGION_SIZE_MAX ((size_t)32 << 30)

struct stp_family;
struct stp_heap;

/* A free range between ranges taken. */
struct stp_hole {
  char *start, *end;
};

/* A range of whole pages that is not the arena's plain memory (private, readable and writable). */
struct stp_piece {
  char *start, *end;
  int protection; /* PROT_* */
  bool foreign;   /* a file or shared memory is mapped there, or was when it was last mapped */
  bool shared;    /* MAP_SHARED */
};

struct stp_region {
  char* base;
  size_t size;
  char* stack_top;  /* of the main stack; images start here */
  char* heap_start; /* end of the images, page aligned */
  char* heap_top;   /* end of what the heap uses; moved by heap.c */
  char* heap_end;   /* lowest address that the mmap area and thread stacks use */
  struct stp_hole* holes;
  size_t hole_count, hole_capacity;
  struct stp_piece* pieces; /* by rising address */
  size_t piece_count, piece_capacity;
  struct stp_family* family; /* process/family.h: those with the same addresses; null: none */
  char* store;               /* where its memory waits while another of the family is in place */
};

/* Reserves the arena, for regions of `size` bytes (a power of two from 32 MiB to 32 GiB; 0: the
 * default). Ends the program if the kernel refuses. */
void stp_regions_start(size_t size);

/* Takes a region; all its memory reads as zero. The images are empty: heap_start is stack_top.
 * Returns 0 or -ENOMEM (all are in use, or the kernel gives no more). */
int stp_region_create(struct stp_region* region);

/* Gives all memory back to the system and the region to the next process. */
void stp_region_destroy(struct stp_region* region);

/* The lowest slot of the arena that no region uses, for a store: the address of region_size bytes
 * of untouched memory behind a guard page, or null. stp_slot_give makes its memory untouched again,
 * whatever is mapped there. */
char* stp_slot_take(void);
void stp_slot_give(char* slot);

/* Makes [start, start + size) of the arena untouched plain memory, whatever is mapped there. */
void stp_arena_renew(void* start, size_t size);

/* The arena: whether an address belongs to any process, in one comparison, before and after
 * stp_regions_start; used by free. */
extern struct stp_arena {
  uintptr_t base;
  size_t size;        /* 0 until started */
  size_t region_size; /* a power of two */
} stp_arena;

static inline bool stp_region_holds(const void* address) {
  return (uintptr_t)address - stp_arena.base < stp_arena.size;
}

/* The base of the region that holds an address of the arena. */
static inline char* stp_region_base(const void* address) {
  return (char*)((uintptr_t)address & ~(stp_arena.region_size - 1));
}

/* The heap of the process whose region holds an address of the arena; null if it has none. */
void stp_region_set_heap(const struct stp_region* region, struct stp_heap* heap);
struct stp_heap* stp_region_heap(const void* address);

/* Takes `size` bytes (rounded up to pages), as high as they fit, with a guard page below if asked;
 * null when the region is full. Fresh memory reads as zero. */
void* stp_region_take(struct stp_region* region, size_t size, bool guard);

/* Takes the pages of [start, start + size) if all of them are free; says whether it did. */
bool stp_region_take_at(struct stp_region* region, void* start, size_t size);

/* Gives back all or some pages of what was taken; `guard` if they have the guard page below. */
void stp_region_release(struct stp_region* region, void* start, size_t size, bool guard);

/* To be called before a file or shared memory is mapped over pages taken (map), or before pages,
 * mapped or not, are given other protections (protect): release, destroy, fork and switches in a
 * family go by it. */
void stp_region_map(struct stp_region* region, void* start, size_t size, int protection,
                    bool shared);
void stp_region_protect(struct stp_region* region, void* start, size_t size, int protection);

/* Where the bytes at `address` of this region lie now: there, or, while another process of its
 * family (process/family.h) is in place, in its store, where all of it keeps its distances. For
 * runtime code that reads or writes the memory of a process that does not run. */
void* stp_region_alias(const struct stp_region* region, const void* address);

#endif
