// CALLS: asprintf vasprintf __asprintf_chk __vasprintf_chk sscanf vsscanf swscanf vswscanf tsearch
// CALLS: tdelete hcreate_r argz_create argz_create_sep argz_append argz_add argz_add_sep argz_insert
// CALLS: argz_replace envz_add envz_merge backtrace_symbols iconv_open iconv iconv_close
// UNSUPPORTED: sanitize
// RUN: %both
// RUN: %both -D_FORTIFY_SOURCE=2
//
// What libc allocates for a program belongs to it alone: a forked child changes and frees its own.
#define _GNU_SOURCE
#include <argz.h>
#include <envz.h>
#include <execinfo.h>
#include <iconv.h>
#include <search.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

#include "check.h"

__attribute__((format(printf, 1, 2))) static char* format(const char* how, ...) {
  va_list arguments;
  char* text;
  va_start(arguments, how);
  CHECK(vasprintf(&text, how, arguments) >= 0);
  va_end(arguments);
  return text;
}

static int scan(const char* text, const char* how, ...) {
  va_list arguments;
  va_start(arguments, how);
  const int result = vsscanf(text, how, arguments);
  va_end(arguments);
  return result;
}

static int wide_scan(const wchar_t* text, const wchar_t* how, ...) {
  va_list arguments;
  va_start(arguments, how);
  const int result = vswscanf(text, how, arguments);
  va_end(arguments);
  return result;
}

static int by_text(const void* a, const void* b) { return strcmp(a, b); }

static const char* utf8_of(iconv_t conversion, const char* latin) {
  static char buffer[64];
  char *in = (char*)latin, *out = buffer;
  size_t in_left = strlen(latin), out_left = sizeof buffer - 1;
  CHECK_EQ(iconv(conversion, &in, &in_left, &out, &out_left), 0);
  *out = 0;
  return buffer;
}

int main(void) {
  char *text, *word, *other, *list = NULL, *environment = NULL;
  size_t list_size = 0, environment_size = 0;
  wchar_t* wide;
  CHECK_EQ(asprintf(&text, "%s-%d", "text", 1), 6);
  char* const formatted = format("%05d", 42);
  CHECK(strcmp(text, "text-1") == 0 && strcmp(formatted, "00042") == 0);
  CHECK(sscanf("hello world", "%ms", &word) == 1 && scan("a b", "%*s %ms", &other) == 1);
  CHECK(strcmp(word, "hello") == 0 && strcmp(other, "b") == 0);
  CHECK_EQ(swscanf(L"wide", L"%mls", &wide), 1);
  CHECK(wcscmp(wide, L"wide") == 0);
  int number;
  CHECK(wide_scan(L"17", L"%d", &number) == 1 && number == 17);

  void* tree = NULL;
  CHECK(tsearch("b", &tree, by_text) && tsearch("a", &tree, by_text) &&
        tsearch("c", &tree, by_text));
  struct hsearch_data table = {0};
  ENTRY *found, entry = {(char*)"key", (char*)"value"};
  CHECK(hcreate_r(10, &table) && hsearch_r(entry, ENTER, &found, &table));

  CHECK_EQ(argz_create_sep("x:y", ':', &list, &list_size), 0);
  CHECK_EQ(argz_add(&list, &list_size, "z"), 0);
  CHECK_EQ(argz_add_sep(&list, &list_size, "p q", ' '), 0);
  CHECK_EQ(argz_append(&list, &list_size, "more", 5), 0);
  CHECK_EQ(argz_insert(&list, &list_size, list, "first"), 0);
  unsigned count = 0;
  CHECK(argz_replace(&list, &list_size, "z", "long", &count) == 0 && count == 1);
  CHECK_EQ(argz_count(list, list_size), 7);
  char* const strings[] = {(char*)"one", (char*)"two", NULL};
  char* created;
  size_t created_size;
  CHECK(argz_create(strings, &created, &created_size) == 0 && created_size == 8);
  CHECK_EQ(envz_add(&environment, &environment_size, "NAME", "value"), 0);
  CHECK_EQ(envz_merge(&environment, &environment_size, "OTHER=1", 8, 1), 0);
  CHECK(strcmp(envz_get(environment, environment_size, "OTHER"), "1") == 0);

  void* frames[4];
  const int depth = backtrace(frames, 4);
  char** const names = backtrace_symbols(frames, depth);
  CHECK(depth > 0 && names && names[0][0]);

  CHECK(iconv_open("no-such", "encoding") == (iconv_t)-1 && errno == EINVAL);
  const iconv_t conversion = iconv_open("UTF-8", "ISO-8859-1");
  CHECK(conversion != (iconv_t)-1);
  CHECK(strcmp(utf8_of(conversion, "\xe9"), "\xc3\xa9") == 0);

  const pid_t child = fork();
  CHECK(child >= 0);
  text[0] = child == 0 ? 'T' : 't';
  CHECK(tdelete(child == 0 ? "a" : "c", &tree, by_text));
  entry.key = (char*)(child == 0 ? "child" : "parent");
  CHECK(hsearch_r(entry, ENTER, &found, &table));
  entry.key = (char*)(child == 0 ? "parent" : "child");
  if (child > 0)
    CHECK_EQ(waitpid(child, &number, 0), child);
  CHECK(!hsearch_r(entry, FIND, &found, &table));
  CHECK(text[0] == (child == 0 ? 'T' : 't'));
  CHECK(!tfind(child == 0 ? "a" : "c", &tree, by_text));
  CHECK(tfind(child == 0 ? "c" : "a", &tree, by_text) && tfind("b", &tree, by_text));
  CHECK(strcmp(utf8_of(conversion, "\xe8"), "\xc3\xa8") == 0);
  CHECK_EQ(iconv_close(conversion), 0);
  CHECK(tdelete("b", &tree, by_text) && tdelete(child == 0 ? "c" : "a", &tree, by_text));
  hdestroy_r(&table);
  free(text), free(formatted), free(word), free(other), free(wide);
  free(list), free(created), free(environment), free(names);
  if (child == 0)
    _exit(0);
  CHECK_EQ(number, 0);
  return 0;
}
