// A crash ends its own process, says where and when it happened, and leaves the others alone. Two
// runs say the same.
//
// UNSUPPORTED: sanitize
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -w -O0 -g -pthread %s -o program
// RUN: %exits 1 %simterpose run -n 11 -o out ./program {rank} >printed 2>&1
// RUN: %FileCheck %s <printed
// RUN: %exits 1 %simterpose run -n 11 -o out ./program {rank} >again 2>&1
// RUN: grep -Ev 'virtual time|^==' printed >printed.0
// RUN: grep -Ev 'virtual time|^==' again | cmp printed.0 -
//
// What optimised code, code without debugging information and stripped code still tell:
// RUN: %stp_clang -w -O2 -g -pthread %s -o program
// RUN: %exits 1 %simterpose run -o out ./program 9 2>&1 | %FileCheck --check-prefix=FAST %s
// RUN: %stp_clang -w -O0 -pthread %s -o program
// RUN: %exits 1 %simterpose run -o out ./program 9 2>&1 | %FileCheck --check-prefix=PLAIN %s
// RUN: strip program
// RUN: %exits 1 %simterpose run -o out ./program 9 2>&1 | %FileCheck --check-prefix=BARE %s
//
// CHECK: [node-1 0.100000] program.2: crashed with SIGSEGV (address 0x8)
// CHECK-NEXT: #0 main at {{.*}}crash.c:[[@LINE+109]]
// CHECK-NEXT: program.2 on node-1 killed by SIGSEGV
//
// CHECK: [node-2 0.200000] program.2: stack overflow (SIGSEGV)
// CHECK: #1 overflow at {{.*}}crash.c:[[@LINE+70]]
// CHECK-NEXT: ... and so on, {{[0-9]+}} times
// CHECK-NEXT: #2 main at {{.*}}crash.c:
//
// CHECK: [node-3 0.300000] program.2: crashed with SIGFPE
// CHECK-NEXT: #0 main at
//
// CHECK: [node-4 0.400000] program.2: free or realloc of a block that was freed before
// CHECK-NEXT: #0 main at
// CHECK-NEXT: program.2 on node-4 killed by SIGABRT
//
// CHECK: [node-5 0.500000] program.2: stack overflow (SIGSEGV)
// CHECK: #2 in_thread at
//
// CHECK: [node-6 0.600000] program.2: aborted
// CHECK-NEXT: #0 __assert_fail
// CHECK-NEXT: #1 main at
// CHECK-NEXT: program.2 on node-6 killed by SIGABRT
//
// CHECK: [node-7 0.700000] program.2: crashed with SIGSEGV (address 0)
// CHECK-NEXT: #0 no code is there
// CHECK-NEXT: #1 main at
//
// CHECK: [node-8 0.800000] program.2: crashed with SIGSEGV (address 0x4141
// CHECK: program.2 on node-8 killed by SIGSEGV
//
// CHECK: [node-9 0.900000] program.2: crashed with SIGSEGV (address 0x10)
// CHECK-NEXT: #0 third at
// CHECK-NEXT: #1 second at
// CHECK-NEXT: #2 compare at
// CHECK: first at
// CHECK-NEXT: #{{[0-9]+}} main at
//
// CHECK: [node-0 1.000000] still here
//
// CHECK: [node-10 1.000000] program.2: aborted
// CHECK-NEXT: #0 abort
// CHECK-NEXT: #1 give_up at
// CHECK-NEXT: #2 third at
// CHECK-NEXT: #3 second at
// CHECK-NEXT: #4 main at
//
// CHECK: 11 processes: 1 ended well, 10 failed
//
// FAST: crashed with SIGSEGV (address 0x10)
// FAST-NEXT: #0 third at {{.*}}crash.c:[[@LINE+28]]
// FAST-NEXT: #1 second at {{.*}}crash.c:[[@LINE+29]]
// FAST-NEXT: #2 compare at {{.*}}crash.c:
// FAST: #{{[0-9]+}} first at
//
// PLAIN: #0 third+0x{{[0-9a-f]+}} in program
// PLAIN: first+0x{{[0-9a-f]+}} in program
// PLAIN-NEXT: main+0x{{[0-9a-f]+}} in program
//
// BARE: #0 program+0x{{[0-9a-f]+}}
// BARE: program+0x
// BARE: program.2 on node-0 killed by SIGSEGV
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile int zero;

static int overflow(int depth) {
  volatile char frame[4096];
  frame[0] = (char)depth;
  return depth ? overflow(depth + 1) + frame[0] : 0;
}

static int third(int* where) { return *(volatile int*)where; }

static int second(int* where) { return third(where + 2); }

static int compare(const void* a, const void* b) { return second((int*)8) + (a < b); }

static __attribute__((noinline)) int first(void) {
  int numbers[] = {2, 1};
  qsort(numbers, 2, sizeof *numbers, compare);
  return numbers[0];
}

static void* in_thread(void* unused) {
  overflow(1);
  return unused;
}

static void give_up(int number) { abort(); }

static void smash(void) {
  volatile uintptr_t frame[2];
  for (volatile int i = 0; i < 40; i++)
    frame[i] = 0x414141414141;
}

int main(int argc, char** argv) {
  const int rank = atoi(argv[argc - 1]);
  usleep(rank == 0 ? 1000000 : rank * 100000);
  char* const block = malloc(100);
  pthread_t thread;
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
  case 5:
    pthread_create(&thread, NULL, in_thread, NULL);
    return pthread_join(thread, NULL);
  case 6:
    assert(zero == 1);
  case 7:
    return ((int (*)(void))(uintptr_t)zero)();
  case 8:
    smash();
    return 0;
  case 9:
    return first();
  case 10:
    signal(SIGSEGV, give_up);
    return second(NULL);
  default:
    puts("still here");
    return 0;
  }
}
