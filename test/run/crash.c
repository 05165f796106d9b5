// A crash ends its own process, says where and when it happened, and leaves the others alone.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -w -O0 -g %s -o program
// RUN: %exits 1 %simterpose run -n 5 -o out ./program {rank} 2>&1 | %FileCheck %s
//
// CHECK: [node-1 0.100000] program.2: crashed with SIGSEGV (address 0x8)
// CHECK-NEXT: #0 main at {{.*}}crash.c:[[@LINE+30]]
// CHECK-NEXT: program.2 on node-1 killed by SIGSEGV
// CHECK: [node-2 0.200000] program.2: stack overflow (SIGSEGV)
// CHECK: #1 overflow at {{.*}}crash.c:[[@LINE+18]]
// CHECK-NEXT: ... and so on, {{[0-9]+}} times
// CHECK-NEXT: #2 main at {{.*}}crash.c:
// CHECK: [node-3 0.300000] program.2: crashed with SIGFPE
// CHECK-NEXT: #0 main at
// CHECK: [node-4 0.400000] program.2: free or realloc of a block that was freed before
// CHECK-NEXT: #0 main at
// CHECK: [node-0 1.000000] still here
// CHECK: 1 of 5 processes ended well, 4 failed
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile int zero;

static int overflow(int depth) {
  volatile char frame[4096];
  frame[0] = (char)depth;
  return depth ? overflow(depth + 1) + frame[0] : 0;
}

int main(int argc, char** argv) {
  const int rank = atoi(argv[argc - 1]);
  usleep(rank == 0 ? 1000000 : rank * 100000);
  char* const block = malloc(100);
  switch (rank) {
  case 1:
    return *(volatile int*)8;
  case 2:
    return overflow(1);
  case 3:
    return 1 / zero;
  case 4:
    free(block);
    free(block);
    return 0;
  default:
    puts("still here");
    return 0;
  }
}
