// Profiles of the platform act on an open connection: latency, bandwidth and state of a link change
// during the run. Exact dates.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I %include %s -o profiles-tcp
// RUN: sed -n 's/^.. PLATFORM//p' %s >platform.xml
// RUN: sed -n 's/^.. LATENCY //p' %s >latency
// RUN: sed -n 's/^.. BANDWIDTH //p' %s >bandwidth
// RUN: sed -n 's/^.. STATE //p' %s >state
// RUN: %simterpose run --cpu none -p platform.xml -o out ./profiles-tcp >printed 2>&1
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
// 948 bytes there and back, in packets of 1000, at 1 MB/s or half of that.
//      CHECK: at 0.500000000: 0.004000000
// CHECK-NEXT: at 1.500000000: 0.022000000
// At 2, half is through.
// CHECK-NEXT: at 1.999500000: 0.023500000
// CHECK-NEXT: at 2.500000000: 0.024000000
// Lost when the link goes off; sent again by the retransmission timer.
// CHECK-NEXT: at 2.999500000: after the link is back
// CHECK-NEXT: at 4.500000000: 0.006000000
#define _GNU_SOURCE
#include <sys/time.h>
#include <time.h>

#include "tcp.h"

enum { SIZE = 948 };

static char data[SIZE];

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

static void ask(void) {
  static const double dates[] = {0.5, 1.5, 1.9995, 2.5, 2.9995, 4.5};
  const struct sockaddr_in to = inet_name("10.0.0.2", 5000);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  until(0.1);
  CHECK_EQ(connect(fd, (const struct sockaddr*)&to, sizeof to), 0);
  for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
    until(dates[i]);
    CHECK_EQ(send(fd, data, SIZE, 0), SIZE);
    CHECK_EQ(recv(fd, data, SIZE, MSG_WAITALL), SIZE);
    if (dates[i] > 2.9 && dates[i] < 3 && now() > 3.5 && now() < 4.5)
      printf("at %.9f: after the link is back\n", dates[i]);
    else
      printf("at %.9f: %.9f\n", dates[i], now() - dates[i]);
  }
}

static void answer(void) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_EQ(bind_to(fd, "0.0.0.0", 5000), 0);
  CHECK_EQ(listen(fd, 1), 0);
  const int peer = accept(fd, NULL, NULL);
  while (recv(peer, data, SIZE, MSG_WAITALL) == SIZE)
    CHECK_EQ(send(peer, data, SIZE, 0), SIZE);
}

int main(void) {
  char name[16];
  CHECK_EQ(gethostname(name, sizeof name), 0);
  if (name[0] == 'a')
    ask();
  else
    answer();
  return 0;
}
