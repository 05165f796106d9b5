/* What a lab expects of its processes, and what came of it. */
#ifndef CLI_EXPECT_H
#define CLI_EXPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <utarray.h>

#include "yaml.h"

enum cli_expected {
  CLI_EXPECT_STATUS,   /* how it ends */
  CLI_EXPECT_END,      /* when */
  CLI_EXPECT_EXACT,    /* what it has written is this text, but for newlines at the end */
  CLI_EXPECT_CONTAINS, /* this is somewhere in it */
  CLI_EXPECT_LACKS,    /* this is nowhere in it */
  CLI_EXPECT_MATCHES,  /* a line of it matches this POSIX extended regular expression */
};

enum cli_ending {
  CLI_ENDING_STATUS,  /* with this status */
  CLI_ENDING_STOPPED, /* by the lab, whatever its status */
  CLI_ENDING_WELL,    /* one of both */
  CLI_ENDING_ANY,
};

struct cli_expectation {
  enum cli_expected kind;
  const char* where;
  const char* file; /* "stdout", "stderr" (`stream`), or a path on the host */
  bool stream;
  const char* text; /* templates not yet expanded */
  enum cli_ending ending;
  int status;           /* as waitpid reports it */
  double after, before; /* dates, of which one is infinite */
};

/* Reads `expect` into a UT_array* of struct cli_expectation. */
void cli_expect_read(void* expectations, struct cli_yaml value);

#endif
