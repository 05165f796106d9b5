// --stop ends the run: nothing is started at a later date, and what had ended stays as it was.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 %s -o program
// RUN: echo "<platform version='4.1'><actor host='node-0' function='%t/program' start_time='10'/>" >d.xml
// RUN: echo "<actor host='node-1' function='%t/program'/></platform>" >>d.xml
// RUN: %simterpose run --stop 5s -o out -p %source/bench/two-hosts.xml -d d.xml 2>&1 | %FileCheck %s
//
// CHECK: [node-1 0.000000] started
// CHECK-NOT: node-0
// CHECK: the process ended well; 5.000000 s
#include <stdio.h>

int main(void) {
  puts("started");
  return 0;
}
