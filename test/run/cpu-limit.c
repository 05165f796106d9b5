// RLIMIT_CPU: SIGXCPU at the soft limit and each second from there on, SIGKILL at the hard one. On
// a host so slow that a second of its CPU is about a millisecond here.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I%include %s -o program
// RUN: sed -n 's/^.. XML//p' %s >platform.xml
// RUN: sed -n 's/^.. DEP//p' %s >deployment.xml
// RUN: %simterpose run --cpu measured -p platform.xml -d deployment.xml -o out 2>&1 | %FileCheck %s
// XML<?xml version="1.0"?>
// XML<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
// XML<platform version="4.1">
// XML  <zone id="zone" routing="Full"><host id="slow" speed="1Mf"/></zone>
// XML</platform>
// DEP<?xml version="1.0"?>
// DEP<platform version="4.1"><actor host="slow" function="program"/></platform>
//
// CHECK: killed by 24 not before 2 s
// CHECK: handled: times at least 2, killed by 9 not before 7 s
// CHECK: parent not limited
// CHECK: the process ended well
#define _GNU_SOURCE
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "child.h"

static volatile unsigned sink;
static int handled[2];

static _Noreturn void burn(void) {
  for (;;) {
    for (unsigned i = 0; i < 20000; i++)
      sink += i;
    usleep(1);
  }
}

static void handler(int signal) {
  (void)signal;
  CHECK_EQ(write(handled[1], "x", 1), 1);
}

static void without_handler(void* unused) {
  (void)unused;
  burn();
}

static void with_handler(void* unused) {
  (void)unused;
  signal(SIGXCPU, handler);
  burn();
}

static int seconds(const struct rusage* usage) { return (int)usage->ru_utime.tv_sec; }

int main(void) {
  struct rusage usage;
  int status;
  struct rlimit limit = {2, RLIM_INFINITY};
  pid_t pid = child_start(without_handler, NULL);
  CHECK_EQ(prlimit(pid, RLIMIT_CPU, &limit, NULL), 0);
  CHECK_EQ(wait4(pid, &status, 0, &usage), pid);
  printf("killed by %d %s 2 s\n", WTERMSIG(status), seconds(&usage) < 2 ? "before" : "not before");

  CHECK_EQ(pipe(handled), 0);
  limit = (struct rlimit){5, 7};
  pid = child_start(with_handler, NULL);
  CHECK_EQ(prlimit(pid, RLIMIT_CPU, &limit, NULL), 0);
  close(handled[1]);
  CHECK_EQ(wait4(pid, &status, 0, &usage), pid);
  char bytes[100];
  printf("handled: times %s 2, killed by %d %s 7 s\n",
         read(handled[0], bytes, sizeof bytes) >= 2 ? "at least" : "less than", WTERMSIG(status),
         seconds(&usage) < 7 ? "before" : "not before");
  puts("parent not limited");
  return 0;
}
