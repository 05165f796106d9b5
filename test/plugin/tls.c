// Thread-locals have a displacement of their own; the tag of one that another module defines tells
// which.
// RUN: %ir -O2 | %FileCheck %s --implicit-check-not=simterpose.tls.local
// CHECK-DAG: @simterpose.tls_delta = linkonce_odr hidden externally_initialized global i64 0, comdat
// CHECK-DAG: @simterpose.tls.exported = {{.*}}constant {{.*}} @simterpose.tls_delta
// CHECK-DAG: @simterpose.tls.elsewhere = extern_weak constant
static __thread int local = 1;
__thread int exported = 2;
extern __thread int elsewhere;

// CHECK-LABEL: define {{.*}}@uses_local(
// CHECK: load i64, {{.*}} @simterpose.tls_delta, {{.*}}!invariant.load
int uses_local(void) { return ++local + ++exported; }

// CHECK-LABEL: define {{.*}}@uses_elsewhere(
// CHECK: icmp eq {{.*}} @simterpose.tls.elsewhere, 
int uses_elsewhere(void) { return elsewhere; }
