/* Locales (locale.h). libc has one for all of us, and it stays "C": every other name is one that is
 * not installed. */
#include <locale.h>
#include <string.h>

#include "calls/adapter.h"
#include "process/hidden.h"

static bool is_c(const char* name) {
  return *name == '\0' || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0;
}

/* "C", or the composite form that setlocale(LC_ALL, NULL) gives for mixed locales. */
static bool is_c_everywhere(const char* name) {
  if (!strchr(name, '='))
    return is_c(name);
  for (const char* at = name; at; at = strchr(at, ';') ? strchr(at, ';') + 1 : NULL) {
    const char* value = strchr(at, '=');
    if (!value || strncmp(value + 1, "C", strcspn(value + 1, ";")) != 0)
      return false;
  }
  return true;
}

char* simterpose_setlocale(int category, const char* name) {
  if (category < LC_CTYPE || category > LC_IDENTIFICATION) {
    errno = EINVAL;
    return NULL;
  }
  if (!name || is_c_everywhere(name))
    return setlocale(category, NULL);
  errno = ENOENT;
  return NULL;
}

locale_t simterpose_newlocale(int mask, const char* name, locale_t base) {
  if (is_c_everywhere(name))
    return newlocale(mask, "C", base);
  errno = ENOENT;
  return NULL;
}

/* A thread's locale is recorded per process: all that exist are alike. */
locale_t simterpose_uselocale(locale_t locale) {
  static const char key;
  locale_t* used = stp_hidden_block(&key, sizeof *used);
  const locale_t before = *used ? *used : LC_GLOBAL_LOCALE;
  if (locale)
    *used = locale;
  return before;
}

locale_t simterpose_duplocale(locale_t locale) { return duplocale(locale); }
void simterpose_freelocale(locale_t locale) { freelocale(locale); }
