/* A call to libc that allocates for the program. */
#ifndef STP_LIBC_HEAP_H
#define STP_LIBC_HEAP_H

#include "process/process.h"

static inline char stp_libc_heap_begin(void) {
  stp_heap_of_libc = stp_me->heap;
  return 0;
}

static inline void stp_libc_heap_end(const char* unused) {
  (void)unused;
  stp_heap_of_libc = NULL;
}

/* From here to the end of the scope, what libc allocates is the calling process's. Nothing in it
 * may block, or call the program. */
#define STP_LIBC_HEAP()                                                                            \
  const char stp_libc_heap_ __attribute__((cleanup(stp_libc_heap_end), unused)) =                  \
      stp_libc_heap_begin()

#endif
