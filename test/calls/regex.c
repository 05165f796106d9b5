// CALLS: regcomp regexec re_compile_pattern re_compile_fastmap re_search re_search_2 re_match
// CALLS: re_match_2 re_set_syntax
// RUN: %both
// UNSUPPORTED: sanitize
//
// Regular expressions: libc's, but a child has its own after a fork.
#define _GNU_SOURCE
#include <glob.h>
#include <regex.h>
#include <sys/stat.h>

#include "child.h"

static void posix(void) {
  regex_t pattern;
  regmatch_t matches[3];
  CHECK(regcomp(&pattern, "([a-z]+)=([0-9]+)", REG_EXTENDED) == 0);
  CHECK(regexec(&pattern, "  port=80;", 3, matches, 0) == 0);
  CHECK(matches[0].rm_so == 2 && matches[1].rm_eo == 6 && matches[2].rm_so == 7);
  CHECK(regexec(&pattern, "nothing", 0, NULL, 0) == REG_NOMATCH);
  regfree(&pattern);
  CHECK(regcomp(&pattern, "(", REG_EXTENDED) == REG_EPAREN);
  char text[100];
  CHECK(regerror(REG_EPAREN, NULL, text, sizeof text) > 0 && strstr(text, "("));
}

static void gnu(void) {
  struct re_pattern_buffer pattern = {.translate = NULL};
  struct re_registers registers = {0};
  char map[256];
  re_syntax_options = RE_SYNTAX_POSIX_EXTENDED;
  CHECK(re_set_syntax(RE_SYNTAX_EGREP) == RE_SYNTAX_POSIX_EXTENDED);
  CHECK(re_syntax_options == RE_SYNTAX_EGREP);
  pattern.fastmap = map;
  CHECK(!re_compile_pattern("b+(c)", 5, &pattern));
  CHECK(re_compile_fastmap(&pattern) == 0 && map['b'] && !map['c']);
  CHECK(re_search(&pattern, "aabbcd", 6, 0, 6, &registers) == 2);
  CHECK(registers.start[1] == 4 && registers.end[1] == 5);
  CHECK(re_match(&pattern, "aabbcd", 6, 3, NULL) == 2);
  CHECK(re_match(&pattern, "aabbcd", 6, 0, NULL) == -1);
  CHECK(re_search_2(&pattern, "aab", 3, "bcd", 3, 0, 6, NULL, 6) == 2);
  CHECK(re_match_2(&pattern, "aab", 3, "bcd", 3, 3, NULL, 6) == 2);
  free(registers.start);
  free(registers.end);
  pattern.fastmap = NULL;
  regfree(&pattern);
}

/* What libc allocated before the fork is freed by both. */
struct kept {
  regex_t pattern;
  glob_t names;
};

static void use(struct kept* kept, const char* text, int expected) {
  CHECK(regexec(&kept->pattern, text, 0, NULL, 0) == expected);
  CHECK(kept->names.gl_pathc == 2 && strcmp(kept->names.gl_pathv[1], "regex-dir/two") == 0);
  kept->names.gl_pathv[1][10] = 'T';
  globfree(&kept->names);
  regfree(&kept->pattern);
}

static void use_in_child(void* kept) { use(kept, "xyzzy-plugh", 0); }

static void forked(void) {
  struct kept kept;
  mkdir("regex-dir", 0777);
  mkdir("regex-dir/one", 0777);
  mkdir("regex-dir/two", 0777);
  CHECK(regcomp(&kept.pattern, "^(x|y|z)+-[^0-9]{2,7}$", REG_EXTENDED | REG_NOSUB) == 0);
  CHECK(glob("regex-dir/*", 0, NULL, &kept.names) == 0);
  in_child(use_in_child, &kept);
  use(&kept, "xyz-123", REG_NOMATCH);
}

/* Another process has a syntax of its own. */
static void other_syntax(void* unused) {
  (void)unused;
  CHECK(re_syntax_options == RE_SYNTAX_EGREP);
  re_syntax_options = 1;
}

int main(void) {
  posix();
  gnu();
  in_child(other_syntax, NULL);
  CHECK(re_syntax_options == RE_SYNTAX_EGREP);
  for (int i = 0; i < 3; i++)
    forked();
}
