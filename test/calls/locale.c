// CALLS: setlocale newlocale uselocale duplocale freelocale
// RUN: %both
//
// Locales: "C" everywhere; names that are not installed.
#define _GNU_SOURCE
#include <locale.h>

#include "check.h"

int main(void) {
  const locale_t locale = newlocale(LC_ALL_MASK, "C", NULL), copy = duplocale(locale);
  CHECK(locale && copy);
  freelocale(copy);
  CHECK(strcmp(setlocale(LC_ALL, NULL), "C") == 0);
  CHECK(strcmp(setlocale(LC_ALL, "C"), "C") == 0);
  CHECK(strcmp(setlocale(LC_NUMERIC, "POSIX"), "C") == 0);
  CHECK(!setlocale(LC_ALL, "xx_XX.none"));
  CHECK(!setlocale(77, "C"));
  CHECK(strcmp(setlocale(LC_CTYPE, NULL), "C") == 0);
  CHECK(strcmp(localeconv()->decimal_point, ".") == 0);

  CHECK(uselocale((locale_t)0) == LC_GLOBAL_LOCALE);
  locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  CHECK(c);
  CHECK(uselocale(c) == LC_GLOBAL_LOCALE);
  CHECK(uselocale((locale_t)0) == c);
  CHECK(uselocale(LC_GLOBAL_LOCALE) == c);
  errno = 0;
  CHECK(!newlocale(LC_ALL_MASK, "xx_XX.none", (locale_t)0));
  CHECK_EQ(errno, ENOENT);
  freelocale(c);
  return 0;
}
