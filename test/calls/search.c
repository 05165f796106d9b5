// CALLS: hcreate hsearch hdestroy
// RUN: %both
//
// The one hash table of a process.
#include <search.h>

#include "check.h"

int main(void) {
  static char names[100][8];
  CHECK(hcreate(100));
  CHECK(!hcreate(10));
  for (long i = 0; i < 100; i++) {
    snprintf(names[i], sizeof names[i], "n%ld", i);
    CHECK(hsearch((ENTRY){names[i], (void*)i}, ENTER));
  }
  char key[] = "n42", absent[] = "absent";
  CHECK_EQ((long)hsearch((ENTRY){key, NULL}, FIND)->data, 42);
  CHECK_EQ((long)hsearch((ENTRY){key, (void*)7}, ENTER)->data, 42); /* as it was */
  errno = 0;
  CHECK(!hsearch((ENTRY){absent, NULL}, FIND));
  CHECK_EQ(errno, ESRCH);
  hdestroy();
  CHECK(hcreate(1));
  CHECK(!hsearch((ENTRY){key, NULL}, FIND));
  hdestroy();
  return 0;
}
