// The displacement is loaded once, outside of the loop, and added by the addressing mode.
// RUN: %stp_clang -O2 -fno-vectorize -fno-unroll-loops -S -o - %s | %FileCheck %s
// CHECK-LABEL: sum:
// CHECK: simterpose.delta(%rip)
// CHECK-NOT: simterpose.delta
// CHECK: .Lfunc_end
int table[100], total;
int other(int);
void sum(int n) {
  for (int i = 0; i < n; i++)
    total += other(table[i]);
}
// CHECK-LABEL: increment:
// CHECK-DAG: movq simterpose.delta(%rip)
// CHECK-DAG: leaq total(%rip)
// CHECK: {{(incl|addl).*\(%r[a-z]+,%r[a-z]+\)}}
void increment(void) { total++; }
