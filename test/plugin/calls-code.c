// A call is one instruction and a thunk one jump, of a variadic function as well.
// RUN: %stp_clang -O2 -fplugin-arg-simterpose-no-work -S -o - %s | %FileCheck %s
#include <stdio.h>
#include <sys/socket.h>

// CHECK-LABEL: call:
// CHECK: callq *simterpose.slot.listen(%rip)
int call(int fd) { return listen(fd, 1) + 1; }

// CHECK-LABEL: tail:
// CHECK: {{movq|jmpq}} {{[*]?}}simterpose.slot.listen(%rip)
int tail(int fd) { return listen(fd, 1); }

int (*address(void))(FILE*, const char*, ...) { return fprintf; }

// CHECK-LABEL: simterpose.thunk.fprintf:
// CHECK-NOT: {{push|call|movaps}}
// CHECK: jmpq *
