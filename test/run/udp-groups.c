// Broadcast and multicast among three hosts, and what a host without power misses.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I %include %s -o udp-groups
// RUN: %simterpose run --cpu none -n 3 --latency 5ms --bandwidth 1Gbps -o out ./udp-groups >printed 2>&1
// RUN: sort printed | %FileCheck %s
// RUN: sed -n 's/^.. PLATFORM//p' %s >platform.xml
// RUN: %simterpose run --cpu none -p platform.xml -o zones ./udp-groups >zones.txt 2>&1
// RUN: sort zones.txt | %FileCheck --check-prefix ZONE %s
//
// A datagram of 100 bytes takes 128 with its headers, 1.024 us, or 1.184 us with IPv6. To a group
// it leaves once, and arrives at each host that has a member (broadcast: a socket with the port).
//      CHECK: [node-0 {{.*}}] broadcast: 100 from 10.0.0.1 after 0.000000000
// CHECK-NEXT: [node-0 {{.*}}] subnet: 100 from 10.0.0.1 after 0.000000000
// CHECK-NEXT: [node-0 {{.*}}] group: nothing
// CHECK-NEXT: [node-0 {{.*}}] group6: 100 from fd00::1 after 0.000000000
//      CHECK: [node-1 {{.*}}] broadcast: 100 from 10.0.0.1 after 0.005001024
// CHECK-NEXT: [node-1 {{.*}}] subnet: 100 from 10.0.0.1 after 0.005001024
// CHECK-NEXT: [node-1 {{.*}}] group: 100 from 10.0.0.1 after 0.005001024
// CHECK-NEXT: [node-1 {{.*}}] group6: 100 from fd00::1 after 0.005001184
//      CHECK: [node-2 {{.*}}] broadcast: 100 from 10.0.0.1 after 0.005001024
// CHECK-NEXT: [node-2 {{.*}}] subnet: 100 from 10.0.0.1 after 0.005001024
// CHECK-NEXT: [node-2 {{.*}}] group: nothing
// CHECK-NEXT: [node-2 {{.*}}] group6: 100 from fd00::1 after 0.005001184
//
// A zone of the platform is a LAN: nothing leaves it.
//      ZONE: [node-0 {{.*}}] broadcast: 100 from 10.0.0.1 after 0.000000000
//      ZONE: [node-1 {{.*}}] broadcast: 100 from 10.0.0.1 after 0.001001024
// ZONE-NEXT: [node-1 {{.*}}] subnet: 100 from 10.0.0.1 after 0.001001024
// ZONE-NEXT: [node-1 {{.*}}] group: 100 from 10.0.0.1 after 0.001001024
// ZONE-NEXT: [node-1 {{.*}}] group6: 100 from fd00::1 after 0.001001184
//      ZONE: [node-2 {{.*}}] broadcast: nothing
// ZONE-NEXT: [node-2 {{.*}}] subnet: nothing
// ZONE-NEXT: [node-2 {{.*}}] group: nothing
// ZONE-NEXT: [node-2 {{.*}}] group6: nothing
//
// PLATFORM<?xml version='1.0'?>
// PLATFORM<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
// PLATFORM<platform version="4.1">
// PLATFORM  <zone id="world" routing="Full">
// PLATFORM    <zone id="left" routing="Full">
// PLATFORM      <host id="node-0" speed="1Gf"/>
// PLATFORM      <host id="node-1" speed="1Gf"/>
// PLATFORM      <link id="cable" bandwidth="1Gbps" latency="1ms"/>
// PLATFORM      <route src="node-0" dst="node-1"><link_ctn id="cable"/></route>
// PLATFORM    </zone>
// PLATFORM    <zone id="right" routing="Full">
// PLATFORM      <host id="node-2" speed="1Gf"/>
// PLATFORM    </zone>
// PLATFORM    <link id="between" bandwidth="1Gbps" latency="1ms"/>
// PLATFORM    <zoneRoute src="left" dst="right" gw_src="node-0" gw_dst="node-2">
// PLATFORM      <link_ctn id="between"/>
// PLATFORM    </zoneRoute>
// PLATFORM  </zone>
// PLATFORM</platform>
#define _GNU_SOURCE
#include <stdbool.h>
#include <sys/time.h>
#include <time.h>

#include "udp.h"

static char data[100];
static int host;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void until(time_t date) {
  const struct timespec time = {.tv_sec = 1000 + date};
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL), 0);
}

static void hear(const char* what, int fd) {
  struct sockaddr_storage from;
  socklen_t length = sizeof from;
  char text[INET6_ADDRSTRLEN];
  const double start = now();
  const ssize_t size = recvfrom(fd, data, sizeof data, 0, (struct sockaddr*)&from, &length);
  if (size < 0) {
    printf("%s: nothing\n", what);
    return;
  }
  const void* const address = from.ss_family == AF_INET6
                                  ? (void*)&((struct sockaddr_in6*)&from)->sin6_addr
                                  : (void*)&((struct sockaddr_in*)&from)->sin_addr;
  printf("%s: %zd from %s after %.9f\n", what, size,
         inet_ntop(from.ss_family, address, text, sizeof text), now() - start);
}

static void test4(int fd, time_t date, const char* what, const char* address) {
  until(date);
  if (host == 0)
    CHECK_EQ(send_to(fd, data, sizeof data, address, 5000), sizeof data);
  hear(what, fd);
}

static void test6(void) {
  const int fd = socket(AF_INET6, SOCK_DGRAM, 0);
  struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons(5000)};
  CHECK_EQ(bind(fd, (struct sockaddr*)&name, sizeof name), 0);
  struct ipv6_mreq request = {.ipv6mr_interface = 0};
  CHECK_EQ(inet_pton(AF_INET6, "ff15::1234", &request.ipv6mr_multiaddr), 1);
  name.sin6_addr = request.ipv6mr_multiaddr;
  CHECK_EQ(setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request), 0);
  until(40);
  if (host == 0)
    CHECK_EQ(sendto(fd, data, sizeof data, 0, (struct sockaddr*)&name, sizeof name), sizeof data);
  const struct timeval soon = {.tv_sec = 1};
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon), 0);
  hear("group6", fd);
  CHECK_EQ(close(fd), 0);
}

int main(void) {
  char name[16];
  CHECK_EQ(gethostname(name, sizeof name), 0);
  host = name[5] - '0';
  const int fd = udp_socket();
  const struct timeval soon = {.tv_sec = 1};
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon), 0);
  CHECK_EQ(bind_to(fd, "0.0.0.0", 5000), 0);
  set_int(fd, SOL_SOCKET, SO_BROADCAST, 1);
  set_int(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
  struct ip_mreq request = {.imr_multiaddr = inet_name("239.1.2.3", 0).sin_addr};
  if (host < 2)
    CHECK_EQ(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request), 0);
  test4(fd, 10, "broadcast", "255.255.255.255");
  test4(fd, 20, "subnet", "10.255.255.255");
  test4(fd, 30, "group", "239.1.2.3");
  CHECK_EQ(close(fd), 0);
  test6();
  return 0;
}
