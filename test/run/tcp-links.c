// TCP where links go off, and where they change: what is sent comes again by Linux's timers, who
// gives up when, and what a stream takes.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I %include %s -o tcp-links
// RUN: sed -n 's/^.. PLATFORM//p' %s >platform.xml
// RUN: printf '5 0\n7 1\n20 0\n' >wire.state
// RUN: printf '10 125000\n' >radio.bandwidth
// RUN: printf '30 0.05\n' >radio.latency
// RUN: %simterpose run --cpu none -p platform.xml -o out ./tcp-links >printed 2>&1
// RUN: sort -s -k1,1 printed | %FileCheck %s
//
// PLATFORM<?xml version='1.0'?>
// PLATFORM<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
// PLATFORM<platform version="4.1">
// PLATFORM  <zone id="all" routing="Full">
// PLATFORM    <host id="client" speed="1Gf"/>
// PLATFORM    <host id="server" speed="1Gf"/>
// PLATFORM    <host id="left" speed="1Gf"/>
// PLATFORM    <host id="right" speed="1Gf"/>
// PLATFORM    <link id="wire" bandwidth="1GBps" latency="1ms" state_file="wire.state"/>
// PLATFORM    <link id="radio" bandwidth="10Mbps" latency="1ms" bandwidth_file="radio.bandwidth"
// PLATFORM          latency_file="radio.latency"/>
// PLATFORM    <route src="client" dst="server"><link_ctn id="wire"/></route>
// PLATFORM    <route src="left" dst="right"><link_ctn id="radio"/></route>
// PLATFORM    <route src="client" dst="left"><link_ctn id="radio"/></route>
// PLATFORM    <route src="client" dst="right"><link_ctn id="radio"/></route>
// PLATFORM    <route src="server" dst="left"><link_ctn id="radio"/></route>
// PLATFORM    <route src="server" dst="right"><link_ctn id="radio"/></route>
// PLATFORM  </zone>
// PLATFORM</platform>
//
// A byte of 5.5 s is lost, as the wire is off from 5 to 7 s. It is sent again 202, 404, 808 and
// 1616 ms later, and is answered a round trip after that.
//      CHECK: [client 8.532000] answered
// From 20 s on nothing gets through. Who sends at 20.5 with TCP_USER_TIMEOUT of 3 s tries again
// after 202 ms and loses patience 3 s after that.
// CHECK-NEXT: [client 23.702000] sending: Connection timed out
// Who connects with it tries again after 1 and 2 s, and gives up 3 s after the first of them.
// CHECK-NEXT: [client 27.702000] connecting: Connection timed out
// With two retries of SYN it is 1 + 2 + 4 s.
// CHECK-NEXT: [client 34.702000] connecting: Connection timed out
//
// 13 MB at 10 Mbit/s, from 10 s on at 1 Mbit/s: 12.06 MB of payload, and 0.94 MB in 7.7 s.
//      CHECK: [left 17.7{{.*}}] all is there
// A round trip is 2 ms, and 100 ms when the latency has changed.
// CHECK-NEXT: [left 25.00{{(2|3)[0-9]*}}] answered
// CHECK-NEXT: [left 35.10{{[0-1][0-9]*}}] answered
//
// Who only reads, with keep-alive after 10 s: the probe at 10 s was answered, those at 20 and 22 s
// are not.
//      CHECK: [server 24.00{{[0-9]*}}] reading: Connection timed out
#define _GNU_SOURCE
#include <time.h>

#include "tcp.h"

enum { STREAM = 13000000 };
static char data[65536];

static void sleep_until(double date) {
  static const time_t epoch = 1577836800; /* when emulations begin */
  const struct timespec time = {epoch + (time_t)date, (long)((date - (time_t)date) * 1e9)};
  CHECK_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL), 0);
}

static int make_listener(void) {
  const int listener = tcp_socket();
  CHECK_EQ(bind_to(listener, "0.0.0.0", 5000), 0);
  CHECK_EQ(listen(listener, 5), 0);
  return listener;
}

static void set(int fd, int option, int value) {
  CHECK_EQ(setsockopt(fd, IPPROTO_TCP, option, &value, sizeof value), 0);
}

static void serve(void) {
  const int listener = make_listener(), first = accept(listener, NULL, NULL),
            second = accept(listener, NULL, NULL), on = 1;
  CHECK_EQ(setsockopt(second, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on), 0);
  set(second, TCP_KEEPIDLE, 10);
  set(second, TCP_KEEPINTVL, 2);
  set(second, TCP_KEEPCNT, 2);
  CHECK_EQ(recv(first, data, 1, 0), 1);
  CHECK_EQ(send(first, data, 1, 0), 1);
  CHECK_EQ(recv(second, data, 1, 0), -1);
  printf("reading: %s\n", strerror(errno));
}

static void ask(int fd) {
  CHECK_EQ(send(fd, data, 1, 0), 1);
  CHECK_EQ(recv(fd, data, 1, 0), 1);
  puts("answered");
}

static void connect_in_vain(int option, int value, const struct sockaddr_in* name) {
  const int fd = tcp_socket();
  set(fd, option, value);
  CHECK_EQ(connect_to(fd, name), -1);
  printf("connecting: %s\n", strerror(errno));
}

static void be_client(void) {
  const struct sockaddr_in name = inet_name("10.0.0.4", 5000);
  const int first = tcp_socket(), second = tcp_socket();
  CHECK_EQ(connect_to(first, &name), 0);
  CHECK_EQ(connect_to(second, &name), 0);
  sleep_until(5.5);
  ask(first);
  sleep_until(20.5);
  set(first, TCP_USER_TIMEOUT, 3000);
  CHECK_EQ(send(first, data, 1, 0), 1);
  CHECK_EQ(recv(first, data, 1, 0), -1);
  printf("sending: %s\n", strerror(errno));
  connect_in_vain(TCP_USER_TIMEOUT, 3000, &name);
  connect_in_vain(TCP_SYNCNT, 2, &name);
}

static void drain(void) {
  const int fd = accept(make_listener(), NULL, NULL);
  size_t got = 0;
  for (ssize_t size; got < STREAM && (size = recv(fd, data, sizeof data, 0)) > 0;)
    got += (size_t)size;
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(send(fd, data, 1, 0), 1);
    if (i < 2)
      CHECK_EQ(recv(fd, data, 1, 0), 1);
  }
}

static void stream(void) {
  const struct sockaddr_in name = inet_name("10.0.0.3", 5000);
  const int fd = tcp_socket();
  CHECK_EQ(connect_to(fd, &name), 0);
  for (size_t left = STREAM; left > 0;) {
    const size_t size = left < sizeof data ? left : sizeof data;
    CHECK_EQ(send(fd, data, size, 0), size);
    left -= size;
  }
  CHECK_EQ(recv(fd, data, 1, 0), 1);
  puts("all is there");
  sleep_until(25);
  ask(fd);
  sleep_until(35);
  ask(fd);
}

int main(void) {
  char name[16];
  setvbuf(stdout, NULL, _IOLBF, 0);
  CHECK_EQ(gethostname(name, sizeof name), 0);
  switch (name[0]) {
  case 's':
    serve();
    break;
  case 'c':
    be_client();
    break;
  case 'r':
    drain();
    break;
  default:
    stream();
  }
  return 0;
}
