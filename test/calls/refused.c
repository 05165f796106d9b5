// Every call that the table refuses fails with ENOSYS, as its row says, and does nothing.
// RUN: %both -fplugin-arg-simterpose-no-warn
// RUN: %simterpose run --quiet -o %t.out %t 2>&1 | %FileCheck %s
// CHECK: simterpose: [node-0 0.000000] refused.c.tmp.2: {{.*}} is not emulated
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "simterpose/calls.h"

#include <check.h>

// Some live in libraries that this program does not need.
#define CALL(name, file, support, remark) extern __typeof__(name) name __attribute__((weak));
#define ALIAS(symbol, ...)
#define DATA(name, support, remark)
#include "simterpose/calls.def"
#undef CALL

typedef long (*function)(long, long, long, long, long, long);

#undef REFUSED /* of arpa/nameser_compat.h */
enum { FULL, PARTIAL, REFUSED };

static const struct {
  const char *name, *fails;
  int support;
  function call;
} rows[] = {
#define CALL(name, file, support, remark) {#name, #file, support, (function)&name},
#include "simterpose/calls.def"
};

// Defined where a program is emulated. Natively these calls are real: nothing is called.
extern const char simterpose_presence __attribute__((weak));

int main(void) {
  int refused = 0;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (rows[i].support != REFUSED)
      continue;
    refused++;
    if (&simterpose_presence == NULL)
      continue;
    errno = 0;
    const long result = rows[i].call(0, 0, 0, 0, 0, 0);
    const int error = errno;
    const char* const fails = rows[i].fails;
    printf("%s: %ld, errno %d\n", rows[i].name, result, error);
    if (strcmp(fails, "minus_one") == 0) {
      CHECK_EQ((int)result, -1);
      CHECK_EQ(error, ENOSYS);
    } else if (strcmp(fails, "null") == 0) {
      CHECK_EQ(result, 0);
      CHECK_EQ(error, ENOSYS);
    } else {
      CHECK(strcmp(fails, "error_number") == 0);
      CHECK_EQ((int)result, ENOSYS);
    }
  }
  CHECK(refused > 0);
  return 0;
}
