// Position-dependent code is warned about once per unit.
// RUN: %stp_clang -fno-pie -c %s -o %t.o 2>&1 | %FileCheck %s
// RUN: %stp_clang -fPIC -c %s -o %t.o 2>&1 | count 0
// RUN: %stp_clang -fno-pie -fplugin-arg-simterpose-no-warn-pic -c %s -o %t.o 2>&1 | count 0
// CHECK: warnings-pic.c:1:1: warning: position-dependent code cannot be emulated: compile with -fPIE and link with -pie [simterpose-pic]
// CHECK-NOT: warning:
int x;
