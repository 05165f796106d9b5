// Loss and jitter of links: what a link is said to do, statistically; exactly the same in every run
// with the same seed; and whatever other hosts do.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I %include %s -o link-chance -lm
// RUN: %simterpose run --cpu none --cpu none -n 2 --latency 10ms --bandwidth 1Gbps --loss 10% --jitter 2ms -o generated \
// RUN:   ./link-chance 20 1 >generated.txt 2>&1
// RUN: %FileCheck --check-prefix GENERATED %s <generated.txt
//
// RUN: sed -n 's/^.. PLATFORM//p' %s >template.xml
// RUN: sed 's/DISTRIBUTION/normal/;s/REORDER/no/;s/LOSS/1%/' template.xml >normal.xml
// RUN: %simterpose run --cpu none --cpu none -p normal.xml -o normal ./link-chance 20 1 >normal.txt 2>&1
// RUN: %FileCheck --check-prefix NORMAL %s <normal.txt
// RUN: sed 's/DISTRIBUTION/pareto/;s/REORDER/no/;s/LOSS/0.5/' template.xml >pareto.xml
// RUN: %simterpose run --cpu none --cpu none -p pareto.xml -o pareto ./link-chance 20 1 >pareto.txt 2>&1
// RUN: %FileCheck --check-prefix PARETO %s <pareto.txt
// RUN: sed 's/DISTRIBUTION/paretonormal/;s/REORDER/yes/;s/LOSS/100%/' template.xml >all.xml
// RUN: %simterpose run --cpu none --cpu none -p all.xml -o all ./link-chance 20 1 >all.txt 2>&1
// RUN: %FileCheck --check-prefix ALL %s <all.txt
// RUN: sed 's/DISTRIBUTION/paretonormal/;s/REORDER/yes/;s/LOSS/0/' template.xml >order.xml
// RUN: %simterpose run --cpu none --cpu none -p order.xml -o order ./link-chance 1 1 >order.txt 2>&1
// RUN: %FileCheck --check-prefix ORDER %s <order.txt
// RUN: sed 's/DISTRIBUTION/paretonormal/;s/REORDER/no/;s/LOSS/0/' template.xml >keep.xml
// RUN: %simterpose run --cpu none --cpu none -p keep.xml -o keep ./link-chance 1 1 >keep.txt 2>&1
// RUN: %FileCheck --check-prefix KEEP %s <keep.txt
// RUN: sed 's/"reorder"/"duplicate"/;s/REORDER/20%/;s/DISTRIBUTION/uniform/;s/LOSS/0/' template.xml >twice.xml
// RUN: %simterpose run --cpu none -p twice.xml -o twice ./link-chance 20 1 >twice.txt 2>&1
// RUN: %FileCheck --check-prefix TWICE %s <twice.txt
//
// The other hosts talk as well, or not: the same numbers. Another seed, others.
// RUN: %simterpose run --cpu none --cpu none -p normal.xml -o more ./link-chance 20 2 >more.txt 2>&1
// RUN: diff normal/node-1/link-chance.2.stdout more/node-1/link-chance.2.stdout
// RUN: %simterpose run --cpu none --cpu none -p normal.xml -o seed --seed 2 ./link-chance 20 1 >seed.txt 2>&1
// RUN: not diff normal/node-1/link-chance.2.stdout seed/node-1/link-chance.2.stdout
//
// PLATFORM<?xml version='1.0'?>
// PLATFORM<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
// PLATFORM<platform version="4.1">
// PLATFORM  <zone id="lan" routing="Full">
// PLATFORM    <host id="node-0" speed="1Gf"/>
// PLATFORM    <host id="node-1" speed="1Gf"/>
// PLATFORM    <host id="node-2" speed="1Gf"/>
// PLATFORM    <link id="wire" bandwidth="1Gbps" latency="10ms" sharing_policy="SPLITDUPLEX">
// PLATFORM      <prop id="loss" value="LOSS"/>
// PLATFORM      <prop id="jitter" value="2ms"/>
// PLATFORM      <prop id="jitter_distribution" value="DISTRIBUTION"/>
// PLATFORM      <prop id="reorder" value="REORDER"/>
// PLATFORM    </link>
// PLATFORM    <link id="side" bandwidth="1Gbps" latency="0s"/>
// PLATFORM    <route src="node-0" dst="node-1"><link_ctn id="wire" direction="UP"/></route>
// PLATFORM    <route src="node-2" dst="node-1">
// PLATFORM      <link_ctn id="side"/><link_ctn id="wire" direction="UP"/>
// PLATFORM    </route>
// PLATFORM    <route src="node-0" dst="node-2"><link_ctn id="side"/></route>
// PLATFORM  </zone>
// PLATFORM</platform>
//
// Lost: p, give or take 3 sqrt(p (1 - p) 10000). Uniform: 10 ms, deviation 2 / sqrt(3).
//      GENERATED: of 10000 lost 991, 0 overtaken
// GENERATED-NEXT: mean 10.0151 ms, deviation 1.1524, from 8.0012 to 11.9996
//      NORMAL: of 10000 lost 92, 0 overtaken
// NORMAL-NEXT: mean 9.9965 ms, deviation 1.9931, from 2.1017 to 17.6417
// Pareto, as far as it goes: mean 9.93 ms, deviation 1.64, from 10 - 4/3 ms to 18 ms.
//      PARETO: of 10000 lost 4983, 0 overtaken
// PARETO-NEXT: mean 9.8858 ms, deviation 1.5790, from 8.6673 to 18.0004
// ALL: of 10000 lost 10000
// One each ms: many come before others that were sent earlier; or, if they may not, with them.
//      ORDER: of 10000 lost 0, 2217 overtaken
// ORDER-NEXT: mean 9.9577 ms, deviation 1.3377, from 7.4767 to 17.5236
//      KEEP: of 10000 lost 0, 0 overtaken
// KEEP-NEXT: mean 10.5020 ms, deviation 1.5528, from 7.5287 to 17.5236
// TWICE: of 10000 lost -1974
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#include "udp.h"

