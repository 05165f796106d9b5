// A loop that spins for what nobody will do is a deadlock, and does not hang the run.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 %s -o program
// RUN: %exits 1 %simterpose run -n 1 -o out ./program 2>&1 | %FileCheck %s
// CHECK: deadlock at 1.000000
// CHECK-NEXT: node-0: program.2, thread 2, waits in a loop
#include <unistd.h>

static volatile int never;

int main(void) {
  sleep(1);
  while (!never)
    ;
  return 0;
}
