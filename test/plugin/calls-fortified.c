// The forms that glibc's headers substitute: fortified, 64-bit, of another standard.
// RUN: %ir -O2 -D_FORTIFY_SOURCE=2 | %FileCheck %s
// RUN: %ir -O2 -D_FILE_OFFSET_BITS=64 | %FileCheck %s --check-prefix=LARGE
// RUN: %ir -O2 -std=c99 | %FileCheck %s --check-prefix=C99
#include <stdio.h>

// glibc 2.36 fortifies printf by __printf_chk, 2.41 by __vprintf_chk where Clang compiles.
// CHECK-DAG: @simterpose.slot.__{{v?}}printf_chk = {{.*}}@__{{v?}}printf_chk
int fortified(int i) { return printf("%d\n", i); }

// LARGE-DAG: @simterpose.slot.fopen64 = {{.*}}@fopen64
FILE* large(const char* name) { return fopen(name, "r"); }

// C99-DAG: @simterpose.slot.__isoc99_scanf = {{.*}}@__isoc99_scanf
int scan(int* into) { return scanf("%d", into); }
