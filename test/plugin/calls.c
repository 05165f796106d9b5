// A call goes through the slot; every other use of the function is its thunk; the slot holds the
// function itself, and is recorded by name.
// RUN: %ir -O2 | %FileCheck %s
// RUN: %ir -O0 | %FileCheck %s --check-prefix=O0
#include <stdio.h>
#include <sys/socket.h>

// CHECK-DAG: @table = {{.*}}[1 x {{.*}} @simterpose.thunk.bind
// CHECK-DAG: @simterpose.slot.connect = linkonce_odr hidden externally_initialized global {{.*}} @connect, comdat, align 8
// CHECK-DAG: @simterpose.record{{.*}} = private constant {{.*}}@simterpose.slot.connect{{.*}}, section "simterpose_slots", comdat($simterpose.slot.connect)
// CHECK-DAG: @llvm.used = {{.*}}@simterpose.record
int (*const table[])(int, const struct sockaddr*, socklen_t) = {bind};

// CHECK-LABEL: define {{.*}}@call(
// CHECK: [[TARGET:%.*]] = load {{.*}} @simterpose.slot.connect
// CHECK: call i32 [[TARGET]](
// O0-LABEL: define {{.*}}@call(
// O0: [[TARGET:%.*]] = load {{.*}} @simterpose.slot.connect
// O0: call i32 [[TARGET]](
int call(int fd, const struct sockaddr* address, socklen_t size) {
  return connect(fd, address, size) + 1;
}

// CHECK-LABEL: define {{.*}}@address(
// CHECK: ret {{.*}} @simterpose.thunk.listen
// O0-LABEL: define {{.*}}@address(
// O0: ret {{.*}} @simterpose.thunk.listen
void* address(void) { return (void*)listen; }

// CHECK-LABEL: define {{.*}}@variadic(
// CHECK: ret {{.*}} @simterpose.thunk.fprintf
void* variadic(void) { return (void*)fprintf; }

// A thunk keeps all arguments where they are.
// CHECK-LABEL: define linkonce_odr hidden {{.*}}@simterpose.thunk.listen(i32 {{.*}}%0, i32 {{.*}}%1) comdat
// CHECK: [[TARGET:%.*]] = load {{.*}} @simterpose.slot.listen
// CHECK: [[RESULT:%.*]] = musttail call {{.*}}i32 [[TARGET]](i32 {{.*}}%0, i32 {{.*}}%1)
// CHECK: ret i32 [[RESULT]]
// CHECK-LABEL: define linkonce_odr hidden {{.*}}@simterpose.thunk.fprintf(
// CHECK: musttail call {{.*}}i32 (
// CHECK-SAME: ...
