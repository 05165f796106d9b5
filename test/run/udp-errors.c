// What senders of UDP are told of hosts and links that are off, and how many of their errors come
// over links that lose.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I %include %s -o udp-errors
// RUN: sed -n 's/^.. PLATFORM//p' %s >platform.xml
// RUN: sed -n 's/^.. HOST //p' %s >c.state
// RUN: sed -n 's/^.. LINK //p' %s >to-b.state
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %simterpose run --cpu none -p platform.xml -d deployment.xml -o out >printed 2>&1
// RUN: sed 's/^\[[^]]*\] //' printed | %FileCheck %s
//
// PLATFORM<?xml version='1.0'?>
// PLATFORM<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
// PLATFORM<platform version="4.1">
// PLATFORM  <zone id="world" routing="Full">
// PLATFORM    <zone id="lan" routing="Full">
// PLATFORM      <host id="a" speed="1Gf"/>
// PLATFORM      <host id="b" speed="1Gf"/>
// PLATFORM      <host id="c" speed="1Gf" state_file="c.state"/>
// PLATFORM      <link id="of-a" bandwidth="1MBps" latency="1ms"/>
// PLATFORM      <link id="to-b" bandwidth="1MBps" latency="1ms" state_file="to-b.state"/>
// PLATFORM      <link id="to-c" bandwidth="1MBps" latency="2ms"/>
// PLATFORM      <route src="a" dst="b"><link_ctn id="of-a"/><link_ctn id="to-b"/></route>
// PLATFORM      <route src="a" dst="c"><link_ctn id="of-a"/><link_ctn id="to-c"/></route>
// PLATFORM      <route src="b" dst="c"><link_ctn id="to-b"/><link_ctn id="to-c"/></route>
// PLATFORM    </zone>
// PLATFORM    <zone id="far" routing="Full"><host id="d" speed="1Gf"/></zone>
// PLATFORM    <link id="radio" bandwidth="1MBps" latency="10ms">
// PLATFORM      <prop id="loss" value="10%"/>
// PLATFORM    </link>
// PLATFORM    <zoneRoute src="lan" dst="far" gw_src="b" gw_dst="d">
// PLATFORM      <link_ctn id="radio"/>
// PLATFORM    </zoneRoute>
// PLATFORM  </zone>
// PLATFORM</platform>
//
// LINK 10 0
// LINK 20 1
// HOST 30 0
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="a" function="./udp-errors"/>
// XML</platform>
//
// 128 bytes take 128 us at 1 MB/s.
//      CHECK: 0: Connection refused after 0.004128000, said by 10.0.0.2
// CHECK-NEXT: 11: nothing
// CHECK-NEXT: 31: No route to host after 3.000128000, said by 10.0.0.1
// CHECK-NEXT: 40: No route to host after 3.000000000, said by 10.0.0.1
// Of 1000 datagrams 900 pass a link that loses 10 %, and of as many answers 810, give or take.
// CHECK-NEXT: 822 of 1000 errors came
#define _GNU_SOURCE
#include <netinet/ip_icmp.h>
#include <time.h>

#include <linux/errqueue.h>

#include "udp.h"

static char data[100];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec - 1000 + (double)time.tv_nsec * 1e-9;
}

static void until(time_t date) {
  const struct timespec time = {.tv_sec = 1000 + date};
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL), 0);
}

static void say(int fd, int date) {
  char control[512], from[INET_ADDRSTRLEN];
  struct sockaddr_in to;
  struct iovec vector = {data, sizeof data};
  struct msghdr message = {.msg_name = &to,
                           .msg_namelen = sizeof to,
                           .msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
  CHECK_EQ(recvmsg(fd, &message, MSG_ERRQUEUE), sizeof data);
  const struct sock_extended_err* const error =
      (struct sock_extended_err*)CMSG_DATA(CMSG_FIRSTHDR(&message));
  CHECK_EQ(to.sin_port, htons(5000));
  const struct sockaddr_in* const offender = (struct sockaddr_in*)SO_EE_OFFENDER(error);
  printf("%d: %s after %.9f, said by %s\n", date, strerror((int)error->ee_errno), now() - date,
         inet_ntop(AF_INET, &offender->sin_addr, from, sizeof from));
}

static void try(int fd, int date, const char* address) {
  struct pollfd polled = {.fd = fd, .events = POLLIN};
  until(date);
  CHECK_EQ(send_to(fd, data, sizeof data, address, 5000), sizeof data);
  if (poll(&polled, 1, 5000) == 0) {
    printf("%d: nothing\n", date);
    return;
  }
  CHECK_EQ(polled.revents, POLLERR);
  say(fd, date);
}

int main(void) {
  int fd = udp_socket();
  set_int(fd, IPPROTO_IP, IP_RECVERR, 1);
  try(fd, 0, "10.0.0.2");
  try(fd, 11, "10.0.0.2");
  try(fd, 31, "10.0.0.3");
  try(fd, 40, "10.0.0.77");
  CHECK_EQ(connect_to(fd, "10.0.0.4", 5000), 0);
  set_int(fd, IPPROTO_IP, IP_RECVERR, 0);
  int errors = 0;
  struct pollfd polled = {.fd = fd, .events = POLLIN};
  for (int i = 0; i < 1000; i++) {
    CHECK_EQ(send(fd, data, sizeof data, 0), sizeof data);
    if (poll(&polled, 1, 100) == 1) {
      CHECK_ERRNO(recv(fd, data, sizeof data, 0), ECONNREFUSED);
      errors++;
    }
  }
  printf("%d of 1000 errors came\n", errors);
  return 0;
}
