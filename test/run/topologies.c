// Generated networks of every shape: how far hosts are from each other, by echoes there and back;
// and what a link in the middle makes of two streams that cross it.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I%include %s -o program
// RUN: for shape in star ring line mesh tree tree:3 fat-tree; do \
// RUN:   %simterpose run -n 16 --topology $shape --latency 1ms --bandwidth 8Mbps --cpu none -o out \
// RUN:     ./program $shape || exit 1; done >printed 2>said
// RUN: %FileCheck %s <printed
// RUN: for shape in mesh line; do \
// RUN:   %simterpose run -n 4 --topology $shape --latency 1ms --bandwidth 8Mbps --cpu none -o out \
// RUN:     ./program $shape stream || exit 1; done >printed 2>said
// RUN: %FileCheck --check-prefix=STREAM %s <printed
// RUN: for shape in ring line tree tree:10 fat-tree; do \
// RUN:   %simterpose run -n 1000 --topology $shape --cpu none -o out ./program nothing 2>&1 | \
// RUN:     grep -q 'all 1000 processes ended well' || exit 1; done
//
// Two ways of 1 ms for each link, and 84 bytes at the narrowest of them, twice: 0.168 ms.
//  CHECK-DAG: star 0-1 2.168 0-8 2.168 0-15 2.168{{$}}
//  CHECK-DAG: star 5-10 2.168{{$}}
//  CHECK-DAG: ring 0-1 2.168 0-8 16.168 0-15 2.168{{$}}
//  CHECK-DAG: ring 5-10 10.168{{$}}
//  CHECK-DAG: line 0-1 2.168 0-8 16.168 0-15 30.168{{$}}
//  CHECK-DAG: line 5-10 10.168{{$}}
//  CHECK-DAG: mesh 0-1 2.168 0-8 2.168 0-15 2.168{{$}}
//  CHECK-DAG: mesh 5-10 2.168{{$}}
// Of 0 the children are 1 and 2; 8 is below 3 and 1; 15 below 7, 3 and 1; 10 below 4, 5 below 2.
//  CHECK-DAG: tree 0-1 2.168 0-8 6.168 0-15 8.168{{$}}
//  CHECK-DAG: tree 5-10 10.168{{$}}
//  CHECK-DAG: tree:3 0-1 2.168 0-8 4.168 0-15 6.168{{$}}
//  CHECK-DAG: tree:3 5-10 8.168{{$}}
// Of the fat tree four hosts are at a switch.
//  CHECK-DAG: fat-tree 0-1 4.168 0-8 8.168 0-15 8.168{{$}}
//  CHECK-DAG: fat-tree 5-10 8.168{{$}}
//
// On the line both cross the link in the middle, which carries 1 MB a second; the shorter way gets
// more.
// STREAM-DAG: mesh: node-2 has it after 1.1
// STREAM-DAG: mesh: node-3 has it after 1.1
// STREAM-DAG: line: node-2 has it after 1.5
// STREAM-DAG: line: node-3 has it after 2.2
#define _GNU_SOURCE
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tcp.h"

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double ask(int to) {
  const int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
  struct icmphdr echo = {.type = ICMP_ECHO};
  char address[32], packet[128];
  snprintf(address, sizeof address, "10.0.0.%d", to + 1);
  const struct sockaddr_in name = inet_name(address, 0);
  const double start = now();
  CHECK_EQ(sendto(fd, &echo, sizeof echo, 0, (const struct sockaddr*)&name, sizeof name),
           sizeof echo);
  CHECK(recv(fd, packet, sizeof packet, 0) >= 8);
  return (now() - start) * 1e3;
}

/* A megabyte from node-0 to node-3, and one from node-1 to node-2. */
static void stream(int rank, const char* shape) {
  static char data[1 << 20];
  const int fd = tcp_socket();
  const double start = now();
  if (rank < 2) {
    const struct sockaddr_in to = inet_name(rank == 0 ? "10.0.0.4" : "10.0.0.3", 5000);
    CHECK_EQ(connect_to(fd, &to), 0);
    CHECK_EQ(write(fd, data, sizeof data), sizeof data);
    return;
  }
  CHECK_EQ(bind_to(fd, "0.0.0.0", 5000), 0);
  CHECK_EQ(listen(fd, 1), 0);
  CHECK_EQ(recv(accept(fd, NULL, NULL), data, sizeof data, MSG_WAITALL), sizeof data);
  printf("%s: node-%d has it after %.1f\n", shape, rank, now() - start);
}

int main(int argc, char** argv) {
  char host[16];
  CHECK(argc >= 2);
  gethostname(host, sizeof host);
  if (argc > 2) {
    stream(host[5] - '0', argv[1]);
    return 0;
  }
  if (strcmp(argv[1], "nothing") == 0)
    return 0;
  if (strcmp(host, "node-0") == 0) {
    printf("%s 0-1 %.3f", argv[1], ask(1));
    printf(" 0-8 %.3f", ask(8));
    printf(" 0-15 %.3f\n", ask(15));
  } else if (strcmp(host, "node-5") == 0) {
    printf("%s 5-10 %.3f\n", argv[1], ask(10));
  }
  return 0;
}
