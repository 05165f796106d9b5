// Partitions: what crosses them is lost without a word, connections hang and go on when they are
// healed, by the timers of TCP; in one direction only; of one host from all.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I%include %s -o program
// RUN: %simterpose run -v -n 3 --latency 10ms --bandwidth 1Gbps --cpu none -o out \
// RUN:   --fault "partition=node-0|node-1 at=1.005s for=2s" --fault "partition=node-2> at=5.005s" \
// RUN:   --fault "heal at=8s" --fault "partition=node-2 at=20s" ./program >printed 2>said
// RUN: %FileCheck %s <printed
// RUN: %FileCheck --check-prefix=SAID %s <said
//
// The request of 1.000 is through when the partition begins (in 10 ms), its answer of 1.010 is not:
// TCP sends it again after 0.22, 0.44, 0.88 and 1.76 s, at 4.310. Other hosts notice nothing.
// From 5.005 on nobody hears node-2, whose request of 6.000 leaves again at 6.22, 6.66, 7.54 and
// 9.30. A run does not last longer for the faults that it could have.
//
//      CHECK: [node-2 1.020001] 1 answered
//      CHECK: [node-2 4.020001] 4 answered
// CHECK-NEXT: [node-0 4.320001] 1 answered
// CHECK-NEXT: [node-0 4.340002] 2 answered
//      CHECK: [node-0 9.020001] 9 answered
// CHECK-NEXT: [node-2 9.320001] 6 answered
//
//      SAID: fault at 1.005000: partition of node-0 | node-1
// SAID-NEXT: fault at 3.005000: heal of node-0 | node-1
// SAID-NEXT: fault at 5.005000: partition of node-2
// SAID-NEXT: fault at 8.000000: heal of all
//  SAID-NOT: fault
//      SAID: all 3 processes ended well; 9.390003 s
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tcp.h"

static void until(double date) {
  const struct timespec time = {1000 + (time_t)date, (long)((date - (double)(time_t)date) * 1e9)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

/* Every second a request to node-1 and its answer, on one connection. */
static int ask(void) {
  const struct sockaddr_in to = inet_name("10.0.0.2", 5000);
  const int fd = tcp_socket();
  char byte = 'x';
  if (connect_to(fd, &to) != 0)
    return perror("connect"), 1;
  for (int i = 1; i < 10; i++) {
    until(i);
    if (write(fd, &byte, 1) != 1 || read(fd, &byte, 1) != 1)
      return perror("read"), 1;
    printf("%d answered\n", i);
  }
  return 0;
}

static int answer(void) {
  struct sockaddr_in any = inet_name("0.0.0.0", 5000);
  const int listener = tcp_socket();
  CHECK_EQ(bind(listener, (struct sockaddr*)&any, sizeof any), 0);
  CHECK_EQ(listen(listener, 5), 0);
  struct pollfd fds[3] = {{listener, POLLIN, 0}};
  for (int count = 1, ended = 0; ended < 2;) {
    CHECK(poll(fds, count, -1) > 0);
    if (fds[0].revents)
      fds[count++] = (struct pollfd){accept(listener, NULL, NULL), POLLIN, 0};
    for (int i = 1; i < count; i++) {
      char byte;
      if (!fds[i].revents)
        continue;
      if (read(fds[i].fd, &byte, 1) == 1)
        write(fds[i].fd, &byte, 1);
      else
        close(fds[i].fd), fds[i].fd = -1, ended++;
    }
  }
  return 0;
}

int main(void) {
  char name[16];
  setvbuf(stdout, NULL, _IOLBF, 0);
  gethostname(name, sizeof name);
  return strcmp(name, "node-1") == 0 ? answer() : ask();
}
