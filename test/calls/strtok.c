// CALLS: strtok strerror strerror_l strsignal
// RUN: %both
//
// What string.h keeps between calls.
#define _GNU_SOURCE
#include <locale.h>
#include <signal.h>

#include "check.h"

int main(void) {
  char words[] = " one, two,,three ";
  CHECK(strcmp(strtok(words, " ,"), "one") == 0);
  CHECK(strcmp(strtok(NULL, " ,"), "two") == 0);
  CHECK(strcmp(strtok(NULL, " ,"), "three") == 0);
  CHECK(!strtok(NULL, " ,"));

  CHECK(strcmp(strerror(0), "Success") == 0);
  CHECK(strcmp(strerror(ECONNREFUSED), "Connection refused") == 0);
  CHECK(strcmp(strerror(12345), "Unknown error 12345") == 0);
  CHECK(strcmp(strerror(-1), "Unknown error -1") == 0);
  locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  CHECK(strcmp(strerror_l(ENOENT, c), "No such file or directory") == 0);
  CHECK(strcmp(strerror_l(999, c), "Unknown error 999") == 0);
  freelocale(c);

  CHECK(strcmp(strsignal(SIGTERM), "Terminated") == 0);
  CHECK(strcmp(strsignal(SIGRTMIN + 3), "Real-time signal 3") == 0);
  CHECK(strcmp(strsignal(1000), "Unknown signal 1000") == 0);
  CHECK(strcmp(strsignal(0), "Unknown signal 0") == 0);
  return 0;
}
