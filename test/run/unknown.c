// Functions of libc that are neither emulated nor known to be harmless: the compiler warns, check
// says where, a process that calls one ends with a report, and natively they work.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -g -O2 %s -o unknown 2>&1 | %FileCheck --check-prefix=WARNING %s
// RUN: %stp_clang -O2 -fplugin-arg-simterpose-no-warn-unknown %s -o quiet 2>&1 | count 0
// RUN: ./unknown
// RUN: %exits 1 %simterpose check ./unknown | %FileCheck --check-prefix=CHECK %s
// RUN: %exits 0 %simterpose run -n 1 -o out ./unknown harmless
// RUN: %exits 1 %simterpose run -n 1 -o out ./unknown 2>&1 | %FileCheck --check-prefix=ENDS %s
// RUN: %exits 1 %simterpose run -n 1 -o out ./unknown pointer 2>&1 | %FileCheck --check-prefix=ENDS %s
// WARNING: unknown.c:27:{{.*}}warning: 'getfsent' is neither emulated nor known to be harmless{{.*}}[simterpose-unknown]
// WARNING: unknown.c:28:
// CHECK: 2 calls would be refused:
// CHECK-NEXT: unknown.c:27: getfsent
// CHECK-NEXT: unknown.c:28: getfsent
// ENDS: called getfsent, which is neither emulated nor known to be harmless
#include <fstab.h>
#include <stdlib.h>
#include <string.h>

/* The program's own: not libc's, whatever it is called. */
int getttyent(void) { return 0; }

int main(int argc, char** argv) {
  if (argc == 1)
    getfsent();
  struct fstab* (*volatile pointer)(void) = getfsent;
  if (argc > 1 && strcmp(argv[1], "pointer") == 0)
    pointer();
  return getttyent();
}
