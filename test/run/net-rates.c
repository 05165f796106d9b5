// How fast data flows: one transfer has the link's rate less headers, two share it, a window bounds
// the rate of a long path.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I %include %s -o net-rates
// RUN: %simterpose run -n 2 --latency 100us --bandwidth 100Mbps -o one \
// RUN:   ./net-rates 1 0 >one.txt 2>&1
// RUN: %FileCheck --check-prefix ONE %s <one.txt
// RUN: %simterpose run -n 3 --latency 100us --bandwidth 100Mbps -o two \
// RUN:   ./net-rates 2 0 >two.txt 2>&1
// RUN: sort two.txt | %FileCheck --check-prefix TWO %s
// RUN: %simterpose run -n 2 --latency 50ms --bandwidth 1Gbps -o long \
// RUN:   ./net-rates 1 65536 >long.txt 2>&1
// RUN: %FileCheck --check-prefix LONG %s <long.txt
//
// 1448 of 1500 bytes are payload: 96.5 of 100 Mbit/s.
// ONE: [node-1 0.8{{[23][0-9]+}}] 97 Mbit/s
// TWO: [node-1 1.{{[67][0-9]+}}] 48 Mbit/s
// TWO: [node-2 1.{{[67][0-9]+}}] 48 Mbit/s
// 64 KiB in flight each 100 ms.
// LONG: [node-1 {{[0-9.]+}}] 5 Mbit/s
#define _GNU_SOURCE
#include <time.h>

#include "tcp.h"

enum { SIZE = 10000000 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void set_buffer(int fd, int size) {
  if (size > 0)
    CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
}

/* Reads from all until all have closed. */
static void serve(int clients, int buffer) {
  int listener = tcp_socket();
  set_buffer(listener, buffer);
  CHECK_EQ(bind_to(listener, "0.0.0.0", 5000), 0);
  CHECK_EQ(listen(listener, 5), 0);
  struct pollfd polled[2];
  for (int i = 0; i < clients; i++)
    polled[i] = (struct pollfd){.fd = accept(listener, NULL, NULL), .events = POLLIN};
  static char data[65536];
  for (int open = clients; open > 0;) {
    CHECK(poll(polled, (nfds_t)clients, -1) > 0);
    for (int i = 0; i < clients; i++) {
      if (polled[i].fd < 0 || !polled[i].revents)
        continue;
      const ssize_t size = recv(polled[i].fd, data, sizeof data, 0);
      CHECK(size >= 0);
      if (size > 0)
        continue;
      CHECK_EQ(send(polled[i].fd, "x", 1, 0), 1);
      polled[i].fd = -1;
      open--;
    }
  }
}

static void send_all(void) {
  int fd = tcp_socket();
  const struct sockaddr_in name = inet_name("10.0.0.1", 5000);
  CHECK_EQ(connect_to(fd, &name), 0);
  static char data[SIZE];
  const double start = now();
  CHECK_EQ(send(fd, data, SIZE, 0), SIZE);
  CHECK_EQ(shutdown(fd, SHUT_WR), 0);
  char byte;
  CHECK_EQ(recv(fd, &byte, 1, 0), 1);
  printf("%.0f Mbit/s\n", SIZE * 8 / (now() - start) / 1e6);
}

int main(int argc, char** argv) {
  CHECK_EQ(argc, 3);
  char name[16];
  CHECK_EQ(gethostname(name, sizeof name), 0);
  if (strcmp(name, "node-0") == 0)
    serve(atoi(argv[1]), atoi(argv[2]));
  else
    send_all();
  return 0;
}
