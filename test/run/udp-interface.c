// Datagrams beside a stream of TCP on the same interface, and queues of other lengths.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I %include %s -o udp-interface
// RUN: sed -n 's/^.. PLATFORM//p' %s >platform.xml
// RUN: %simterpose run --cpu none -p platform.xml -o out ./udp-interface >printed 2>&1
// RUN: sed 's/^\[[^]]*\] //' printed | sort | %FileCheck %s
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
// PLATFORM    <link id="of-b" bandwidth="1Gbps" latency="1ms"/>
// PLATFORM    <link id="to-c" bandwidth="10Mbps" latency="1ms">
// PLATFORM      <prop id="queue" value="5"/>
// PLATFORM    </link>
// PLATFORM    <link id="to-d" bandwidth="10Mbps" latency="1ms">
// PLATFORM      <prop id="queue" value="9kB"/>
// PLATFORM    </link>
// PLATFORM    <route src="a" dst="b"><link_ctn id="of-a"/><link_ctn id="of-b"/></route>
// PLATFORM    <route src="a" dst="c"><link_ctn id="of-a"/><link_ctn id="to-c"/></route>
// PLATFORM    <route src="a" dst="d"><link_ctn id="of-a"/><link_ctn id="to-d"/></route>
// PLATFORM    <route src="b" dst="c"><link_ctn id="of-b"/><link_ctn id="to-c"/></route>
// PLATFORM    <route src="b" dst="d"><link_ctn id="of-b"/><link_ctn id="to-d"/></route>
// PLATFORM    <route src="c" dst="d"><link_ctn id="to-c"/><link_ctn id="to-d"/></route>
// PLATFORM  </zone>
// PLATFORM</platform>
//
// The stream and the datagrams to b share the interface, the stream with less for its round trip:
// 5000 in 0.88 s where they alone would take 0.6 s, and none is lost.
// CHECK: b: 5000, from 7.002177 to 7.886812
// 20 Mbit/s over 10 Mbit/s for 3 s, while the stream takes all else of the interface: half are
// lost.
// CHECK-NEXT: c: 2505, from 10.003200 to 13.008000
// Of 20 at once, one leaves in the time that 10 take to come, and one more when the last comes; 5
// have room in the queue. The same with short ones: it counts packets.
// CHECK-NEXT: c: 7, from 1.003200 to 1.010400
// CHECK-NEXT: c: 7, from 2.002102 to 2.002717
// A queue of 9000 bytes has room for 6 long ones, 70 short ones, or none of 7 fragments.
// CHECK-NEXT: d: 1, from 5.010118 to 5.010118
// CHECK-NEXT: d: 8, from 3.003200 to 3.011600
// CHECK-NEXT: d: 80, from 4.002102 to 4.010192
#define _GNU_SOURCE
#include <pthread.h>
#include <stdbool.h>
#include <sys/time.h>
#include <time.h>

#include "udp.h"

static char data[65536];
enum { FULL = 1472 }; /* 1500 bytes of IP */

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

/* So many of a size, one each `interval` seconds; 0: as fast as they leave. */
static void burst(const char* to, double start, int count, size_t size, double interval) {
  const int fd = udp_socket();
  CHECK_EQ(connect_to(fd, to, 5000), 0);
  until(start);
  for (int i = 0; i < count; i++) {
    if (interval > 0)
      until(start + i * interval);
    CHECK_EQ(send(fd, data, size, 0), size);
  }
  close(fd);
}

/* A stream that fills the interface, to b. */
static void* stream(void* unused) {
  (void)unused;
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_EQ(connect_to(fd, "10.0.0.2", 5000), 0);
  while (now() < 16)
    CHECK(send(fd, data, sizeof data, 0) > 0);
  close(fd);
  return NULL;
}

static void send_all(void) {
  until(0.5);
  burst("10.0.0.3", 1, 20, FULL, 0);
  burst("10.0.0.3", 2, 20, 100, 0);
  burst("10.0.0.4", 3, 20, FULL, 0);
  burst("10.0.0.4", 4, 100, 100, 0);
  burst("10.0.0.4", 5, 3, 10000, 0);
  until(6);
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, stream, NULL), 0);
  burst("10.0.0.2", 7, 5000, FULL, 0);
  burst("10.0.0.3", 10, 5000, FULL, 0.0006);
  CHECK_EQ(pthread_join(thread, NULL), 0);
}

/* What comes in bursts. */
static void receive(const char* name) {
  const int fd = udp_socket();
  CHECK_EQ(bind_to(fd, "0.0.0.0", 5000), 0);
  const struct timeval patience = {.tv_usec = 400000};
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
  while (now() < 20) {
    int count = 0;
    double first = 0, last = 0;
    while (recv(fd, data, sizeof data, 0) > 0) {
      last = now();
      if (count++ == 0)
        first = last;
    }
    if (count > 0)
      printf("%s: %d, from %.6f to %.6f\n", name, count, first, last);
  }
}

/* Reads the stream. */
static void* swallow(void* unused) {
  (void)unused;
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  static char sink[65536];
  CHECK_EQ(bind_to(fd, "0.0.0.0", 5000), 0);
  CHECK_EQ(listen(fd, 1), 0);
  const int peer = accept(fd, NULL, NULL);
  while (recv(peer, sink, sizeof sink, 0) > 0)
    ;
  return NULL;
}

int main(void) {
  char name[16];
  CHECK_EQ(gethostname(name, sizeof name), 0);
  pthread_t thread;
  if (name[0] == 'b')
    CHECK_EQ(pthread_create(&thread, NULL, swallow, NULL), 0);
  if (name[0] == 'a')
    send_all();
  else
    receive(name);
  return 0;
}
