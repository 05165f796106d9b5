// Every platform of the folder loads, and an echo between two of its hosts takes what its figures
// say.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I%include %s -o program
// RUN: %python %source/platforms/planetlab 20 7 >planetlab.xml
// RUN: %python %source/platforms/planetlab 20 7 | cmp - planetlab.xml
// RUN: %python %source/platforms/planetlab 20 8 >other.xml && %not cmp -s other.xml planetlab.xml
// RUN: cat %s | sed -n 's/^.. PING //p' | while read platform from to; do \
// RUN:   file=%source/platforms/$platform.xml; test -f $file || file=$platform.xml; \
// RUN:   %simterpose run -q -p $file --cpu none -o out ./program $from $to 2>said || exit 1; \
// RUN:   echo $platform $from $to $(cat out/$from/program.2.stdout); done >printed
// RUN: %FileCheck %s <printed
// RUN: for file in %source/platforms/*.xml; do \
// RUN:   grep -q "$(basename $file .xml)" printed || { echo $file is not tested; exit 1; }; \
// RUN:   grep -qF "$(basename $file)" %source/docs/platforms.md || { echo $file is not told of; exit 1; }; \
// RUN: done
//
// PING lan server client
// PING wan europe-0 oceania-1
// PING wan america-0 brazil-2
// PING wan asia-0 asia-1
// PING home adsl-0 server
// PING home server fibre-0
// PING home adsl-0 fibre-1
// PING cluster node-0 node-63
// PING fat-tree node-0 node-1
// PING fat-tree node-0 node-63
// PING grid5000 griffon-1.nancy griffon-2.nancy
// PING grid5000 griffon-1.nancy helios-8.sophia
// PING wireless laptop-0 laptop-1
// PING planetlab node-0 node-1
//
// Latencies there and back, and the echo's bytes at the narrowest link.
//      CHECK: lan server client 2.001 ms
// CHECK-NEXT: wan europe-0 oceania-1 309.603 ms
// CHECK-NEXT: wan america-0 brazil-2 119.503 ms
// CHECK-NEXT: wan asia-0 asia-1 0.401 ms
// 84 bytes at 0.8 Mbit/s up and 8 down take 0.924 ms.
// CHECK-NEXT: home adsl-0 server 30.924 ms
// CHECK-NEXT: home server fibre-0 14.004 ms
// CHECK-NEXT: home adsl-0 fibre-1 24.924 ms
// CHECK-NEXT: cluster node-0 node-63 0.100 ms
// CHECK-NEXT: fat-tree node-0 node-1 0.040 ms
// CHECK-NEXT: fat-tree node-0 node-63 0.080 ms
// CHECK-NEXT: grid5000 griffon-1.nancy griffon-2.nancy 0.601 ms
// CHECK-NEXT: grid5000 griffon-1.nancy helios-8.sophia 1.601 ms
// Drawn from the seed.
// CHECK-NEXT: wireless laptop-0 laptop-1 6.231 ms
// CHECK-NEXT: planetlab node-0 node-1 277.337 ms
#define _GNU_SOURCE
#include <netdb.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "inet.h"

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* From host FROM to host TO; again after a second, for some may be lost. */
int main(int argc, char** argv) {
  char name[256], packet[128];
  CHECK_EQ(argc, 3);
  gethostname(name, sizeof name);
  if (strcmp(name, argv[1]) != 0)
    return 0;
  struct addrinfo hints = {.ai_family = AF_INET}, *found;
  CHECK_EQ(getaddrinfo(argv[2], NULL, &hints, &found), 0);
  const int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
  const struct timeval second = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
  struct icmphdr echo = {.type = ICMP_ECHO};
  double start;
  do {
    start = now();
    CHECK_EQ(sendto(fd, &echo, sizeof echo, 0, found->ai_addr, found->ai_addrlen), sizeof echo);
  } while (recv(fd, packet, sizeof packet, 0) < 8);
  printf("%.3f ms\n", (now() - start) * 1e3);
  return 0;
}
