/* The pieces of a region, by rising address, never overlapping: found by halving, split where only
 * a part of one changes. */
#include "process/pieces.h"

#include <string.h>
#include <sys/mman.h>

#include "process/process.h"

/* The first piece that ends behind the address. */
static size_t piece_after(const struct stp_region* region, const char* address) {
  size_t low = 0, high = region->piece_count;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (region->pieces[middle].end <= address)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void insert_piece(struct stp_region* region, size_t at, struct stp_piece piece) {
  if (region->piece_count == region->piece_capacity) {
    const size_t capacity = region->piece_capacity ? 2 * region->piece_capacity : 8;
    struct stp_piece* const pieces = stp_alloc(capacity * sizeof *pieces);
    if (region->piece_count)
      memcpy(pieces, region->pieces, region->piece_count * sizeof *pieces);
    stp_free(region->pieces);
    region->pieces = pieces;
    region->piece_capacity = capacity;
  }
  memmove(&region->pieces[at + 1], &region->pieces[at],
          (region->piece_count - at) * sizeof *region->pieces);
  region->pieces[at] = piece;
  region->piece_count++;
}

/* Cuts a piece in two at an address within. */
static void split_piece(struct stp_region* region, char* address) {
  const size_t at = piece_after(region, address);
  if (at == region->piece_count || region->pieces[at].start >= address)
    return;
  struct stp_piece rest = region->pieces[at];
  region->pieces[at].end = rest.start = address;
  insert_piece(region, at + 1, rest);
}

/* The pieces from [*from] to before the index returned are those of [start, end), cut to fit. */
static size_t pieces_of(struct stp_region* region, char* start, char* end, size_t* from) {
  if (region->piece_count == 0)
    return *from = 0;
  split_piece(region, start);
  split_piece(region, end);
  *from = piece_after(region, start);
  size_t to = *from;
  while (to < region->piece_count && region->pieces[to].start < end)
    to++;
  return to;
}

void stp_pieces_drop(struct stp_region* region, char* start, char* end, bool* any, bool* foreign) {
  size_t from;
  const size_t to = pieces_of(region, start, end, &from);
  *any = to > from;
  *foreign = false;
  for (size_t i = from; i < to; i++)
    *foreign |= region->pieces[i].foreign;
  if (to == from)
    return;
  memmove(&region->pieces[from], &region->pieces[to],
          (region->piece_count - to) * sizeof *region->pieces);
  region->piece_count -= to - from;
}

void stp_region_map(struct stp_region* region, void* start, size_t size, int protection,
                    bool shared) {
  char* const end = (char*)start + stp_round_to_pages(size);
  bool any, foreign;
  stp_pieces_drop(region, start, end, &any, &foreign);
  insert_piece(region, piece_after(region, start),
               (struct stp_piece){start, end, protection, true, shared});
}

void stp_region_protect(struct stp_region* region, void* start, size_t size, int protection) {
  const bool plain = protection == (PROT_READ | PROT_WRITE);
  char *at = start, *const end = at + stp_round_to_pages(size);
  size_t from;
  size_t to = pieces_of(region, start, end, &from);
  for (size_t i = from; i <= to; i++) { /* the pieces, and the gaps before them and at the end */
    char* const next = i < to ? region->pieces[i].start : end;
    if (at < next && !plain) {
      insert_piece(region, i++, (struct stp_piece){at, next, protection, false, false});
      to++;
    }
    if (i < to) {
      region->pieces[i].protection = protection;
      at = region->pieces[i].end;
    }
  }
  if (!plain || to == from)
    return;
  size_t kept = from;
  for (size_t i = from; i < to; i++)
    if (region->pieces[i].foreign)
      region->pieces[kept++] = region->pieces[i];
  memmove(&region->pieces[kept], &region->pieces[to],
          (region->piece_count - to) * sizeof *region->pieces);
  region->piece_count -= to - kept;
}
