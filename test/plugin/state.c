// What each process has for itself, and how it is reached.
// RUN: %ir -O2 -fplugin-arg-simterpose-no-work | %FileCheck %s
#include <stddef.h>

// CHECK-DAG: @simterpose.delta = linkonce_odr hidden externally_initialized global i64 0, comdat
// CHECK-DAG: @simterpose.cell.elsewhere = linkonce_odr hidden externally_initialized global {{.*}} @elsewhere, comdat
int mutable = 1;
static int local = 2;
extern int elsewhere;
const int constant[] = {1, 2, 3};

// CHECK-LABEL: define {{.*}}@reads_mutable(
// CHECK: [[DELTA:%.*]] = load i64, {{.*}} @simterpose.delta, {{.*}}!invariant.load
// CHECK: getelementptr i8, {{.*}}@mutable{{.*}}, i64 [[DELTA]]
int reads_mutable(void) { return mutable; }

// CHECK-LABEL: define {{.*}}@reads_local(
// CHECK: getelementptr i8, {{.*}}@local
int* reads_local(void) { return &local; }

// What another unit defines is reached through a private pointer to it.
// CHECK-LABEL: define {{.*}}@reads_elsewhere(
// CHECK: [[DELTA:%.*]] = load i64, {{.*}} @simterpose.delta
// CHECK: getelementptr i8, {{.*}}@simterpose.cell.elsewhere{{.*}}, i64 [[DELTA]]
int reads_elsewhere(void) { return elsewhere; }

// CHECK-LABEL: define {{.*}}@reads_constant(
// CHECK-NOT: simterpose
// CHECK: ret i32
int reads_constant(size_t i) { return constant[i]; }

// CHECK-LABEL: define {{.*}}@uses_nothing(
// CHECK-NOT: simterpose
// CHECK: ret i32
int uses_nothing(int a) { return a + 1; }
