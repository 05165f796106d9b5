/* What unit tests of runtime/process share: assertions, reproducible random numbers, and stand-ins
 * for the parts of the runtime that the tested files call but the test does not need. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <setjmp.h>
#include <stdint.h>

#include "check.h"

/* xorshift64*: the same numbers in every run. */
extern uint64_t support_seed;
uint64_t support_random(void);

/* Runs an expression and says whether it ended in stp_process_abort or stp_fatal. */
extern jmp_buf support_escape;
extern int support_expected;
#define ENDS(expression)                                                                           \
  (support_expected = 1, setjmp(support_escape) ? 1 : ((void)(expression), support_expected = 0, 0))

#endif
