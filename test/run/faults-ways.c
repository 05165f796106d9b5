// What is done to the ways between hosts, and to the links that hosts are connected by, while
// datagrams go there and back: latency, losses, duplicates, jitter, links that are down.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I%include %s -o program
// RUN: %simterpose run -n 3 --latency 10ms --bandwidth 1Gbps --cpu none -o out \
// RUN:   --fault "degrade=node-0|node-1 latency=+20ms at=1.5s for=1s" \
// RUN:   --fault "degrade=node-0>node-1 latency=x3 at=3.5s for=2s" \
// RUN:   --fault "degrade=node-1>node-0 duplicate=1 at=4.5s for=1s" \
// RUN:   --fault "degrade=node-1|node-* loss=1 at=5.5s" --fault "restore=node-1|node-* at=6.5s" \
// RUN:   --fault "link-down=@node-2 at=6.5s for=1s" --fault "degrade=@node-2 latency=x2 at=7.5s for=1s" \
// RUN:   --fault "degrade=@node-0 bandwidth=8kbps at=8.5s for=1s" ./program >printed 2>&1
// RUN: %FileCheck %s <printed
//
//      CHECK: 1: node-1 0.020 node-2 0.020{{$}}
// CHECK-NEXT: 2: node-1 0.060 node-2 0.020{{$}}
// CHECK-NEXT: 3: node-1 0.020 node-2 0.020{{$}}
// CHECK-NEXT: 4: node-1 0.040 node-2 0.020{{$}}
// CHECK-NEXT: 5: node-1 0.040 0.040 node-2 0.020{{$}}
// CHECK-NEXT: 6: node-1 node-2 0.020{{$}}
// CHECK-NEXT: 7: node-1 0.020 node-2{{$}}
// Half of the latency of a route is that of each host's own links.
// CHECK-NEXT: 8: node-1 0.020 node-2 0.030{{$}}
// 29 bytes at 1000 a second, there and back.
// CHECK-NEXT: 9: node-1 0.078 node-2 0.078{{$}}
// CHECK-NEXT: 10: node-1 0.020 node-2 0.020{{$}}
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "udp.h"

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)(time.tv_sec - 1000) + (double)time.tv_nsec / 1e9;
}

/* To each of the others one datagram; what comes back within 0.4 s. */
static void ask(int fd) {
  static const char* const others[] = {"10.0.0.2", "10.0.0.3"};
  for (int i = 0; i < 2; i++) {
    const struct sockaddr_in to = inet_name(others[i], 5000);
    const double start = now();
    char byte = 0;
    sendto(fd, &byte, 1, 0, (const struct sockaddr*)&to, sizeof to);
    printf(" node-%d", i + 1);
    while (now() < start + 0.4)
      if (recv(fd, &byte, 1, 0) == 1)
        printf(" %.3f", now() - start);
  }
  printf("\n");
}

int main(void) {
  char name[16];
  gethostname(name, sizeof name);
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  bind_to(fd, "0.0.0.0", 5000);
  if (strcmp(name, "node-0") != 0) {
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    for (char byte; recvfrom(fd, &byte, 1, 0, (struct sockaddr*)&from, &length) == 1 && byte == 0;)
      sendto(fd, &byte, 1, 0, (const struct sockaddr*)&from, length);
    return 0;
  }
  const struct timeval wait = {0, 50000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  for (int i = 1; i <= 10; i++) {
    usleep((useconds_t)((i - now()) * 1e6 + 0.5));
    printf("%d:", i);
    ask(fd);
  }
  for (int i = 0; i < 2; i++) {
    const struct sockaddr_in to = inet_name(i == 0 ? "10.0.0.2" : "10.0.0.3", 5000);
    sendto(fd, "x", 1, 0, (const struct sockaddr*)&to, sizeof to);
  }
  return 0;
}
