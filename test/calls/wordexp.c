// CALLS: wordexp wordfree
// RUN: %both
//
// Words as a shell makes them.
#define _GNU_SOURCE
#include <fcntl.h>
#include <unistd.h>
#include <wordexp.h>

#include "check.h"

/* The words of a text, each between brackets; or the number of the error. */
static const char* words(const char* text, int flags) {
  static char all[1024];
  wordexp_t result;
  const int error = wordexp(text, &result, flags);
  if (error) {
    sprintf(all, "%d", error);
    return all;
  }
  all[0] = '\0';
  for (size_t i = 0; i < result.we_wordc; i++)
    sprintf(all + strlen(all), "[%s]", result.we_wordv[i]);
  CHECK_EQ(result.we_wordv[result.we_wordc], NULL);
  wordfree(&result);
  return all;
}

#define CHECK_WORDS(text, expected)                                                                \
  do {                                                                                             \
    const char* found_ = words(text, 0);                                                           \
    if (strcmp(found_, expected) != 0)                                                             \
      printf("%s gave %s, expected %s\n", text, found_, expected);                                 \
    CHECK(strcmp(found_, expected) == 0);                                                          \
  } while (0)

static void test_quoting(void) {
  CHECK_WORDS("", "");
  CHECK_WORDS("  ", "");
  CHECK_WORDS("one two\tthree ", "[one][two][three]");
  CHECK_WORDS("'one two' \"three  four\"", "[one two][three  four]");
  CHECK_WORDS("''", "[]");
  CHECK_WORDS("a\\ b\\'c", "[a b'c]");
  CHECK_WORDS("\"a\\\"b\\c\\$d\"", "[a\"b\\c$d]");
  CHECK_WORDS("a'b'\"c\"d", "[abcd]");
  CHECK_WORDS("a\\\nb", "[ab]");
}

static void test_values(void) {
  CHECK_EQ(setenv("VALUE", "some text", 1), 0);
  CHECK_EQ(setenv("EMPTY", "", 1), 0);
  CHECK_EQ(setenv("HOME", "/home/me", 1), 0);
  CHECK_EQ(unsetenv("MISSING"), 0);
  CHECK_WORDS("$VALUE", "[some][text]");
  CHECK_WORDS("\"$VALUE\"", "[some text]");
  CHECK_WORDS("a${VALUE}b", "[asome][textb]");
  CHECK_WORDS("$MISSING $EMPTY x", "[x]");
  CHECK_WORDS("${MISSING:-other} ${EMPTY:-one} ${EMPTY-two}", "[other][one]");
  CHECK_WORDS("${VALUE:+set} ${MISSING:+set}", "[set]");
  CHECK_WORDS("${NEW:=fresh} $NEW", "[fresh][fresh]");
  CHECK_WORDS("${#VALUE}", "[9]");
  CHECK_EQ(setenv("FILE", "/a/b.c.d", 1), 0);
  CHECK_WORDS("${FILE##*/} ${FILE#*/} ${FILE%.*} ${FILE%%.*}", "[b.c.d][a/b.c.d][/a/b.c][/a/b]");
  CHECK_WORDS("~ ~/x a~ '~'", "[/home/me][/home/me/x][a~][~]");
  CHECK_WORDS("$((1 + 2 * (3 - 4)))", "[-1]");
  CHECK_WORDS("'$VALUE' \\$VALUE", "[$VALUE][$VALUE]");
  CHECK_EQ(setenv("LIST", "a:b::c", 1), 0);
  CHECK_EQ(setenv("IFS", ":", 1), 0);
  CHECK_WORDS("$LIST", "[a][b][][c]");
  CHECK_EQ(unsetenv("IFS"), 0);
}

static void test_patterns(void) {
  char directory[] = "wordexp-XXXXXX";
  CHECK(mkdtemp(directory));
  CHECK_EQ(chdir(directory), 0);
  const char* const names[] = {"one.c", "two.c", "three.h"};
  for (int i = 0; i < 3; i++)
    CHECK_EQ(close(open(names[i], O_CREAT | O_WRONLY, 0644)), 0);
  CHECK_WORDS("*.c", "[one.c][two.c]");
  CHECK_WORDS("'*'.c \\*.c", "[*.c][*.c]");
  CHECK_WORDS("*.x t*", "[*.x][three.h][two.c]");
  CHECK_WORDS("[ot]??.c", "[one.c][two.c]");
  for (int i = 0; i < 3; i++)
    CHECK_EQ(unlink(names[i]), 0);
  CHECK_EQ(chdir(".."), 0);
  CHECK_EQ(rmdir(directory), 0);
}

static void test_errors(void) {
  CHECK_WORDS("a | b", "2");
  CHECK_WORDS("a (b)", "2");
  CHECK_WORDS("'a", "5");
  CHECK_WORDS("\"a", "5");
  CHECK_WORDS("${a", "5");
  CHECK(strcmp(words("$(ls)", WRDE_NOCMD), "4") == 0);
  CHECK(strcmp(words("`ls`", WRDE_NOCMD), "4") == 0);
  CHECK(strcmp(words("$MISSING", WRDE_UNDEF), "3") == 0);
}

static void test_flags(void) {
  wordexp_t result = {.we_offs = 2};
  CHECK_EQ(wordexp("a b", &result, WRDE_DOOFFS), 0);
  CHECK_EQ(result.we_wordc, 2);
  CHECK(!result.we_wordv[0] && !result.we_wordv[1]);
  CHECK(strcmp(result.we_wordv[3], "b") == 0);
  CHECK_EQ(wordexp("c", &result, WRDE_DOOFFS | WRDE_APPEND), 0);
  CHECK_EQ(result.we_wordc, 3);
  CHECK(strcmp(result.we_wordv[4], "c") == 0);
  CHECK_EQ(wordexp("d '", &result, WRDE_DOOFFS | WRDE_APPEND), WRDE_SYNTAX);
  CHECK_EQ(result.we_wordc, 3);
  wordfree(&result);
  CHECK_EQ(wordexp("x y", &result, 0), 0);
  CHECK_EQ(wordexp("z", &result, WRDE_REUSE), 0);
  CHECK_EQ(result.we_wordc, 1);
  CHECK(strcmp(result.we_wordv[0], "z") == 0);
  wordfree(&result);
}

int main(void) {
  test_quoting();
  test_values();
  test_patterns();
  test_errors();
  test_flags();
  return 0;
}
