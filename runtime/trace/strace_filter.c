/* The argument of --strace: calls and classes of calls as in strace -e trace=, hosts with an @. */
#include <fnmatch.h>
#include <string.h>

#include "trace/strace_rows.h"

static unsigned class_of(const char* word) {
  static const struct {
    const char* name;
    unsigned bits;
  } classes[] = {{"all", STP_STRACE_DEFAULT | STP_STRACE_THREADS | STP_STRACE_LIBC},
                 {"network", STP_STRACE_NETWORK},
                 {"net", STP_STRACE_NETWORK},
                 {"file", STP_STRACE_FILES},
                 {"desc", STP_STRACE_DESC},
                 {"process", STP_STRACE_PROCESS},
                 {"signal", STP_STRACE_SIGNALS},
                 {"ipc", STP_STRACE_IPC},
                 {"memory", STP_STRACE_MEMORY},
                 {"time", STP_STRACE_TIME},
                 {"clock", STP_STRACE_TIME},
                 {"creds", STP_STRACE_CREDS},
                 {"thread", STP_STRACE_THREADS},
                 {"libc", STP_STRACE_LIBC}};
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
    if (strcmp(word, classes[i].name) == 0)
      return classes[i].bits;
  return 0;
}

static bool set(const char* word, bool chosen) {
  const unsigned classes = class_of(word[0] == '%' ? word + 1 : word);
  struct stp_strace_row* const row = classes ? NULL : stp_strace_row(word);
  if (classes)
    stp_strace_choose_class(classes, chosen);
  else if (row)
    row->chosen = chosen;
  return classes || row;
}

const char* stp_strace_choose(const char* filter) {
  static char word[64];
  bool any = false, negative = false;
  for (const char* next = filter; *next;) {
    const size_t length = strcspn(next, ",");
    const bool negated = *next == '!';
    size_t skipped = negated;
    if (next[skipped] != '@' && length > skipped) {
      if (!any && negated) {
        negative = true; /* as strace has it: of all that follows, too */
        stp_strace_choose_class(STP_STRACE_DEFAULT, true);
      }
      any = true;
      if (length - skipped >= sizeof word)
        return next;
      memcpy(word, next + skipped, length - skipped);
      word[length - skipped] = '\0';
      if (!set(word, !negated && !negative))
        return word;
    }
    next += length + (next[length] == ',');
  }
  if (!any)
    stp_strace_choose_class(STP_STRACE_DEFAULT, true);
  return NULL;
}

bool stp_strace_host(const char* filter, const char* host) {
  static char pattern[256];
  bool any = false, chosen = false;
  for (const char* next = filter; *next;) {
    const size_t length = strcspn(next, ",");
    const bool negated = *next == '!';
    if (next[negated] == '@' && length < sizeof pattern) {
      memcpy(pattern, next + negated + 1, length - negated - 1);
      pattern[length - negated - 1] = '\0';
      const bool matches = fnmatch(pattern, host, 0) == 0;
      if (negated && matches)
        return false;
      any |= !negated;
      chosen |= !negated && matches;
    }
    next += length + (next[length] == ',');
  }
  return chosen || !any;
}
