// The processor's counter of cycles is read through a pointer that is null natively.
// RUN: %ir -O2 2>%t.err | %FileCheck %s
// RUN: %FileCheck %s --input-file %t.err --check-prefix=WARNING
// RUN: %ir -O0 2>/dev/null | %FileCheck %s
// RUN: %ir -O2 -fplugin-arg-simterpose-no-warn-asm 2>&1 | %FileCheck %s --check-prefix=SILENT
// SILENT-NOT: warning:
#include <stdint.h>
#include <x86intrin.h>

// CHECK-LABEL: @intrinsic(
// CHECK: [[CYCLES:%.*]] = load {{.*}} @simterpose.cycles
// CHECK: icmp eq {{.*}} [[CYCLES]], null
// CHECK: call i64 @llvm.x86.rdtsc()
// CHECK: call { i64, i64 } [[CYCLES]]()
// CHECK: ret
uint64_t intrinsic(void) { return __rdtsc(); }

// CHECK-LABEL: @builtin(
// CHECK: load {{.*}} @simterpose.cycles
// CHECK: ret
uint64_t builtin(void) { return __builtin_readcyclecounter(); }

// CHECK-LABEL: @processor(
// CHECK: load {{.*}} @simterpose.cycles
// CHECK: ret
unsigned processor(void) {
  unsigned result;
  __rdtscp(&result);
  return result;
}

// CHECK-LABEL: @halves(
// CHECK: load {{.*}} @simterpose.cycles
// CHECK: ret
uint64_t halves(void) {
  uint32_t low, high;
  __asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high));
  return (uint64_t)high << 32 | low;
}

// CHECK-LABEL: @ordered(
// CHECK: load {{.*}} @simterpose.cycles
// CHECK: ret
uint64_t ordered(void) {
  uint64_t low, high;
  __asm__ volatile("rdtscp; lfence" : "=a"(low), "=d"(high) : : "%rcx", "memory");
  return high << 32 | low;
}

// CHECK-LABEL: @joined(
// CHECK: load {{.*}} @simterpose.cycles
// CHECK: ret
uint64_t joined(void) {
  uint64_t count;
  __asm__ volatile("rdtsc; shl $32, %%rdx; or %%rdx, %0" : "=a"(count) : : "%rdx");
  return count;
}

// What does more is left alone.
// CHECK-LABEL: @serialised(
// CHECK-NOT: load {{.*}} @simterpose.cycles
// CHECK: ret
// WARNING-NOT: warning:
// WARNING: cycles.c:[[#@LINE+4]]:{{.*}} warning: this assembly reads the processor's own counter
// WARNING-NOT: warning:
uint64_t serialised(void) {
  uint32_t low, high;
  __asm__ volatile("cpuid; rdtsc" : "=a"(low), "=d"(high) : "a"(0) : "ebx", "ecx");
  return (uint64_t)high << 32 | low;
}
