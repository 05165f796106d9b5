/* Counts of processes by how they have ended. */
#include "summary.h"

#include <stdio.h>

const char* cli_summary(const struct stp_run_result* result) {
  static char text[200];
  const size_t all = result->started, over = result->succeeded + result->failed + result->stopped;
  const struct {
    size_t count;
    const char* what;
  } kinds[] = {
      {result->succeeded, "ended well"},
      {result->failed, "failed"},
      {result->stopped, "stopped as planned"},
      {all > over ? all - over : 0, "never ended"},
  };
  if (all == 0)
    return "no process was started";
  size_t used = (size_t)snprintf(text, sizeof text, "%zu process%s: ", all, all == 1 ? "" : "es");
  for (size_t i = 0, said = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (kinds[i].count == all)
      snprintf(text, sizeof text, all == 1 ? "the process %s" : "all %2$zu processes %1$s",
               kinds[i].what, all);
    else if (kinds[i].count > 0)
      used += (size_t)snprintf(text + used, sizeof text - used, "%s%zu %s", said++ == 0 ? "" : ", ",
                               kinds[i].count, kinds[i].what);
  }
  return text;
}
