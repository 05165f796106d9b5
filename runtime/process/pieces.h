/* What is known of the parts of a region that are not the arena's plain memory: struct stp_piece.
 * stp_region_map and stp_region_protect (region.h) record them. */
#ifndef STP_PIECES_H
#define STP_PIECES_H

#include "process/region.h"

/* Forgets the pieces of a range; says whether there were any, and foreign ones. */
void stp_pieces_drop(struct stp_region* region, char* start, char* end, bool* any, bool* foreign);

#endif
