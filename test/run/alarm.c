// An alarm that nobody handles ends its process, at its date, whatever the process waits in; one
// that is cancelled never comes.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -Wno-everything %s -o watch
// RUN: %exits 1 %simterpose run -v -n 2 -o out ./watch {rank} 2>&1 | %FileCheck %s
// CHECK-DAG: watch.2 on node-1 killed by SIGALRM (Alarm clock) at 2.500000
// CHECK-DAG: [node-0 5.000000] survived
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

int main(int argc, char** argv) {
  setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {2, 500000}}, NULL);
  if (atoi(argv[1]) == 0)
    alarm(0);
  sleep(5);
  puts("survived");
  return 0;
}
