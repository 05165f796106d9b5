// Signals between processes of a host. Each line of the deployment is a process: pids 2, 3 ... in
// order. The process on the other host has a pid like one here, and nobody here can reach it.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread -Wno-everything %s -o kill
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %exits 1 %simterpose run --cpu none -v -p %source/platforms/lan.xml -d deployment.xml -o out \
// RUN:   >printed 2>&1
// RUN: %FileCheck %s <printed
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="server" function="kill"><argument value="sleep"/></actor>
// XML  <actor host="server" function="kill"><argument value="ignore"/></actor>
// XML  <actor host="server" function="kill"><argument value="wait"/></actor>
// XML  <actor host="server" function="kill"><argument value="suspend"/></actor>
// XML  <actor host="server" function="kill"><argument value="send"/></actor>
// XML  <actor host="client" function="kill"><argument value="sleep"/></actor>
// XML</platform>
//
//      CHECK: kill.2 on server killed by SIGTERM (Terminated) at 1.000000
//      CHECK: [server 2.000000] took SIGTERM from 6
//      CHECK: [server 3.000000] handled SIGUSR1, Interrupted system call
//      CHECK: [server 4.000000] sent
//      CHECK: [server 10.000000] ignored it
// CHECK-NEXT: [client 10.000000] slept
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void handler(int signal) { printf("handled SIG%s, ", sigabbrev_np(signal)); }

static void wait_for_term(void) {
  sigset_t set;
  siginfo_t info;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  sigwaitinfo(&set, &info);
  printf("took SIG%s from %d\n", sigabbrev_np(info.si_signo), info.si_pid);
}

static int send_all(void) {
  sleep(1);
  kill(2, SIGTERM);
  kill(3, SIGTERM);
  sleep(1);
  kill(4, SIGTERM);
  sleep(1);
  kill(5, SIGUSR1);
  sleep(1);
  if (kill(2, 0) == 0 || errno != ESRCH || kill(3, 0) != 0)
    return 1;
  puts("sent");
  return 0;
}

int main(int argc, char** argv) {
  const char* role = argv[1];
  if (strcmp(role, "send") == 0)
    return send_all();
  if (strcmp(role, "wait") == 0) {
    wait_for_term();
  } else if (strcmp(role, "suspend") == 0) {
    signal(SIGUSR1, handler);
    pause();
    puts(strerror(errno));
  } else {
    if (strcmp(role, "ignore") == 0)
      signal(SIGTERM, SIG_IGN);
    sleep(10);
    puts(strcmp(role, "ignore") == 0 ? "ignored it" : "slept");
  }
  return 0;
}
