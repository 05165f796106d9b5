/* See memcheck.h. */
#include "process/memcheck.h"

#if __has_include(<valgrind/memcheck.h>)

bool stp_on_valgrind;

__attribute__((constructor)) static void look(void) { stp_on_valgrind = RUNNING_ON_VALGRIND; }

#endif
