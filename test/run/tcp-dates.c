// What messages and streams of TCP take, as plain formulas have it (B the bandwidth, L the latency
// of one way; 1448 of 1500 bytes are payload).
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I %include %s -o tcp-dates
//
// A message of one byte takes L and its 53 bytes at B, within 1 %; a connection 2 L, and so does a
// request with its answer.
// RUN: %simterpose run --cpu none -n 2 --latency 10ms --bandwidth 100Mbps -o idle ./tcp-dates message >idle.txt
// RUN: %FileCheck --check-prefix IDLE %s <idle.txt
// IDLE: connected after 1.000 of 2 L
// IDLE: a byte after 1.000 of L + 53 / B
// IDLE: answered after 1.000 of 2 (L + 53 / B)
// IDLE: 100 bytes answered after 1.000 of 2 (L + 152 / B)
//
// The same while another stream fills the link: there is no queue to wait in, as a router's; the
// message shares the link with the stream at once, and takes twice its 152 bytes at B. The answer
// comes the other way, where nothing is.
// RUN: %simterpose run --cpu none -n 2 --latency 1ms --bandwidth 1Mbps -o busy ./tcp-dates busy >busy.txt
// RUN: %FileCheck --check-prefix BUSY %s <busy.txt
// BUSY: 100 bytes answered after 1.000 of 2 L + 3 * 152 / B
//
// A stream of 4 MB takes S / (0.97 B) + L, however it is cut into writes, within 2 %.
// RUN: %simterpose run --cpu none -n 2 --latency 5ms --bandwidth 20Mbps -o cut ./tcp-dates cut >cut.txt
// RUN: %FileCheck --check-prefix CUT %s <cut.txt
// CUT: by 1: {{(0.9[89]|1.0[01]).}}
// CUT: by 1000: {{(0.9[89]|1.0[01]).}}
// CUT: by 65536: {{(0.9[89]|1.0[01]).}}
// CUT: by 1000000: {{(0.9[89]|1.0[01]).}}
//
// On a long fat path one of 24 MB takes a round trip for each window, within 2 %: a buffer that is
// asked for as 128 KiB is one of 256, and half of that is window.
// RUN: %simterpose run --cpu none -n 2 --latency 50ms --bandwidth 1Gbps -o bound ./tcp-dates bound >bound.txt
// RUN: %FileCheck --check-prefix BOUND %s <bound.txt
// BOUND: by 1000: {{(0.9[89]|1.0[01]).}}
// BOUND: by 65536: {{(0.9[89]|1.0[01]).}}
// BOUND: by 1000000: {{(0.9[89]|1.0[01]).}}
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <time.h>

#include "tcp.h"

enum { PORT = 5000, WINDOW = 131072 };
static bool busy, bound;
static char data[1000000];

/* All hosts have the same date. */
static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int listen_to(int port) {
  const int listener = tcp_socket(), size = WINDOW;
  if (bound)
    CHECK_EQ(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
  CHECK_EQ(bind_to(listener, "0.0.0.0", port), 0);
  CHECK_EQ(listen(listener, 5), 0);
  return listener;
}

static int reach(int port) {
  const struct sockaddr_in name = inet_name("10.0.0.1", port);
  const int fd = tcp_socket();
  CHECK_EQ(connect_to(fd, &name), 0);
  return fd;
}

/* ---- messages ---- */

static void answer(void) {
  const int listener = listen_to(PORT);
  const int fd = accept(listener, NULL, NULL);
  if (busy)
    CHECK(accept(listener, NULL, NULL) >= 0); /* what comes here is not read */
  for (ssize_t size; (size = recv(fd, data, 100, 0)) > 0;) {
    const double date = now();
    CHECK_EQ(send(fd, data, (size_t)size, 0), size);
    if (size == 1)
      CHECK_EQ(send(fd, &date, sizeof date, 0), sizeof date);
  }
}

static void ask(int fd, size_t size, double latency, double bytes, const char* expected) {
  const double start = now();
  CHECK_EQ(send(fd, data, size, 0), size);
  CHECK_EQ(recv(fd, data, size, MSG_WAITALL), size);
  printf("%zu bytes answered after %.3f of %s\n", size, (now() - start) / (2 * latency + bytes),
         expected);
}

static void message(void) {
  const double latency = 10e-3, bandwidth = 12.5e6;
  double start = now();
  const int fd = reach(PORT);
  printf("connected after %.3f of 2 L\n", (now() - start) / (2 * latency));
  start = now();
  double date;
  CHECK_EQ(send(fd, data, 1, 0), 1);
  CHECK_EQ(recv(fd, data, 1, 0), 1);
  const double end = now();
  CHECK_EQ(recv(fd, &date, sizeof date, MSG_WAITALL), sizeof date);
  printf("a byte after %.3f of L + 53 / B\n", (date - start) / (latency + 53 / bandwidth));
  printf("answered after %.3f of 2 (L + 53 / B)\n",
         (end - start) / (2 * (latency + 53 / bandwidth)));
  ask(fd, 100, latency, 2 * 152 / bandwidth, "2 (L + 152 / B)");
}

static void ask_busy(void) {
  const int fd = reach(PORT), stream = reach(PORT);
  CHECK_EQ(fcntl(stream, F_SETFL, O_NONBLOCK), 0);
  CHECK(send(stream, data, 50000, 0) >= 14480);
  usleep(10000);
  ask(fd, 100, 1e-3, 3 * 152 / 125e3, "2 L + 3 * 152 / B");
}

/* ---- streams ---- */

static const size_t cuts[] = {1, 1000, 65536, sizeof data};
static double stream_bytes = 4e6;

static void drain(void) {
  const int listener = listen_to(PORT);
  for (int i = bound; i < 4; i++) {
    const int fd = accept(listener, NULL, NULL);
    while (recv(fd, data, sizeof data, 0) > 0)
      ;
    const double date = now();
    CHECK_EQ(send(fd, &date, sizeof date, 0), sizeof date);
    close(fd);
  }
}

static void stream(double expected) {
  for (int i = bound; i < 4; i++) {
    const int fd = reach(PORT);
    const double start = now();
    for (size_t left = (size_t)stream_bytes; left > 0;) {
      const size_t size = left < cuts[i] ? left : cuts[i];
      CHECK_EQ(send(fd, data, size, 0), size);
      left -= size;
    }
    CHECK_EQ(shutdown(fd, SHUT_WR), 0);
    double date;
    CHECK_EQ(recv(fd, &date, sizeof date, MSG_WAITALL), sizeof date);
    printf("by %zu: %.4f\n", cuts[i], (date - start) / expected);
    close(fd);
  }
}

int main(int argc, char** argv) {
  CHECK_EQ(argc, 2);
  char name[16];
  CHECK_EQ(gethostname(name, sizeof name), 0);
  const bool server = strcmp(name, "node-0") == 0;
  busy = strcmp(argv[1], "busy") == 0;
  bound = strcmp(argv[1], "bound") == 0;
  if (bound)
    stream_bytes = 24e6;
  if (strcmp(argv[1], "message") == 0 || busy)
    server ? answer() : busy ? ask_busy() : message();
  else if (server)
    drain();
  else
    stream(bound ? stream_bytes / WINDOW * 0.1 + 0.05 : stream_bytes / (0.97 * 2.5e6) + 5e-3);
  return 0;
}
