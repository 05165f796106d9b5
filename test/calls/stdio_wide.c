// CALLS: fgetwc fputwc ungetwc getwchar putwchar fgetws fputws fwide fwprintf wprintf vfwprintf
// CALLS: vwprintf fwscanf wscanf vfwscanf vwscanf
// RUN: %both
//
// Wide characters on streams.
#define _GNU_SOURCE
#include "check.h"

#include <stdarg.h>
#include <unistd.h>
#include <wchar.h>

static void print(FILE* f, const wchar_t* format, ...) {
  va_list a;
  va_start(a, format);
  CHECK_EQ(f ? vfwprintf(f, format, a) : vwprintf(format, a), 2);
  va_end(a);
}

static void scan(FILE* f, const wchar_t* format, ...) {
  va_list a;
  va_start(a, format);
  CHECK_EQ(f ? vfwscanf(f, format, a) : vwscanf(format, a), 1);
  va_end(a);
}

int main(void) {
  FILE* f = fopen("w", "w+");
  CHECK(fwide(f, 0) == 0);
  CHECK_EQ(fputwc(L'a', f), L'a');
  CHECK(fwide(f, 0) > 0);
  CHECK(fputws(L"bc\n", f) >= 0);
  CHECK_EQ(fwprintf(f, L"%d ", 12), 3);
  print(f, L"%d ", 3);
  rewind(f);
  CHECK_EQ(fgetwc(f), L'a');
  CHECK_EQ(ungetwc(L'z', f), L'z');
  wchar_t line[16];
  CHECK(fgetws(line, 16, f) && wcscmp(line, L"zbc\n") == 0);
  int a = 0;
  CHECK_EQ(fwscanf(f, L"%d", &a), 1);
  CHECK_EQ(a, 12);
  scan(f, L"%d", &a);
  CHECK_EQ(a, 3);
  CHECK_EQ(fclose(f), 0);

  CHECK(freopen("out", "w", stdout));
  CHECK_EQ(putwchar(L'1'), L'1');
  CHECK_EQ(wprintf(L"%d\n", 2), 2);
  print(NULL, L"%d\n", 5);
  CHECK_EQ(fflush(stdout), 0);
  CHECK(freopen("out", "r", stdin));
  CHECK_EQ(getwchar(), L'1');
  CHECK_EQ(wscanf(L"%d", &a), 1);
  CHECK_EQ(a, 2);
  scan(NULL, L"%d", &a);
  CHECK_EQ(a, 5);
  return 0;
}
