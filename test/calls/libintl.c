// CALLS: gettext dgettext dcgettext ngettext dngettext dcngettext textdomain bindtextdomain
// CALLS: bind_textdomain_codeset
// RUN: %both
//
// Messages in the locale C.
#include <libintl.h>
#include <locale.h>

#include "check.h"

int main(void) {
  CHECK(strcmp(textdomain(NULL), "messages") == 0);
  CHECK(strcmp(textdomain("test"), "test") == 0);
  CHECK(strcmp(textdomain(NULL), "test") == 0);
  CHECK(strcmp(textdomain(""), "messages") == 0);
  CHECK(strcmp(bindtextdomain("test", NULL), "/usr/share/locale") == 0);
  CHECK(strcmp(bindtextdomain("test", "/somewhere"), "/somewhere") == 0);
  CHECK(strcmp(bindtextdomain("test", NULL), "/somewhere") == 0);
  CHECK(!bindtextdomain("", "/somewhere"));
  CHECK(!bind_textdomain_codeset("test", NULL));
  CHECK(strcmp(bind_textdomain_codeset("test", "UTF-8"), "UTF-8") == 0);
  CHECK(strcmp(bind_textdomain_codeset("test", NULL), "UTF-8") == 0);
  CHECK(strcmp((gettext)("a"), "a") == 0);
  CHECK(strcmp((dgettext)("test", "a"), "a") == 0);
  CHECK(strcmp((dcgettext)("test", "a", LC_MESSAGES), "a") == 0);
  CHECK(strcmp((ngettext)("one", "many", 1), "one") == 0);
  CHECK(strcmp((dngettext)("test", "one", "many", 2), "many") == 0);
  CHECK(strcmp((dcngettext)("test", "one", "many", 0, LC_MESSAGES), "many") == 0);
  return 0;
}
