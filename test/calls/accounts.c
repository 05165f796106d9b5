// CALLS: getusershell setusershell endusershell
// RUN: %both
//
// Login shells: whatever they are, the list ends.
#define _GNU_SOURCE
#include <unistd.h>

#include "check.h"

int main(void) {
  int shells = 0;
  setusershell();
  while (getusershell())
    shells++;
  CHECK(shells >= 2);
  setusershell();
  CHECK(getusershell());
  endusershell();
  return 0;
}
