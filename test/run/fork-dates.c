// Processes that wait for each other go on at exact dates, and the result of a run is that of the
// deployed processes; a daemon goes on after its parent.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -g -pthread -I%include %s -o program
// RUN: %simterpose run --cpu none -n 2 -o out ./program wait 2>&1 | %FileCheck %s
//      CHECK: [node-0 0.000000] forked 3
// CHECK-NEXT: [node-1 0.000000] forked 3
// CHECK-NEXT: [node-0 1.000000] child ends
// CHECK-NEXT: [node-1 1.000000] child ends
// CHECK-NEXT: [node-0 1.000000] parent goes on: status 3
// CHECK-NEXT: [node-1 1.000000] parent goes on: status 3
// CHECK-NEXT: [node-0 1.250000] polled
// CHECK-NEXT: [node-1 1.250000] polled
//  CHECK-NOT: exited with
//      CHECK: all 2 processes ended well; 1.250000 s
//
// What children did is said when asked for.
// RUN: %simterpose run --cpu none -v -o out ./program wait 2>&1 | %FileCheck --check-prefix=VERBOSE %s
// VERBOSE: program.3 on node-0 exited with 3 at 1.000000
// VERBOSE: the process ended well
//
// An orphan keeps the run going, and its end is reported, for nobody waits for it.
// RUN: %simterpose run --cpu none -o out ./program orphan 2>&1 | %FileCheck --check-prefix=ORPHAN %s
//      ORPHAN: [node-0 0.500000] parent ends
// ORPHAN-NEXT: [node-0 2.000000] orphan of 1
// ORPHAN-NEXT: program.3 on node-0 exited with 5 at 2.000000
// ORPHAN-NEXT: the process ended well; 2.000000 s
//
// RUN: %simterpose run --cpu none -o out ./program daemon 2>&1 | %FileCheck --check-prefix=DAEMON %s
// DAEMON: the process ended well; 3.000000 s
// RUN: %FileCheck --check-prefix=LOG %s <out/node-0/log
// LOG: daemon 3 of 1 at 3
//
// A stop date ends a deployed process and all that came of it.
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %simterpose run --cpu none -p %source/platforms/lan.xml -d deployment.xml -o out 2>&1 | \
// RUN:   %FileCheck --check-prefix=STOP %s
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="server" function="program" kill_time="5"><argument value="forever"/></actor>
// XML</platform>
//      STOP: [server 1.000000] tick
// STOP-NEXT: [server 2.000000] tick
// STOP-NEXT: [server 3.000000] tick
// STOP-NEXT: [server 4.000000] tick
//  STOP-NOT: tick
//      STOP: the process ended well; 5.000000 s
//
// Signals to all processes of the host reach neither the sender nor another host.
// RUN: %simterpose run --cpu none -n 2 -o out ./program all 2>&1 | %FileCheck --check-prefix=ALL %s
//      ALL: [node-0 1.000000] sends
//      ALL: [node-0 1.000000] status 15
//      ALL: [node-1 2.000000] slept
// ALL: all 2 processes ended well; 2.000000 s
#define _GNU_SOURCE
#include <signal.h>
#include <time.h>

#include "child.h"

static long long start;

static long long now(void) {
  struct timespec time_;
  clock_gettime(CLOCK_MONOTONIC, &time_);
  return time_.tv_sec * 1000000000LL + time_.tv_nsec - start;
}

static void wait_for_child(void) {
  pid_t pid = fork();
  if (pid == 0) {
    sleep(1);
    puts("child ends");
    exit(3);
  }
  printf("forked %d\n", pid);
  const int status = child_status(pid);
  CHECK_EQ(now(), 1000000000);
  printf("parent goes on: status %d\n", WEXITSTATUS(status));
  /* The child sleeps 240 ms while the parent asks every 50. */
  pid = fork();
  if (pid == 0) {
    usleep(240000);
    _exit(0);
  }
  int asked = 0;
  while (waitpid(pid, NULL, WNOHANG) == 0) {
    asked++;
    usleep(50000);
  }
  CHECK_EQ(asked, 5);
  CHECK_EQ(now(), 1250000000);
  puts("polled");
}

static void leave_orphan(void) {
  if (fork() == 0) {
    sleep(2);
    printf("orphan of %d\n", getppid());
    exit(5);
  }
  usleep(500000);
  puts("parent ends");
}

static void become_daemon(void) {
  CHECK_EQ(daemon(1, 0), 0);
  sleep(3);
  FILE* log = fopen("log", "w");
  fprintf(log, "daemon %d of %d at %lld\n", getpid(), getppid(), now() / 1000000000);
  fclose(log);
}

static void run_for_ever(void) {
  if (fork() == 0) {
    if (fork() == 0)
      for (;;) {
        sleep(1);
        puts("tick");
      }
    sleep(100);
  }
}

static void kill_all(void) {
  char name[64];
  gethostname(name, sizeof name);
  if (strcmp(name, "node-0") != 0) {
    sleep(2);
    puts("slept");
    return;
  }
  const pid_t pid = fork();
  if (pid == 0)
    for (;;)
      pause();
  sleep(1);
  puts("sends");
  CHECK_EQ(kill(-1, SIGTERM), 0);
  printf("status %d\n", child_status(pid));
  CHECK_ERRNO(kill(-1, SIGTERM), ESRCH);
}

int main(int argc, char** argv) {
  const char* what = argc > 1 ? argv[1] : "";
  setvbuf(stdout, NULL, _IOLBF, 0);
  start = now();
  if (strcmp(what, "wait") == 0)
    wait_for_child();
  else if (strcmp(what, "orphan") == 0)
    leave_orphan();
  else if (strcmp(what, "daemon") == 0)
    become_daemon();
  else if (strcmp(what, "forever") == 0)
    run_for_ever();
  else
    kill_all();
  return 0;
}
