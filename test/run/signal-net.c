// Handlers and the network, on a path of 100 ms: connect, accept, recv and send end or go on at the
// date of an alarm; a connection whose connect was interrupted comes about all the same.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -Wno-everything %s -o net
// RUN: %simterpose run --cpu none -n 2 --latency 100ms -o out ./net {rank} >printed 2>&1
// RUN: sort printed | %FileCheck %s
//
//      CHECK: [node-0 0.050000] accept: Interrupted system call, alarms: 1
// CHECK-NEXT: [node-0 0.300000] accept: Success, alarms: 2
// CHECK-NEXT: [node-0 0.350000] recv: Interrupted system call, alarms: 1
// CHECK-NEXT: [node-0 1.300000] recv: Success, alarms: 8
// CHECK-NEXT: [node-1 0.050000] connect: Interrupted system call, alarms: 1
// CHECK-NEXT: [node-1 0.200000] again: Success, alarms: 1
// CHECK-NEXT: [node-1 0.200000] again: Transport endpoint is already connected, alarms: 1
// CHECK-NEXT: [node-1 0.400000] restarted: Success, alarms: 2
// CHECK-NEXT: [node-1 0.450000] nobody: Interrupted system call, alarms: 1
// CHECK-NEXT: [node-1 0.{{[5-9]}}{{.*}}] send: Success, part
// CHECK-NEXT: [node-1 1.200000] sent
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int alarms;
static void ring(int signal) { alarms++; }

/* Alarms from now on: after 50 ms, and then every `period` us. */
static void alarms_from_now(int flags, int period) {
  struct sigaction action = {.sa_handler = ring, .sa_flags = flags};
  sigaction(SIGALRM, &action, NULL);
  alarms = 0;
  struct itimerval timer = {{0, period}, {0, 50000}};
  setitimer(ITIMER_REAL, &timer, NULL);
}

static long report(const char* what, long result) {
  const int error = result < 0 ? errno : 0;
  printf("%s: %s, alarms: %d\n", what, strerror(error), alarms);
  return result;
}

static struct sockaddr_in address(const char* host) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(80)};
  inet_pton(AF_INET, host, &name.sin_addr);
  return name;
}

static int dial(int fd, const char* host) {
  const struct sockaddr_in name = address(host);
  return connect(fd, (const struct sockaddr*)&name, sizeof name);
}

static int tcp(void) { return socket(AF_INET, SOCK_STREAM, 0); }

static void serve(void) {
  char byte;
  const int listener = tcp();
  const struct sockaddr_in name = address("0.0.0.0");
  bind(listener, (const struct sockaddr*)&name, sizeof name);
  listen(listener, 5);
  alarms_from_now(0, 150000);
  report("accept", accept(listener, NULL, NULL));
  alarms_from_now(SA_RESTART, 150000); /* at 0.1 and 0.25 */
  const int fd = report("accept", accept(listener, NULL, NULL));
  alarms_from_now(0, 150000);
  report("recv", recv(fd, &byte, 1, 0));
  alarms_from_now(SA_RESTART, 120000); /* at 0.4, 0.52 ... 1.24 */
  report("recv", recv(fd, &byte, 1, 0));
  sleep(100);
}

static void ask(void) {
  static char much[8 << 20];
  int fd = tcp();
  alarms_from_now(0, 0);
  report("connect", dial(fd, "10.0.0.1"));
  report("again", dial(fd, "10.0.0.1"));
  report("again", dial(fd, "10.0.0.1"));
  const int other = tcp();
  alarms_from_now(SA_RESTART, 100000);
  report("restarted", dial(other, "10.0.0.1"));
  alarms_from_now(0, 0);
  report("nobody", dial(tcp(), "10.0.0.99"));
  alarms_from_now(0, 0);
  const long sent = send(other, much, sizeof much, 0);
  printf("send: %s%s\n", strerror(sent < 0 ? errno : 0), sent < sizeof much ? ", part" : ", all");
  struct timespec date;
  clock_gettime(CLOCK_MONOTONIC, &date);
  usleep(1200000 - (date.tv_sec * 1000000 + date.tv_nsec / 1000) % 1000000 % 1200000);
  send(fd, "x", 1, 0);
  puts("sent");
}

int main(int argc, char** argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (atoi(argv[1]) == 0)
    serve();
  else
    ask();
  return 0;
}
