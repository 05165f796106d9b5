// A program that starts others over and over until a signal comes, as shells' loops do: virtual
// time passes for it.
//
// RUN: %stp_clang -O2 %s -o %t
// RUN: %simterpose run --cpu none -n 1 -o %t.out %t 2>&1 | %FileCheck %s
// CHECK: has forked 2000 times while hardly any time passed
// CHECK: 0.0500{{[0-9]+}}] ended 1
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t ended;

static void end(int signal) { ended = signal; }

static void child_ended(int signal) { (void)signal; }

int main(void) {
  signal(SIGTERM, end);
  signal(SIGCHLD, child_ended); /* interrupts, but time passes */
  if (fork() == 0) {
    usleep(50000);
    kill(getppid(), SIGTERM);
    _exit(0);
  }
  int forks = 0;
  while (!ended) {
    const pid_t child = fork();
    if (child == 0)
      _exit(0);
    waitpid(child, NULL, 0);
    for (int i = 0; i < 20; i++)
      getppid(), time(NULL);
    forks++;
  }
  printf("ended %d\n", forks > 2000 && forks < 2500);
}
