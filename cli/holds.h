/* Whether an expectation holds after a run. */
#ifndef CLI_HOLDS_H
#define CLI_HOLDS_H

#include <stdbool.h>
#include <stddef.h>

#include "deployment.h"
#include "expect.h"

/* For the user: what was expected, and if it does not hold, what was found instead. */
struct cli_holds {
  char expected[400], found[400];
};

/* Whether it holds for a process of a run whose files are in `output`. */
bool cli_holds(const struct cli_expectation* expected, const struct cli_deployment* deployment,
               size_t process, const char* output, struct cli_holds* holds);

/* Before the run: compiles a regular expression; what is wrong with it ends the program. */
void cli_holds_prepare(const struct cli_expectation* expected,
                       const struct cli_deployment* deployment, size_t process);

#endif
