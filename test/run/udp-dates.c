// Datagrams between three hosts, on links of 1 Gbit/s and 5 ms in all: exact dates.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I %include %s -o udp-dates
// RUN: %simterpose run --cpu none -n 3 --latency 5ms --bandwidth 1Gbps -o out ./udp-dates >printed 2>&1
// RUN: sort printed | %FileCheck %s
//
// Of 100 that nobody reads, the buffer of the receiver keeps 92.
//      CHECK: [node-0 1.{{.*}}] the last of 100 after 0.006200000
// CHECK-NEXT: [node-0 3.{{.*}}] 92 kept
// One of 1000 bytes makes a packet of 1028, 8.224 us, one of 1 byte one of 29, 0.232 us; the answer
// comes 5 ms after each.
// CHECK-NEXT: [node-1 0.{{.*}}] echo of 1000 after 0.010016448
// CHECK-NEXT: [node-1 0.{{.*}}] echo of 1 after 0.010000464
// One of 10000 bytes leaves in 7 fragments, 10148 bytes; the empty echo takes 28.
// CHECK-NEXT: [node-1 0.{{.*}}] echo of 10000 after 0.010081408
// CHECK-NEXT: [node-1 0.{{.*}}] refused after 0.010000232
// CHECK-NEXT: [node-1 0.{{.*}}] nobody: no answer
// Sent at once, they leave one after the other: 100 of 1472 bytes, 1500 with headers. The buffer
// holds 92 of them, and is half empty when 46 have left.
// CHECK-NEXT: [node-1 1.{{.*}}] 100 sent in 0.000564000
// CHECK-NEXT: [node-1 2.{{.*}}] full after 93, writable after 0.000564000
#define _GNU_SOURCE
#include <stdbool.h>
#include <sys/time.h>
#include <time.h>

#include "udp.h"

static char data[65536];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* All hosts have started at 1000 s. */
static void until(time_t date) {
  const struct timespec time = {.tv_sec = 1000 + date};
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL), 0);
}

static void serve(void) {
  const int fd = udp_socket();
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  CHECK_EQ(bind_to(fd, "0.0.0.0", 5000), 0);
  for (;;) {
    const ssize_t size = recvfrom(fd, data, sizeof data, 0, (struct sockaddr*)&from, &length);
    if (size == 3)
      break;
    CHECK_EQ(sendto(fd, data, size > 5000 ? 0 : (size_t)size, 0, (struct sockaddr*)&from, length),
             size > 5000 ? 0 : size);
  }
  for (int i = 0; i < 100; i++)
    CHECK_EQ(recv(fd, data, sizeof data, 0), 1472);
  printf("the last of 100 after %.9f\n", now() - 1001);
  int kept = 0;
  until(3);
  while (recv(fd, data, sizeof data, MSG_DONTWAIT) == 1472)
    kept++;
  printf("%d kept\n", kept);
}

static void echo(int fd, size_t size) {
  const double start = now();
  CHECK_EQ(send(fd, data, size, 0), size);
  CHECK_EQ(recv(fd, data, sizeof data, 0), size > 5000 ? 0 : size);
  printf("echo of %zu after %.9f\n", size, now() - start);
}

static void ask(void) {
  const int fd = udp_socket();
  CHECK_EQ(connect_to(fd, "10.0.0.1", 5000), 0);
  echo(fd, 1000);
  echo(fd, 1);
  echo(fd, 10000);

  const int other = udp_socket();
  const double start = now();
  CHECK_EQ(connect_to(other, "10.0.0.1", 5001), 0);
  CHECK_EQ(send(other, data, 1, 0), 1);
  CHECK_ERRNO(recv(other, data, 1, 0), ECONNREFUSED);
  printf("refused after %.9f\n", now() - start);
  const struct timeval soon = {.tv_usec = 100000};
  CHECK_EQ(setsockopt(other, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon), 0);
  CHECK_EQ(connect_to(other, "10.0.0.77", 5000), 0);
  CHECK_EQ(send(other, data, 1, 0), 1);
  CHECK_ERRNO(recv(other, data, 1, 0), EAGAIN);
  printf("nobody: no answer\n");

  CHECK_EQ(send(fd, data, 3, 0), 3);
  until(1);
  for (int i = 0; i < 100; i++)
    CHECK_EQ(send(fd, data, 1472, 0), 1472);
  printf("100 sent in %.9f\n", now() - 1001);
  until(2);
  int sent = 0;
  while (send(fd, data, 1472, MSG_DONTWAIT) == 1472)
    sent++;
  CHECK(errno == EAGAIN);
  struct pollfd polled = {.fd = fd, .events = POLLOUT};
  CHECK_EQ(poll(&polled, 1, -1), 1);
  printf("full after %d, writable after %.9f\n", sent, now() - 1002);
  for (; sent < 100; sent++)
    CHECK_EQ(send(fd, data, 1472, 0), 1472);
}

int main(void) {
  char name[16];
  CHECK_EQ(gethostname(name, sizeof name), 0);
  if (strcmp(name, "node-0") == 0)
    serve();
  else if (strcmp(name, "node-1") == 0)
    ask();
  return 0;
}
