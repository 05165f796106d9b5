// CALLS: getenv secure_getenv setenv unsetenv putenv clearenv environ __environ _environ
// CALLS: program_invocation_name program_invocation_short_name __progname __progname_full
// RUN: %both
//
// The environment: functions and the vector that programs handle themselves.
#define _GNU_SOURCE
#include <unistd.h>

#include "check.h"

extern char** __environ;
extern char** _environ;
extern char *__progname, *__progname_full;

static int count(void) {
  int found = 0;
  for (char** at = environ; at && *at; at++)
    found++;
  return found;
}

static void functions(void) {
  CHECK(getenv("PATH"));
  CHECK(secure_getenv("PATH") == getenv("PATH"));
  CHECK(!getenv("STP_NONE"));
  CHECK(!getenv("PAT"));
  CHECK_EQ(setenv("STP_A", "one", 0), 0);
  CHECK(strcmp(getenv("STP_A"), "one") == 0);
  CHECK_EQ(setenv("STP_A", "two", 0), 0);
  CHECK(strcmp(getenv("STP_A"), "one") == 0);
  CHECK_EQ(setenv("STP_A", "three", 1), 0);
  CHECK(strcmp(getenv("STP_A"), "three") == 0);
  CHECK_EQ(setenv("STP_EMPTY", "", 1), 0);
  CHECK(strcmp(getenv("STP_EMPTY"), "") == 0);
  CHECK_ERRNO(setenv("", "x", 1), EINVAL);
  CHECK_ERRNO(setenv("A=B", "x", 1), EINVAL);
  CHECK_ERRNO(unsetenv(""), EINVAL);
  CHECK_ERRNO(unsetenv("A=B"), EINVAL);
  CHECK_EQ(unsetenv("STP_NONE"), 0);
  CHECK_EQ(unsetenv("STP_A"), 0);
  CHECK(!getenv("STP_A"));
}

static void put(void) {
  static char string[] = "STP_PUT=first";
  CHECK_EQ(putenv(string), 0);
  CHECK(getenv("STP_PUT") == string + 8);
  strcpy(string + 8, "other");
  CHECK(strcmp(getenv("STP_PUT"), "other") == 0);
  CHECK_EQ(setenv("STP_PUT", "copied", 1), 0);
  CHECK(strcmp(string, "STP_PUT=other") == 0);
  char name[] = "STP_PUT";
  CHECK_EQ(putenv(name), 0);
  CHECK(!getenv("STP_PUT"));
}

static void many(void) {
  const int before = count();
  char name[32], value[32];
  for (int i = 0; i < 500; i++) {
    snprintf(name, sizeof name, "STP_MANY_%d", i);
    snprintf(value, sizeof value, "%d", i * i);
    CHECK_EQ(setenv(name, value, 1), 0);
  }
  CHECK_EQ(count(), before + 500);
  CHECK(strcmp(getenv("STP_MANY_77"), "5929") == 0);
  for (int i = 0; i < 500; i++) {
    snprintf(name, sizeof name, "STP_MANY_%d", i);
    CHECK_EQ(unsetenv(name), 0);
  }
  CHECK_EQ(count(), before);
}

static void vector(void) {
  CHECK(environ == __environ && environ == _environ);
  static char* mine[] = {"STP_MINE=1", "STP_TWICE=a", "STP_TWICE=b", NULL};
  environ = mine;
  CHECK(strcmp(getenv("STP_MINE"), "1") == 0);
  CHECK(!getenv("PATH"));
  CHECK_EQ(unsetenv("STP_TWICE"), 0);
  CHECK_EQ(count(), 1);
  CHECK_EQ(setenv("STP_ADDED", "x", 1), 0);
  CHECK(environ != mine);
  CHECK_EQ(count(), 2);
  CHECK_EQ(clearenv(), 0);
  CHECK_EQ(count(), 0);
  CHECK(!getenv("STP_MINE"));
  CHECK_EQ(setenv("STP_NEW", "y", 1), 0);
  CHECK_EQ(count(), 1);
  environ = NULL;
  CHECK(!getenv("STP_NEW"));
  CHECK_EQ(unsetenv("STP_NEW"), 0);
}

int main(int argc, char** argv) {
  CHECK(argc == 1);
  CHECK(program_invocation_name == argv[0] && __progname_full == argv[0]);
  CHECK(strcmp(program_invocation_short_name, strrchr(argv[0], '/') + 1) == 0);
  CHECK(__progname == program_invocation_short_name);
  functions();
  put();
  many();
  vector();
  return 0;
}
