// Named twice, the plugin instruments once; -fpass-plugin= alone is enough as well.
// RUN: %stp_clang -fpass-plugin=%plugin -O1 -S -emit-llvm -o - %s | %FileCheck %s
// RUN: %clang -fpass-plugin=%plugin -O1 -S -emit-llvm -o - %s | %FileCheck %s
// RUN: %clang -O1 -S -emit-llvm -o - %s | %opt_stp -passes=simterpose -S | %FileCheck %s
// RUN: %ir -O1 | %opt_stp -passes=simterpose,simterpose -S | %FileCheck %s
// CHECK-LABEL: define {{.*}}@count(
// CHECK: load i64, {{.*}} @simterpose.delta
// CHECK-NOT: simterpose.delta
// CHECK: ret i32
int counter;
int count(void) { return ++counter; }
