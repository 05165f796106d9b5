// What a connection's life costs on a path of 5 ms and 100 Mbit/s: exact dates.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I %include %s -o net-dates
// RUN: %simterpose run --cpu none -n 2 --latency 5ms --bandwidth 100Mbps -o out ./net-dates >printed 2>&1
// RUN: sort printed | %FileCheck %s
//
// The client: a round trip to connect, to be refused, and to echo (plus the time of two packets
// of 53 bytes, 4.24 us each); three ARP requests to give up on an address that no host has.
//      CHECK: [node-1 0.010000] connected after 0.010000000
// CHECK-NEXT: [node-1 0.020008] echoed after 0.010008480
// CHECK-NEXT: [node-1 0.030008] refused after 0.010000000
// CHECK-NEXT: [node-1 3.030008] unreachable after 3.000000000
// The answer to data for a closed socket comes a round trip later.
// CHECK-NEXT: [node-1 5.040008] sent to a closed socket
// CHECK-NEXT: [node-1 5.050013] reset: POLLHUP 1, Broken pipe
#define _GNU_SOURCE
#include <stdbool.h>
#include <time.h>

#include "tcp.h"

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void serve(void) {
  int listener = tcp_socket();
  CHECK_EQ(bind_to(listener, "0.0.0.0", 5000), 0);
  CHECK_EQ(listen(listener, 5), 0);
  const double start = now();
  int fd = accept(listener, NULL, NULL);
  const double accepted = now() - start;
  CHECK(accepted > 0.01499999 && accepted < 0.01500001); /* with the handshake's ACK */
  char byte;
  CHECK_EQ(recv(fd, &byte, 1, 0), 1);
  CHECK_EQ(send(fd, &byte, 1, 0), 1);
  CHECK_EQ(recv(fd, &byte, 1, 0), 0);
  CHECK_EQ(close(fd), 0);
}

static int try_to_connect(const char* address, int port) {
  const struct sockaddr_in name = inet_name(address, port);
  int fd = tcp_socket();
  if (connect_to(fd, &name) == 0)
    return fd;
  const int error = errno;
  CHECK_EQ(close(fd), 0);
  errno = error;
  return -1;
}

static void ask(void) {
  double start = now();
  int fd = try_to_connect("10.0.0.1", 5000);
  CHECK(fd >= 0);
  printf("connected after %.9f\n", now() - start);
  start = now();
  char byte = 'x';
  CHECK_EQ(send(fd, &byte, 1, 0), 1);
  CHECK_EQ(recv(fd, &byte, 1, 0), 1);
  printf("echoed after %.9f\n", now() - start);
  CHECK_EQ(shutdown(fd, SHUT_WR), 0);

  start = now();
  CHECK_ERRNO(try_to_connect("10.0.0.1", 5001), ECONNREFUSED);
  printf("refused after %.9f\n", now() - start);
  start = now();
  CHECK_ERRNO(try_to_connect("10.0.0.77", 5000), EHOSTUNREACH);
  printf("unreachable after %.9f\n", now() - start);
  CHECK_EQ(recv(fd, &byte, 1, 0), 0);
  CHECK_EQ(close(fd), 0);
}

/* The server closes while the client is not looking. */
static void serve_and_close(void) {
  int listener = tcp_socket();
  CHECK_EQ(bind_to(listener, "0.0.0.0", 6000), 0);
  CHECK_EQ(listen(listener, 5), 0);
  CHECK_EQ(close(accept(listener, NULL, NULL)), 0);
}

static void write_to_closed(void) {
  int fd = try_to_connect("10.0.0.1", 6000);
  CHECK(fd >= 0);
  sleep(2);
  CHECK_EQ(events_of(fd), POLLIN | POLLRDHUP | POLLOUT);
  CHECK_EQ(send(fd, "x", 1, 0), 1);
  printf("sent to a closed socket\n");
  struct pollfd polled = {.fd = fd, .events = 0};
  CHECK_EQ(poll(&polled, 1, -1), 1);
  const bool hung_up = polled.revents & POLLHUP;
  CHECK_EQ(send(fd, "x", 1, MSG_NOSIGNAL), -1);
  printf("reset: POLLHUP %d, %s\n", hung_up, strerror(errno));
}

int main(void) {
  char name[16];
  CHECK_EQ(gethostname(name, sizeof name), 0);
  if (strcmp(name, "node-0") == 0) {
    serve();
    serve_and_close();
  } else {
    ask();
    write_to_closed();
  }
  return 0;
}
