/* What valgrind's memcheck is told of the memory of processes, if the run is under valgrind and the
 * command was built where its headers are: stacks, and the blocks of heaps, so that it reports what
 * a program does wrong with them. Otherwise none of this does anything, at the cost of a branch. */
#ifndef STP_MEMCHECK_H
#define STP_MEMCHECK_H

#include <stdbool.h>
#include <stddef.h>

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
extern bool stp_on_valgrind;
#else
enum { stp_on_valgrind = false };
#define VALGRIND_STACK_REGISTER(low, high) ((void)(low), (void)(high), 0u)
#define VALGRIND_STACK_DEREGISTER(id) ((void)(id))
#define VALGRIND_DISABLE_ERROR_REPORTING ((void)0)
#define VALGRIND_ENABLE_ERROR_REPORTING ((void)0)
#define VALGRIND_MAKE_MEM_NOACCESS(start, size) ((void)(start), (void)(size))
#define VALGRIND_MAKE_MEM_DEFINED(start, size) ((void)(start), (void)(size))
#define VALGRIND_MALLOCLIKE_BLOCK(start, size, redzone, zeroed)                                    \
  ((void)(start), (void)(size), (void)(zeroed))
#define VALGRIND_FREELIKE_BLOCK(start, redzone) ((void)(start))
#define VALGRIND_DO_ADDED_LEAK_CHECK ((void)0)
#define VALGRIND_DO_QUICK_LEAK_CHECK ((void)0)
#endif

#define stp_memcheck() __builtin_expect(stp_on_valgrind, false)

/* A stack comes and goes. */
static inline unsigned stp_memcheck_stack(const void* low, const void* high) {
  return stp_memcheck() ? VALGRIND_STACK_REGISTER(low, high) : 0;
}
static inline void stp_memcheck_stack_end(unsigned id) {
  if (stp_memcheck())
    VALGRIND_STACK_DEREGISTER(id);
}

/* Between these, nothing is reported: code that looks at memory of which programs have no business
 * to. */
static inline void stp_memcheck_pause(void) {
  if (stp_memcheck())
    VALGRIND_DISABLE_ERROR_REPORTING;
}
static inline void stp_memcheck_resume(void) {
  if (stp_memcheck())
    VALGRIND_ENABLE_ERROR_REPORTING;
}

#endif
