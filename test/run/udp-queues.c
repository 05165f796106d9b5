// What exceeds a narrow link is dropped in the router before it, whose queue is 100 packets long;
// a sender is held up only by its own interface.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I %include %s -o udp-queues
// RUN: sed -n 's/^.. PLATFORM//p' %s >platform.xml
// RUN: %simterpose run --cpu none -p platform.xml -o out ./udp-queues >printed 2>&1
// RUN: sed 's/^\[[^]]*\] //' printed | sort | %FileCheck %s
//
// 20 Mbit/s over 10 Mbit/s for 6 s: half of them, and what is in the queue at the end.
//      CHECK: port 5000: 10000 sent, the last after 5.999400
// CHECK-NEXT: port 5000: 5100 came, the last at 6.125000
// Two senders of 10 Mbit/s each: half of each, and they share the queue.
// CHECK-NEXT: port 5001: 2550 came, the last at 16.124900
// CHECK-NEXT: port 5001: 5000 sent, the last after 5.998800
// CHECK-NEXT: port 5002: 2550 came, the last at 16.125000
// CHECK-NEXT: port 5002: 5000 sent, the last after 5.998800
// As fast as the interface takes them: 100 Mbit/s, 120 us each, but for the last 83 or so, which
// still lie in the send buffer when the program is done.
// CHECK-NEXT: port 5003: 10000 sent, the last after 1.190040
// CHECK-NEXT: port 5003: 1100 came, the last at 21.325000
// The interface itself is the narrow link: nothing is lost, the sender waits.
// CHECK-NEXT: port 5004: 1000 came, the last at 31.202000
// CHECK-NEXT: port 5004: 1000 sent, the last after 1.128000
// As much as the narrow link carries, exactly: nothing is lost.
// CHECK-NEXT: port 5005: 5000 came, the last at 46.005000
// CHECK-NEXT: port 5005: 5000 sent, the last after 5.998800
//
// PLATFORM<?xml version='1.0'?>
// PLATFORM<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
// PLATFORM<platform version="4.1">
// PLATFORM  <zone id="net" routing="Full">
// PLATFORM    <host id="a" speed="1Gf"/>
// PLATFORM    <host id="b" speed="1Gf"/>
// PLATFORM    <host id="c" speed="1Gf"/>
// PLATFORM    <host id="d" speed="1Gf"/>
// PLATFORM    <link id="of-a" bandwidth="100Mbps" latency="1ms"/>
// PLATFORM    <link id="of-b" bandwidth="100Mbps" latency="1ms"/>
// PLATFORM    <link id="of-c" bandwidth="10Mbps" latency="1ms"/>
// PLATFORM    <link id="of-d" bandwidth="100Mbps" latency="1ms"/>
// PLATFORM    <link id="narrow" bandwidth="10Mbps" latency="3ms"/>
// PLATFORM    <route src="a" dst="d">
// PLATFORM      <link_ctn id="of-a"/><link_ctn id="narrow"/><link_ctn id="of-d"/>
// PLATFORM    </route>
// PLATFORM    <route src="b" dst="d">
// PLATFORM      <link_ctn id="of-b"/><link_ctn id="narrow"/><link_ctn id="of-d"/>
// PLATFORM    </route>
// PLATFORM    <route src="c" dst="d"><link_ctn id="of-c"/><link_ctn id="of-d"/></route>
// PLATFORM    <route src="a" dst="b"><link_ctn id="of-a"/><link_ctn id="of-b"/></route>
// PLATFORM    <route src="a" dst="c"><link_ctn id="of-a"/><link_ctn id="of-c"/></route>
// PLATFORM    <route src="b" dst="c"><link_ctn id="of-b"/><link_ctn id="of-c"/></route>
// PLATFORM  </zone>
// PLATFORM</platform>
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#include "udp.h"

static char data[1472]; /* 1500 bytes of IP: 1.2 ms at 10 Mbit/s */

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec - 1000 + (double)time.tv_nsec * 1e-9;
}

static void until(double date) {
  const long nanoseconds = (long)(date * 1e9 + 0.5);
  const struct timespec time = {.tv_sec = 1000 + nanoseconds / 1000000000,
                                .tv_nsec = nanoseconds % 1000000000};
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL), 0);
}

/* As many as asked for, one each `interval` seconds; 0: as fast as they leave. */
static void burst(double start, int port, int count, double interval) {
  const int fd = udp_socket();
  CHECK_EQ(connect_to(fd, "10.0.0.4", port), 0);
  for (int i = 0; i < count; i++) {
    until(start + i * interval);
    CHECK_EQ(send(fd, data, sizeof data, 0), sizeof data);
  }
  printf("port %d: %d sent, the last after %.6f\n", port, count, now() - start);
  close(fd);
}

enum { PORTS = 6 };

static void serve(void) {
  struct pollfd polled[PORTS];
  int counts[PORTS] = {0};
  double last[PORTS] = {0};
  for (int i = 0; i < PORTS; i++) {
    polled[i] = (struct pollfd){.fd = udp_socket(), .events = POLLIN};
    CHECK_EQ(bind_to(polled[i].fd, "0.0.0.0", 5000 + i), 0);
  }
  while (poll(polled, PORTS, 20000) > 0)
    for (int i = 0; i < PORTS; i++)
      while (recv(polled[i].fd, data, sizeof data, MSG_DONTWAIT) == sizeof data) {
        counts[i]++;
        last[i] = now();
      }
  for (int i = 0; i < PORTS; i++)
    printf("port %d: %d came, the last at %.6f\n", 5000 + i, counts[i], last[i]);
}

int main(void) {
  char name[16];
  CHECK_EQ(gethostname(name, sizeof name), 0);
  switch (name[0]) {
  case 'a':
    burst(0, 5000, 10000, 0.0006);
    burst(10, 5001, 5000, 0.0012);
    burst(20, 5003, 10000, 0);
    burst(40, 5005, 5000, 0.0012);
    break;
  case 'b':
    burst(10.0001, 5002, 5000, 0.0012);
    break;
  case 'c':
    burst(30, 5004, 1000, 0);
    break;
  case 'd':
    serve();
    break;
  }
  return 0;
}
