/* Matching names of hosts: by backtracking, as names are short. */
#include "pattern.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "process/host.h"
#include "trace/log.h"

/* Whether a number is in "0-9,15]"; `end` is after the bracket. No such list: false, end is null.
 */
static bool in_ranges(const char* ranges, unsigned long number, const char** end) {
  bool in = false;
  *end = NULL;
  do {
    char* rest;
    if (!isdigit((unsigned char)*ranges))
      return false;
    const unsigned long first = strtoul(ranges, &rest, 10);
    unsigned long last = first;
    if (*rest == '-' && isdigit((unsigned char)rest[1]))
      last = strtoul(rest + 1, &rest, 10);
    in = in || (number >= first && number <= last);
    ranges = rest + 1;
    if (*rest == ']')
      *end = rest + 1;
  } while (*end == NULL && ranges[-1] == ',');
  return in && *end != NULL;
}

bool cli_pattern_matches(const char* pattern, const char* text) {
  for (; *pattern != '\0'; pattern++, text++) {
    if (*pattern == '*') {
      for (; *text != '\0'; text++)
        if (cli_pattern_matches(pattern + 1, text))
          return true;
      return cli_pattern_matches(pattern + 1, text);
    }
    if (*text == '\0')
      return false;
    if (*pattern == '[' && isdigit((unsigned char)*text)) {
      char* rest;
      const char* end;
      if (in_ranges(pattern + 1, strtoul(text, &rest, 10), &end))
        return cli_pattern_matches(end, rest);
      if (end != NULL)
        return false;
    }
    if (*pattern != '?' && *pattern != *text)
      return false;
  }
  return *text == '\0';
}

bool cli_pattern_hosts(const char* pattern, UT_array* names) {
  const struct stp_host* const named = stp_host_by_name(pattern);
  if (named != NULL) {
    utarray_push_back(names, &named->name);
    return true;
  }
  const unsigned before = utarray_len(names);
  for (size_t i = 0; i < stp_host_count(); i++)
    if (cli_pattern_matches(pattern, stp_host_at(i)->name))
      utarray_push_back(names, &stp_host_at(i)->name);
  return utarray_len(names) > before;
}

void cli_pattern_expand(const char* text, UT_array* names) {
  enum { MOST = 1000000 };
  const char* const open = strchr(text, '[');
  unsigned long first = 0, last = 0;
  int length = 0;
  if (open == NULL || !isdigit((unsigned char)open[1]) ||
      sscanf(open, "[%lu-%lu]%n", &first, &last, &length) != 2 || length == 0 || last > MOST) {
    utarray_push_back(names, &text);
    return;
  }
  for (unsigned long number = first; number <= last; number++) {
    char* name;
    if (asprintf(&name, "%.*s%lu%s", (int)(open - text), text, number, open + length) < 0)
      stp_fatal("out of memory");
    cli_pattern_expand(name, names);
  }
}
