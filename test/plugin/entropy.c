// The processor's random numbers are those of the process under emulation.
// RUN: %ir -O2 -mrdrnd -mrdseed 2>%t.err | %FileCheck %s
// RUN: %FileCheck %s --input-file %t.err --check-prefix=WARNING
// RUN: %stp_clang -O2 -mrdrnd -mrdseed -DMAIN -fplugin-arg-simterpose-no-warn-asm %s -o %t.program
// RUN: %simterpose run --quiet -n 2 -o %t.one %t.program
// RUN: %simterpose run --quiet -n 2 -o %t.two %t.program
// RUN: diff -r %t.one %t.two
// RUN: not diff -q %t.one/node-0/entropy.c.tmp.program.2.stdout %t.one/node-1/entropy.c.tmp.program.2.stdout
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>

// CHECK-LABEL: @large(
// CHECK: load {{.*}} @simterpose.cycles
// CHECK-DAG: call { i64, i32 } @llvm.x86.rdrand.64()
// CHECK-DAG: load {{.*}} @simterpose.slot.getrandom
// CHECK: ret
int large(unsigned long long* number) { return _rdrand64_step(number); }

// CHECK-LABEL: @seed(
// CHECK-DAG: call { i16, i32 } @llvm.x86.rdseed.16()
// CHECK-DAG: load {{.*}} @simterpose.slot.getrandom
// CHECK: ret
int seed(unsigned short* number) { return _rdseed16_step(number); }

// CHECK-LABEL: @assembly(
// CHECK-NOT: simterpose.slot.getrandom
// CHECK: ret
// WARNING-NOT: warning:
// WARNING: entropy.c:[[#@LINE+4]]:{{.*}} warning: this assembly takes random numbers
// WARNING-NOT: warning:
uint64_t assembly(void) {
  uint64_t number;
  __asm__ volatile("1: rdrand %0; jnc 1b" : "=r"(number));
  return number;
}

#ifdef MAIN
int main(void) {
  unsigned long long one = 0, other = 0;
  unsigned short small = 0;
  if (!large(&one) || !large(&other) || !seed(&small) || one == other)
    return 1;
  printf("%llx %llx %x\n", one, other, small);
  return 0;
}
#endif
