// Datagrams that meet a link that is down or a host without power are lost, and nobody is told;
// once both are back, the host answers for the socket that is gone.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I %include %s -o program
// RUN: sed -n 's/^.. PLATFORM//p' %s >platform.xml
// RUN: sed -n 's/^.. HOST //p' %s >server.state
// RUN: sed -n 's/^.. LINK //p' %s >wire.state
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %simterpose run -p platform.xml -d deployment.xml -o out >printed 2>&1
// RUN: %FileCheck %s <printed
//
// PLATFORM<?xml version='1.0'?>
// PLATFORM<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
// PLATFORM<platform version="4.1">
// PLATFORM  <zone id="lan" routing="Full">
// PLATFORM    <host id="client" speed="1Gf"/>
// PLATFORM    <host id="server" speed="1Gf" state_file="server.state"/>
// PLATFORM    <link id="wire" bandwidth="1MBps" latency="1ms" state_file="wire.state"/>
// PLATFORM    <route src="client" dst="server"><link_ctn id="wire"/></route>
// PLATFORM  </zone>
// PLATFORM</platform>
//
// The link fails at 1.0005, in the middle of the 1.028 ms that 1000 bytes take, and while what left
// before it is on its way.
// LINK 1.0005 0
// LINK 2 1
// HOST 3.5 0
// HOST 5 1
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="server" function="./program"><argument value="serve"/></actor>
// XML  <actor host="client" function="./program"><argument value="client"/></actor>
// XML</platform>
//
//      CHECK: [server 1.001445] 400 bytes
// CHECK-NEXT: [server 3.001029] 1 bytes
// CHECK-NEXT: [client 4.499900] no answer
// CHECK-NEXT: [client 6.002029] Connection refused
#define _GNU_SOURCE
#include <sys/time.h>
#include <time.h>

#include "udp.h"

static char data[1000];

static void until(double date) {
  const struct timespec time = {.tv_sec = 1000 + (time_t)date,
                                .tv_nsec = (long)((date - (double)(time_t)date) * 1e9 + 0.5)};
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL), 0);
}

static void try(int fd, double date, size_t size) {
  until(date);
  CHECK_EQ(send(fd, data, size, 0), size);
}

static void say(int fd) {
  if (recv(fd, data, sizeof data, 0) < 0)
    printf("%s\n", errno == EAGAIN ? "no answer" : strerror(errno));
}

int main(int argc, char** argv) {
  const int fd = udp_socket();
  if (argc > 1 && strcmp(argv[1], "serve") == 0) {
    CHECK_EQ(bind_to(fd, "0.0.0.0", 5000), 0);
    for (;;) {
      printf("%zd bytes\n", recv(fd, data, sizeof data, 0));
      fflush(stdout);
    }
  }
  CHECK_EQ(connect_to(fd, "10.0.0.2", 5000), 0);
  try(fd, 1.000017, 400); /* leaves in 0.428 ms: before the link fails */
  CHECK_EQ(send(fd, data, sizeof data, 0), sizeof data);
  try(fd, 1.5, 1);
  try(fd, 3, 1);
  const struct timeval soon = {.tv_sec = 1};
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon), 0);
  try(fd, 3.4999, 1); /* arrives when the host is off */
  say(fd);
  try(fd, 6, 1);
  say(fd);
  return 0;
}
