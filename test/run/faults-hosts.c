// Hosts that crash and are on again, processes that are killed and started again, hosts that pause:
// time passes, timers are late, what came meanwhile is there at once; clocks that jump and drift.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I%include %s -o program
// RUN: %simterpose run -v -n 2 --latency 10ms --bandwidth 1Gbps --cpu none -o out \
// RUN:   --fault "crash=node-1 at=2.5s for=1.25s" --fault "crash=node-1 at=5.5s" \
// RUN:   --fault "restart=node-1 at=6s" --fault "kill=node-1 signal=TERM at=7.5s for=1s" \
// RUN:   ./program tick >printed 2>said
// RUN: %FileCheck --check-prefix=CRASH %s <printed
// RUN: %FileCheck --check-prefix=CRASHED %s <said
// RUN: %simterpose run -n 2 --latency 10ms --bandwidth 1Gbps --cpu none -o out \
// RUN:   --fault "pause=node-1 at=1.505s for=1.25s" --fault "pause=node-1 at=4.5s for=1m" \
// RUN:   --fault "resume=node-1 at=5.25s" ./program pause >printed 2>&1
// RUN: %FileCheck --check-prefix=PAUSE %s <printed
// RUN: %simterpose run -n 1 --cpu none -o out --fault "clock-jump=node-0 by=-10s at=2s" \
// RUN:   --fault "clock-jump=node-0 by=1h at=4s for=2s" \
// RUN:   --fault "clock-drift=node-0 by=100ppm at=7s for=2s" ./program clock >printed 2>&1
// RUN: %FileCheck --check-prefix=CLOCK %s <printed
//
// The processes of the command line start again with their host, and what a fault has ended is
// no failure.
//      CRASH: [node-1 2.000000] is there
// CRASH-NEXT: [node-0 3.000000] is there
// CRASH-NEXT: [node-1 3.750000] begins
//      CRASH: [node-1 4.750000] is there
//  CRASH-NOT: node-1
//      CRASH: [node-1 6.000000] begins
//      CRASH: [node-1 7.000000] is there
//  CRASH-NOT: node-1
//      CRASH: [node-1 8.500000] begins
//      CRASH: [node-1 9.500000] is there
//
//      CRASHED: fault at 2.500000: crash of node-1
// CRASHED-NEXT: host node-1 loses its power at 2.500000, with 1 process
//      CRASHED: fault at 3.750000: restart of node-1
// CRASHED-NEXT: host node-1 is on again at 3.750000
//      CRASHED: fault at 7.500000: kill of node-1, signal TERM
//      CRASHED: fault at 8.500000: end of kill of node-1, signal TERM
//      CRASHED: 5 processes: 2 ended well, 3 stopped as planned
//
// Of 1.500 nothing comes back before 2.755 + 0.010; then the next are late, and at once.
//      PAUSE: [node-0 1.020000] 2 took 0.020000
// PAUSE-NEXT: [node-0 2.765000] 3 took 1.265000
// PAUSE-NEXT: [node-0 2.785001] 4 took 0.020000
// PAUSE-NEXT: [node-0 2.805001] 5 took 0.020000
// PAUSE-NEXT: [node-0 3.020000] 6 took 0.020000
//      PAUSE: [node-0 4.020000] 8 took 0.020000
// PAUSE-NEXT: [node-0 5.260000] 9 took 0.760000
//
//      CLOCK: [node-0 1.000000] real 1.000000 monotonic 1.000000 raw 1.000000
// CLOCK-NEXT: [node-0 2.000000] real -8.000000 monotonic 2.000000 raw 2.000000
// CLOCK-NEXT: [node-0 3.000000] real -7.000000 monotonic 3.000000 raw 3.000000
// CLOCK-NEXT: [node-0 4.000000] real 3594.000000 monotonic 4.000000 raw 4.000000
// CLOCK-NEXT: [node-0 5.000000] real 3595.000000 monotonic 5.000000 raw 5.000000
// CLOCK-NEXT: [node-0 6.000000] real -4.000000 monotonic 6.000000 raw 6.000000
// CLOCK-NEXT: [node-0 7.000000] real -3.000000 monotonic 7.000000 raw 7.000000
// CLOCK-NEXT: [node-0 7.999900] real -2.000000 monotonic 8.000000 raw 8.000000
// CLOCK-NEXT: [node-0 8.999800] real -1.000000 monotonic 9.000000 raw 9.000000
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "udp.h"

/* Since date 0. */
static double shows(clockid_t clock, double origin) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)(time.tv_sec - (time_t)origin) + (double)time.tv_nsec / 1e9;
}

static double now(void) { return shows(CLOCK_MONOTONIC, 1000); }

static void nap(double seconds) {
  const struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

/* Says that it is there, every second until 9. */
static void tick(void) {
  printf("begins\n");
  while (now() < 9) {
    nap(1);
    printf("is there\n");
  }
}

/* node-0 sends a datagram every half second, which node-1 sees and answers; both sleep. */
static void send_and_hear(void) {
  const struct sockaddr_in to = inet_name("10.0.0.2", 5000);
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  connect(fd, (const struct sockaddr*)&to, sizeof to);
  for (int i = 1; i <= 12; i++) {
    char byte;
    nap(i * 0.5 - now());
    const double sent = now();
    send(fd, &byte, 1, 0);
    if (recv(fd, &byte, 1, 0) == 1)
      printf("%d took %.6f\n", i, now() - sent);
  }
  send(fd, "", 0, 0);
}

static void hear_and_answer(void) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  bind_to(fd, "0.0.0.0", 5000);
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  char byte;
  while (recvfrom(fd, &byte, 1, 0, (struct sockaddr*)&from, &length) == 1)
    sendto(fd, &byte, 1, 0, (struct sockaddr*)&from, length);
}

static void watch_clocks(void) {
  for (int i = 0; i < 10; i++) {
    printf("real %.6f monotonic %.6f raw %.6f\n", shows(CLOCK_REALTIME, 1577836800), now(),
           shows(CLOCK_MONOTONIC_RAW, 1000));
    nap(1);
  }
}

int main(int argc, char** argv) {
  char name[16];
  setvbuf(stdout, NULL, _IOLBF, 0);
  gethostname(name, sizeof name);
  const int first = strcmp(name, "node-0") == 0;
  if (argc > 1 && strcmp(argv[1], "tick") == 0)
    tick();
  else if (argc > 1 && strcmp(argv[1], "clock") == 0)
    watch_clocks();
  else
    (first ? send_and_hear : hear_and_answer)();
  return 0;
}
