// Calls that the optimiser makes of others (printf to puts) are redirected too.
// RUN: %ir -O2 | %FileCheck %s
#include <stdio.h>

// CHECK-LABEL: define {{.*}}@hello(
// CHECK: load {{.*}} @simterpose.slot.puts
void hello(void) { printf("hello\n"); }
