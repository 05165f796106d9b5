/* Distances between words. */
#include "nearest.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 63 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Letters to insert, remove, change or swap with their neighbour (optimal string alignment). */
static size_t distance(const char* one, const char* two) {
  const size_t n = strlen(one), m = strlen(two);
  size_t rows[LONGEST + 1][LONGEST + 1];
  if (n > LONGEST || m > LONGEST)
    return LONGEST;
  for (size_t i = 0; i <= n; i++)
    rows[i][0] = i;
  for (size_t k = 0; k <= m; k++)
    rows[0][k] = k;
  for (size_t i = 1; i <= n; i++)
    for (size_t k = 1; k <= m; k++) {
      const size_t change = rows[i - 1][k - 1] + (one[i - 1] != two[k - 1]);
      rows[i][k] = least(least(rows[i - 1][k], rows[i][k - 1]) + 1, change);
      if (i > 1 && k > 1 && one[i - 1] == two[k - 2] && one[i - 2] == two[k - 1])
        rows[i][k] = least(rows[i][k], rows[i - 2][k - 2] + 1);
    }
  return rows[n][m];
}

const char* cli_nearest(const char* name, const char* const* names, size_t count) {
  const char* nearest = NULL;
  size_t best = strlen(name) / 3 + 2; /* more edits than that make another word */
  for (size_t i = 0; i < count; i++) {
    const size_t edits = distance(name, names[i]);
    if (edits < best && edits < strlen(names[i])) {
      best = edits;
      nearest = names[i];
    }
  }
  return nearest;
}

void cli_enumerate(const char* const* names, size_t count, char* text, size_t size) {
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < count && used < size; i++) {
    const char* const before = i == 0 ? "" : i + 1 == count ? " and " : ", ";
    used += (size_t)snprintf(text + used, size - used, "%s%s", before, names[i]);
  }
}
