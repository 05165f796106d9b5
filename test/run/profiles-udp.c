// Profiles of the platform act on datagrams: latency, bandwidth and state of a link change during
// the run, also while a datagram crosses it. Exact dates.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I %include %s -o profiles-udp
// RUN: sed -n 's/^.. PLATFORM//p' %s >platform.xml
// RUN: sed -n 's/^.. LATENCY //p' %s >latency
// RUN: sed -n 's/^.. BANDWIDTH //p' %s >bandwidth
// RUN: sed -n 's/^.. STATE //p' %s >state
// RUN: %simterpose run --cpu none -p platform.xml -o out ./profiles-udp >printed 2>&1
// RUN: %FileCheck %s <printed
//
// PLATFORM<?xml version='1.0'?>
// PLATFORM<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
// PLATFORM<platform version="4.1">
// PLATFORM  <zone id="net" routing="Full">
// PLATFORM    <host id="a" speed="1Gf"/>
// PLATFORM    <host id="b" speed="1Gf"/>
// PLATFORM    <link id="wire" bandwidth="1MBps" latency="1ms"
// PLATFORM          latency_file="latency" bandwidth_file="bandwidth" state_file="state"/>
// PLATFORM    <link id="of-b" bandwidth="1GBps" latency="0s"/>
// PLATFORM    <route src="a" dst="b"><link_ctn id="wire"/><link_ctn id="of-b"/></route>
// PLATFORM  </zone>
// PLATFORM</platform>
//
// LATENCY 1 0.01
// LATENCY 4 0.001
// BANDWIDTH 2 5e5
// STATE 3 0
// STATE 3.5 1
//
// 1028 bytes take 1.028 ms, or 2.056 ms.
//      CHECK: 0.500000000 took 0.002028000
// CHECK-NEXT: 1.500000000 took 0.011028000
// At 2, 500 bytes are through, 528 are not.
// CHECK-NEXT: 1.999500000 took 0.011556000
// CHECK-NEXT: 2.500000000 took 0.012056000
// Nothing comes while the link is off, and what was on it when it went off is lost.
// CHECK-NEXT: 3.500000000 took 0.012056000
// The latency counts that the link has when the last byte leaves; and nothing overtakes.
// CHECK-NEXT: 3.997000000 took 0.012056000
// CHECK-NEXT: 3.998000000 took 0.011056000
// CHECK-NEXT: 4.500000000 took 0.003056000
#define _GNU_SOURCE
#include <sys/time.h>
#include <time.h>

#include "udp.h"

static char data[1000];

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

int main(void) {
  static const double dates[] = {0.5, 1.5, 1.9995, 2.5, 2.9995, 3.2, 3.5, 3.997, 3.998, 4.5};
  const int fd = udp_socket();
  char name[16];
  CHECK_EQ(gethostname(name, sizeof name), 0);
  if (name[0] == 'a') {
    CHECK_EQ(connect_to(fd, "10.0.0.2", 5000), 0);
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
      until(dates[i]);
      memcpy(data, &dates[i], sizeof dates[i]);
      CHECK_EQ(send(fd, data, sizeof data, 0), sizeof data);
    }
    return 0;
  }
  CHECK_EQ(bind_to(fd, "0.0.0.0", 5000), 0);
  const struct timeval patience = {.tv_sec = 2};
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
  while (recv(fd, data, sizeof data, 0) == sizeof data) {
    double sent;
    memcpy(&sent, data, sizeof sent);
    printf("%.9f took %.9f\n", sent, now() - sent);
  }
  return 0;
}
