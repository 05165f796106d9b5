// A loop sees what another process writes to memory that both share, at its date; and processes of
// other hosts are not held up.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 %s -o spin && %simterpose run --cpu none -q -n 2 -o out ./spin
// RUN: cat out/node-0/*.stdout | %FileCheck %s
// RUN: diff out/node-0/*.stdout out/node-1/*.stdout
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int main(void) {
  atomic_int* const shared =
      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  const double start = now();
  const pid_t child = fork();
  if (child == 0) {
    sleep(1);
    shared[0] = 1;
    while (shared[1] == 0)
      ;
    _exit(7);
  }
  while (shared[0] == 0)
    ;
  // CHECK: set 1.000000
  printf("set %.6f\n", now() - start);
  usleep(500000);
  shared[1] = 1;
  int status = 0;
  waitpid(child, &status, 0);
  // CHECK: answered 1.500000 7
  printf("answered %.6f %d\n", now() - start, WEXITSTATUS(status));
  return 0;
}
