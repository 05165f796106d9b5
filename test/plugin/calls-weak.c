// A mediated function that may be absent is compared with null by what its slot holds.
// RUN: %ir -O2 | %FileCheck %s
// RUN: %same
// CHECK-LABEL: define {{.*}}@main(
// CHECK: load {{.*}} @simterpose.slot.listen
#include <stdio.h>
#include <sys/socket.h>
#pragma weak listen
#pragma weak recv
extern int absent(void) __attribute__((weak));
__typeof__(listen)* const table[] = {listen};

int main(void) {
  printf("%d %d %d\n", listen != NULL, absent != NULL, table[0] == listen);
  return listen && listen(-1, 1) == -1 ? 0 : 1;
}
