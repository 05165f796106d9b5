// What work is counted, and where: IR after optimisation.
// RUN: %ir -O2 | %FileCheck %s
// RUN: %ir -O2 -fplugin-arg-simterpose-no-work | %FileCheck %s --check-prefix=NONE
//
// NONE-NOT: simterpose.work
#include <stddef.h>
#include <string.h>
#include <unistd.h>

// At the end of a function, once.
// CHECK-LABEL: @straight(
// CHECK: load i64, {{.*}}@simterpose.work
// CHECK: store i64 {{.*}}@simterpose.work
// CHECK-NOT: simterpose.work
// CHECK: ret
int straight(int a, int b) { return (a * b) ^ (a - b); }

// A loop whose iterations are known when it starts: not in the loop.
// CHECK-LABEL: @known(
// CHECK: mul i64
// CHECK-NOT: simterpose.work
// CHECK: br label
// CHECK: @simterpose.work
// CHECK: ret
double known(const double* values, int count) {
  double sum = 0;
#pragma clang loop vectorize(disable) unroll(disable)
  for (int i = 0; i < count; i++)
    sum += values[i];
  return sum;
}

// Else in a register, once in each iteration.
// CHECK-LABEL: @unknown(
// CHECK: phi i64
// CHECK-NOT: simterpose.work
// CHECK: br i1 {{.*}} !llvm.loop
// CHECK: store i64 {{.*}}@simterpose.work
// CHECK: ret
size_t unknown(const char* text) {
  size_t sum = 0;
  for (; *text != 0; text += *text & 7)
    sum += (unsigned char)*text;
  return sum;
}

// Before a call: what it calls may look at the time.
// CHECK-LABEL: @calling(
// CHECK: store i64 {{.*}}@simterpose.work
// CHECK: call i32 {{.*}}(i32
// CHECK: store i64 {{.*}}@simterpose.work
// CHECK: ret
unsigned calling(unsigned a) { return sleep(a * a) + a; }

// By size.
// CHECK-LABEL: @copying(
// CHECK: call void @llvm.memcpy
// CHECK: mul i64 %size, 40
// CHECK: ret
void copying(char* to, const char* from, size_t size) { memcpy(to, from, size); }
