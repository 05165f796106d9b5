// A function that the program defines itself is left alone, whatever it is called.
// RUN: %ir -O1 -fplugin-arg-simterpose-no-work | %FileCheck %s --implicit-check-not=slot.listen
int listen(int a, int b) { return a + b; }

// CHECK-LABEL: define {{.*}}@uses(
// CHECK-NOT: simterpose
// CHECK: ret
__attribute__((noinline)) int uses(int a) { return a ? listen(a, a) : (long)listen != 0; }
