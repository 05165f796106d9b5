/* What a thread did over time, in a bounded number of slices: those that are alike and follow each
 * other become one; when there are too many, so do neighbours with little between them, until half
 * are left. */
#ifndef STP_SLICES_H
#define STP_SLICES_H

#include <stddef.h>

struct stp_slice {
  double begin, end;
  double time;      /* s of it in which it really did that */
  size_t count;     /* how often */
  const char* what; /* a call it waited in, or "cpu"; lives as long as the run */
  int fd;           /* of the call's, or -1 */
  const char* kind; /* of what the descriptor is, or null */
};

/* Zero-initialised is empty. */
struct stp_slices {
  struct stp_slice* items; /* by date */
  size_t count, capacity;
  double gap; /* what is no further apart becomes one */
};

enum { STP_SLICES_MOST = 512 };

/* Adds one that begins where the last ended, or later. */
void stp_slices_add(struct stp_slices* slices, const struct stp_slice* slice);

void stp_slices_clear(struct stp_slices* slices);

#endif
