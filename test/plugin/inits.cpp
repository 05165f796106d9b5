// Initialisers do nothing at load where the runtime is, and are listed with their priorities; those
// of a comdat in their comdat.
// RUN: %ir_cxx -O1 | %FileCheck %s
#include <cstdio>

// CHECK-DAG: @simterpose_presence = extern_weak constant i8
// CHECK-DAG: @llvm.global_ctors = {{.*}}@simterpose.native
// CHECK-DAG: @simterpose.record{{.*}}@_GLOBAL__sub_I_inits.cpp{{.*}}i64 65535{{.*}}section "simterpose_inits"
// CHECK-DAG: @simterpose.record{{.*}}@_Z5earlyv{{.*}}i64 150{{.*}}section "simterpose_inits"
// CHECK-DAG: @simterpose.record{{.*}}@_Z4latev{{.*}}i64 65535{{.*}}section "simterpose_finis"
// CHECK-DAG: @simterpose.record{{.*}}section "simterpose_inits", comdat($_Z{{.*}}5value
int plain = std::puts("plain");
__attribute__((constructor(150))) void early() { std::puts("early"); }
__attribute__((destructor)) void late() { std::puts("late"); }
template <class T> struct Holder {
  static T value;
};
template <class T> T Holder<T>::value = std::puts("template");
int use() { return Holder<int>::value; }

// CHECK-LABEL: define internal void @simterpose.native.
// CHECK: icmp eq {{.*}} @simterpose_presence, 
