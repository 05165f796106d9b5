// A write to a pipe that nobody can read ends the process, as natively.
//
// RUN: %stp_clang -O2 %s -o %t
// RUN: %exits 1 %simterpose run -n 1 -v -o %t.out %t 2>&1 | %FileCheck %s
// CHECK: killed by SIGPIPE
#include <unistd.h>

int main(void) {
  int fds[2];
  pipe(fds);
  close(fds[0]);
  write(fds[1], "x", 1);
  return 0;
}
