// What work is counted, and where: IR after optimisation.
// RUN: %ir -O2 | %FileCheck %s
// RUN: %ir -O2 -fplugin-arg-simterpose-no-work | %FileCheck %s --check-prefix=NONE
//
// NONE-NOT: simterpose.work
#include <stddef.h>
#include <stdlib.h>
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
// CHECK: mul {{.*}}i64
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

// Nor in the loops of a nest, but the outermost, which polls.
// CHECK-LABEL: @nest(
// CHECK: phi i64
// CHECK: store i64 {{.*}}@simterpose.work
// CHECK: br i1 {{.*}} !llvm.loop
// CHECK-NOT: simterpose.count
// CHECK: fadd double
// CHECK-NOT: simterpose.count
// CHECK: br i1 {{.*}} !llvm.loop
// CHECK: ret
double nest(const double* values, int count) {
  double sum = 0;
  for (int i = 0; i < count; i++)
#pragma clang loop unroll(disable)
    for (int j = 0; j < count; j++)
#pragma clang loop vectorize(disable) unroll(disable)
      for (int k = 0; k < count; k++)
        sum += values[k] * values[j] + values[i];
  return sum;
}

// A loop that ends by data and has a counter of its own: after it.
// CHECK-LABEL: @length(
// CHECK-NOT: simterpose.count
// CHECK: br {{.*}} !llvm.loop
// CHECK: sub i64
// CHECK: mul {{.*}}i64
// CHECK: store i64 {{.*}}@simterpose.work
// CHECK: ret
__attribute__((noinline)) size_t length(const char* text) {
  const char* end = text;
  while (*end != 0 && *end != '%')
    end++;
  return (size_t)(end - text);
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

// Before a call: what it calls may look at the time. After it nothing is left.
// CHECK-LABEL: @calling(
// CHECK: store i64 {{.*}}@simterpose.work
// CHECK: call i32 {{.*}}(i32
// CHECK-NOT: simterpose.work
// CHECK: ret
unsigned calling(unsigned a) { return sleep(a * a) + a; }

// Not before one that looks at nothing, which counts itself.
// CHECK-LABEL: @quietly(
// CHECK-NOT: simterpose.work
// CHECK: call {{.*}} @length(
// CHECK: store i64 {{.*}}@simterpose.work
// CHECK: ret
size_t quietly(const char* text) { return length(text) * 3; }

// A short function that only this unit calls leaves it to its callers.
// CHECK-LABEL: @callers(
// CHECK-NOT: simterpose.work
// CHECK: call {{.*}} @shortly(
// CHECK: store i64 {{.*}}@simterpose.work
// CHECK: ret
// CHECK-LABEL: define internal {{.*}}@shortly(
// CHECK-NOT: simterpose.work
// CHECK: ret
__attribute__((noinline)) static int shortly(int a, int b) { return a % b; }
int callers(int a, int b) { return shortly(a, b) + 1; }

// By size.
// CHECK-LABEL: @copying(
// CHECK: call void @llvm.memcpy
// CHECK: mul i64 %size, 60
// CHECK: ret
void copying(char* to, const char* from, size_t size) { memcpy(to, from, size); }

// By result; strlen is not seen, as it calls nothing.
// CHECK-LABEL: @measuring(
// CHECK-NOT: simterpose.work
// CHECK: [[LENGTH:%.*]] = {{.*}}call i64 @strlen
// CHECK: mul i64 [[LENGTH]], 20
// CHECK: ret
size_t measuring(const char* text) { return strlen(text); }

// By where the result points, or by the size if it points nowhere.
// CHECK-LABEL: @searching(
// CHECK: call {{.*}} @memchr
// CHECK: select i1 {{.*}}, i64 %size, i64
// CHECK: ret
void* searching(const char* text, size_t size) { return memchr(text, 'x', size); }

// n log n; what it calls looks at the counter.
// CHECK-LABEL: @sorting(
// CHECK: store i64 {{.*}}@simterpose.work
// CHECK: call void @qsort
// CHECK: call i64 @llvm.ctlz.i64
// CHECK: store i64 {{.*}}@simterpose.work
// CHECK: ret
void sorting(int* values, size_t count, int (*compare)(const void*, const void*)) {
  qsort(values, count, sizeof *values, compare);
}
