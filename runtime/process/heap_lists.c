/* The two levels of lists: by power of two, and 16 steps to each; bitmaps tell which hold a block.
 */
#include "process/heap_block.h"

struct place {
  unsigned first, second;
};

/* The list for blocks of `units`: linear below 16 units, then 16 steps to each power of two. */
static struct place place_of(uint64_t units) {
  if (units < SECONDS)
    return (struct place){0, (unsigned)units};
  unsigned power = 63 - (unsigned)__builtin_clzll(units);
  return (struct place){power - SECOND_BITS + 1,
                        (unsigned)(units >> (power - SECOND_BITS)) - SECONDS};
}

void stp_heap_list_insert(struct stp_heap* heap, struct block* block) {
  struct place place = place_of(size_of(block) / UNIT);
  uint32_t* head = &heap->lists[place.first][place.second];
  *links_of(block) = (struct links){*head, 0};
  if (*head)
    links_of(dereference(heap, *head))->previous = reference(heap, block);
  *head = reference(heap, block);
  heap->second_map[place.first] |= (uint16_t)(1u << place.second);
  heap->first_map |= 1u << place.first;
}

void stp_heap_list_remove(struct stp_heap* heap, struct block* block) {
  struct links links = *links_of(block);
  if (links.next)
    links_of(dereference(heap, links.next))->previous = links.previous;
  if (links.previous) {
    links_of(dereference(heap, links.previous))->next = links.next;
    return;
  }
  struct place place = place_of(size_of(block) / UNIT);
  heap->lists[place.first][place.second] = links.next;
  if (links.next)
    return;
  heap->second_map[place.first] &= (uint16_t) ~(1u << place.second);
  if (heap->second_map[place.first] == 0)
    heap->first_map &= ~(1u << place.first);
}

/* The first block of the list for `size` if that is large enough, else one from the first list all
 * of whose blocks are; null if there is none. */
struct block* stp_heap_list_find(struct stp_heap* heap, size_t size) {
  uint64_t units = size / UNIT;
  struct place own = place_of(units);
  struct block* candidate = dereference(heap, heap->lists[own.first][own.second]);
  if (candidate && size_of(candidate) >= size)
    return candidate;
  if (units >= SECONDS)
    units += ((uint64_t)1 << (63 - __builtin_clzll(units) - SECOND_BITS)) - 1;
  struct place place = place_of(units);
  if (place.first >= FIRSTS)
    return NULL;
  unsigned seconds = heap->second_map[place.first] & (~0u << place.second);
  if (!seconds) {
    unsigned firsts = heap->first_map & (unsigned)(~(uint64_t)0 << (place.first + 1));
    if (!firsts)
      return NULL;
    place.first = (unsigned)__builtin_ctz(firsts);
    seconds = heap->second_map[place.first];
  }
  return dereference(heap, heap->lists[place.first][__builtin_ctz(seconds)]);
}
