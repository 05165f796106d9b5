// RUN: %stp_clang -O2 -g -I%include %s -o %t
// RUN: %simterpose run --cpu none -o %t.out %t 2>&1 | %FileCheck %s
// CHECK: keeps asking without waiting
// CHECK: waitpid sees the end before [[#%u,]] us
// CHECK: kill sees the end before [[#%u,]] us
//
// A parent that asks for its children again and again, without waiting: they get to end.
#include "check.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec % 60 * 1000000 + now.tv_nsec / 1000 + 1;
}

int main(void) {
  for (int i = 0; i < 100; i++) {
    const pid_t pid = fork();
    if (pid == 0)
      _exit(0);
    while (waitpid(pid, NULL, WNOHANG) == 0)
      continue;
  }
  CHECK(microseconds() < 10000);
  printf("waitpid sees the end before %ld us\n", microseconds());
  const pid_t pid = fork();
  if (pid == 0) {
    setsid();
    if (fork() == 0) /* an orphan soon, reaped by process 1 */
      kill(getpid(), SIGKILL);
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  while (kill(-pid, 0) == 0)
    continue;
  CHECK(microseconds() < 20000);
  printf("kill sees the end before %ld us\n", microseconds());
  return 0;
}
