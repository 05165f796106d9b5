// Datagrams of several hosts whose last bytes leave at the very same date: in which order they
// arrive is left open, and a seed chooses; with the default seed it is always the same.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I%include %s -o flows
// RUN: %simterpose run -q -n 5 -o default ./flows {rank}
// RUN: for seed in $(seq 2 12); do %simterpose run -q -n 5 --seed $seed -o $seed ./flows {rank} || exit 1; \
// RUN:   cat $seed/node-0/flows.2.stdout >>all; done
// RUN: for seed in 2 3 4; do %simterpose run -q -n 5 --seed $seed -o again ./flows {rank} && \
// RUN:   diff -r again $seed || exit 1; done
// RUN: sort -u all >orders && test $(wc -l <orders) -ge 4
// RUN: sort -nu default/node-0/flows.2.stdout | wc -l | grep -qx 1
// RUN: tr ' ' '\n' <default/node-0/flows.2.stdout | sort -nu | %FileCheck %s
// CHECK: 1
// CHECK-NEXT: 2
// CHECK-NEXT: 3
// CHECK-NEXT: 4
#include "check.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HOSTS = 5 };

int main(int argc, char** argv) {
  const int rank = argc > 1 ? atoi(argv[1]) : 0, me = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(1000)};
  char text[1000] = "";
  if (rank > 0) {
    const struct timespec start = {.tv_sec = 1577836800 + 10};
    address.sin_addr.s_addr = inet_addr("10.0.0.1");
    CHECK_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &start, NULL), 0);
    CHECK_EQ(sendto(me, text, sizeof text, 0, (struct sockaddr*)&address, sizeof address),
             sizeof text);
    return 0;
  }
  CHECK_EQ(bind(me, (struct sockaddr*)&address, sizeof address), 0);
  for (int i = 1; i < HOSTS; i++) {
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    CHECK_EQ(recvfrom(me, text, sizeof text, 0, (struct sockaddr*)&from, &size), sizeof text);
    printf("%u%c", ntohl(from.sin_addr.s_addr) % 256 - 1, i == HOSTS - 1 ? '\n' : ' ');
  }
  return 0;
}
