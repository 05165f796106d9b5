// The note leads to the descriptor, and survives strip and the linkers' garbage collection; there is
// one of each for a module of two units.
// RUN: %stp_clang -O2 -ffunction-sections -fdata-sections -c %s -o %t.1.o
// RUN: %stp_clang -O2 -ffunction-sections -fdata-sections -DSECOND -c %s -o %t.2.o
// RUN: %clang %t.1.o %t.2.o -o %t -Wl,--gc-sections
// RUN: %clang %t.1.o %t.2.o -o %t.gold -Wl,--gc-sections -fuse-ld=%gold
// RUN: %clang %t.1.o %t.2.o -o %t.lld -Wl,--gc-sections -Wl,-z,start-stop-gc -fuse-ld=lld
// RUN: %t && %t.gold && %t.lld
// RUN: llvm-nm %t | %FileCheck %s
// RUN: llvm-nm %t.gold | %FileCheck %s
// RUN: llvm-nm %t.lld | %FileCheck %s
// RUN: llvm-strip %t %t.gold %t.lld
// RUN: llvm-readelf -n %t | %FileCheck %s --check-prefix=NOTE
// RUN: llvm-readelf -n %t.gold | %FileCheck %s --check-prefix=NOTE
// RUN: llvm-readelf -n %t.lld | %FileCheck %s --check-prefix=NOTE
// RUN: %simterpose run -n 1 --quiet -o %t.dir %t
// RUN: %simterpose run -n 1 --quiet -o %t.dir %t.gold
// RUN: %simterpose run -n 1 --quiet -o %t.dir %t.lld
// CHECK-DAG: {{ [a-zA-Z]}} __start_simterpose_slots
// CHECK-DAG: {{ [a-zA-Z]}} __stop_simterpose_inits
// CHECK-DAG: {{ [a-zA-Z]}} simterpose.module
// NOTE: Simterpose 0x00000008
// NOTE-NOT: Simterpose
#include <stdio.h>
int second(void);
#ifdef SECOND
static volatile int initialised;
__attribute__((constructor)) static void initialise(void) { initialised++; }
int second(void) { return initialised == 1; }
#else
int main(void) { return second() && printf("second\n") > 0 ? 0 : 1; }
#endif
