/* Numbers and ranges of them. */
#include "seeds.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "process/process.h"
#include "trace/log.h"
#include "units.h"

enum { MOST = 1000000 };

struct range {
  unsigned long long first, last;
};

/* Each number by itself may still be too large. */
static bool is_list(const char* text) {
  size_t digits = 0;
  bool ranged = false;
  for (; *text != '\0'; text++) {
    const bool is_digit = *text >= '0' && *text <= '9';
    if (!is_digit && (digits == 0 || (*text == '-' ? ranged : *text != ',')))
      return false;
    ranged = *text == '-' || (ranged && is_digit);
    digits = is_digit ? digits + 1 : 0;
  }
  return digits > 0;
}

static struct range parse_range(const char* option, char* text) {
  char* const dash = strchr(text, '-');
  struct range range;
  if (dash != NULL)
    *dash = '\0';
  range.first = range.last = cli_parse_count(option, text, 0, UINT64_MAX);
  if (dash != NULL)
    range.last = cli_parse_count(option, dash + 1, 0, UINT64_MAX);
  if (range.last < range.first)
    stp_fatal("%s: %llu-%llu goes backwards", option, range.first, range.last);
  if (range.last - range.first >= MOST)
    stp_fatal("%s: %llu-%llu are more than %d seeds", option, range.first, range.last, MOST);
  return range;
}

static int compare(const void* one, const void* two) {
  const unsigned long long a = *(const unsigned long long*)one;
  const unsigned long long b = *(const unsigned long long*)two;
  return (a > b) - (a < b);
}

/* Ascending, and once each. */
static void order(struct cli_seeds* list) {
  size_t kept = 0;
  qsort(list->seeds, list->count, sizeof *list->seeds, compare);
  for (size_t i = 0; i < list->count; i++)
    if (i == 0 || list->seeds[i] != list->seeds[kept - 1])
      list->seeds[kept++] = list->seeds[i];
  list->count = kept;
}

struct cli_seeds cli_parse_seeds(const char* option, const char* text) {
  struct cli_seeds list = {0};
  if (!is_list(text))
    stp_fatal("%s: \"%s\" is no list of seeds, like 1-100 or 1,5,9-12", option, text);
  char *const copy = stp_strdup(text), *rest = copy;
  for (char* word; (word = strsep(&rest, ",")) != NULL;) {
    const struct range range = parse_range(option, word);
    const size_t more = (size_t)(range.last - range.first) + 1;
    unsigned long long* const all = stp_alloc((list.count + more) * sizeof *all);
    if (list.count > 0)
      memcpy(all, list.seeds, list.count * sizeof *all);
    for (size_t i = 0; i < more; i++)
      all[list.count + i] = range.first + i;
    stp_free(list.seeds);
    list.seeds = all;
    list.count += more;
    if (list.count > MOST)
      stp_fatal("%s: these are more than %d seeds", option, MOST);
  }
  stp_free(copy);
  order(&list);
  return list;
}
