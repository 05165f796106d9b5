/* uthash with the runtime's own memory. */
#ifndef STP_HASH_H
#define STP_HASH_H

#include "process/process.h"

#define uthash_malloc(size) stp_alloc(size)
#define uthash_free(block, size) stp_free(block)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include <uthash.h>
#pragma GCC diagnostic pop

#endif
