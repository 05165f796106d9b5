// Assembly that wants a private variable as an immediate keeps it, with a warning.
// RUN: %stp_clang -O2 -fno-pie -fplugin-arg-simterpose-no-warn-pic -c %s -o %t.o 2>&1 | %FileCheck %s
// RUN: %stp_clang -O2 -Wno-inline-asm -fno-pie -fplugin-arg-simterpose-no-warn-pic -c %s -o %t.o 2>&1 | count 0
static int variable;
void assembly(void) {
  // CHECK: warnings-immediate.c:[[@LINE+1]]:{{.*}}warning: this assembly names a variable
  __asm__ volatile("# %c0" ::"i"(&variable));
  int* place;
  __asm__ volatile("# %0 %1" : "=r"(place) : "r"(&variable), "m"(variable));
}