enum { COUNT = 10000 };

struct stamped {
  int number;
  struct timespec sent;
};

static double since(struct timespec start) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) * 1e-9;
}

static void talk(in_port_t port, int interval) {
  const int fd = udp_socket();
  CHECK_EQ(connect_to(fd, "10.0.0.2", port), 0);
  for (int i = 0; i < COUNT; i++) {
    struct stamped stamped = {.number = i};
    clock_gettime(CLOCK_MONOTONIC, &stamped.sent);
    CHECK_EQ(send(fd, &stamped, sizeof stamped, 0), sizeof stamped);
    const struct timespec pause = {.tv_nsec = interval * 1000000L};
    nanosleep(&pause, NULL);
  }
}

static void listen_to(in_port_t port) {
  const int fd = udp_socket();
  CHECK_EQ(bind_to(fd, "0.0.0.0", port), 0);
  CHECK_EQ(bind_to(udp_socket(), "0.0.0.0", 5001), 0); /* nobody reads it */
  const struct timeval patience = {.tv_sec = 300};
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
  struct stamped stamped;
  int count = 0, overtaken = 0, last = -1;
  double sum = 0, squares = 0, least = 1, most = 0;
  while (recv(fd, &stamped, sizeof stamped, 0) == sizeof stamped) {
    const double delay = since(stamped.sent) * 1000;
    count++;
    sum += delay;
    squares += delay * delay;
    least = fmin(least == 1 ? delay : least, delay);
    most = fmax(most, delay);
    overtaken += stamped.number < last;
    last = stamped.number;
  }
  const double mean = sum / count;
  printf("of %d lost %d, %d overtaken\n", COUNT, COUNT - count, overtaken);
  printf("mean %.4f ms, deviation %.4f, from %.4f to %.4f\n", mean,
         sqrt(squares / count - mean * mean), least, most);
}

int main(int argc, char** argv) {
  char name[16];
  CHECK_EQ(gethostname(name, sizeof name), 0);
  const int interval = argc > 1 ? atoi(argv[1]) : 0,
            talkers = argc > 2 ? atoi(argv[2]) : 0; /* ms */
  if (strcmp(name, "node-0") == 0)
    talk(5000, interval);
  else if (strcmp(name, "node-2") == 0 && talkers > 1)
    talk(5001, interval + 3);
  else if (strcmp(name, "node-1") == 0)
    listen_to(5000);
  return 0;
}
