// CALLS: fgetwc fputwc ungetwc getwchar putwchar fgetws fputws fwide fwprintf wprintf vfwprintf
// CALLS: vwprintf __fgetws_chk __fwprintf_chk __wprintf_chk __vfwprintf_chk __vwprintf_chk
// RUN: %both
//
// Wide characters on streams.
#define _GNU_SOURCE
#include "check.h"

#include <stdarg.h>
#include <unistd.h>
#include <wchar.h>

wchar_t* __fgetws_chk(wchar_t* line, size_t room, int size, FILE* stream);
int __fwprintf_chk(FILE* stream, int flag, const wchar_t* format, ...);
int __wprintf_chk(int flag, const wchar_t* format, ...);
int __vfwprintf_chk(FILE* stream, int flag, const wchar_t* format, va_list arguments);
int __vwprintf_chk(int flag, const wchar_t* format, va_list arguments);

static void print(FILE* f, const wchar_t* format, ...) {
  va_list a;
  va_start(a, format);
  CHECK_EQ(f ? vfwprintf(f, format, a) : vwprintf(format, a), 2);
  va_end(a);
}

static void print_checked(FILE* f, const wchar_t* format, ...) {
  va_list a;
  va_start(a, format);
  CHECK_EQ(f ? __vfwprintf_chk(f, 1, format, a) : __vwprintf_chk(1, format, a), 1);
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
  CHECK_EQ(__fwprintf_chk(f, 1, L"%d", 4), 1);
  print_checked(f, L"%c", 'x');
  rewind(f);
  CHECK_EQ(fgetwc(f), L'a');
  CHECK_EQ(ungetwc(L'z', f), L'z');
  wchar_t line[16];
  CHECK(fgetws(line, 16, f) && wcscmp(line, L"zbc\n") == 0);
  CHECK(__fgetws_chk(line, 16, 16, f) && wcscmp(line, L"12 3 4x") == 0);
  CHECK(fgetws(line, 16, f) == NULL && feof(f));
  CHECK_EQ(fclose(f), 0);

  CHECK(freopen("out", "w", stdout));
  CHECK_EQ(putwchar(L'1'), L'1');
  CHECK_EQ(wprintf(L"%d\n", 2), 2);
  print(NULL, L"%d ", 5);
  CHECK_EQ(__wprintf_chk(1, L"%d", 7), 1);
  print_checked(NULL, L"%d", 8);
  CHECK_EQ(fflush(stdout), 0);
  CHECK(freopen("out", "r", stdin));
  CHECK_EQ(getwchar(), L'1');
  CHECK(fgetws(line, 16, stdin) && wcscmp(line, L"2\n") == 0);
  CHECK(fgetws(line, 16, stdin) && wcscmp(line, L"5 78") == 0);
  return 0;
}
