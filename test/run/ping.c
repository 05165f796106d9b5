// Echoes between hosts: there and back, one after the other; an address that nobody has; who may.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I%include %s -o ping
// RUN: %exits 0 %simterpose run -n 2 --latency 5ms --bandwidth 1Gbps --cpu none -o out ./ping {rank}
#define _GNU_SOURCE
#include <math.h>
#include <netinet/ip_icmp.h>
#include <time.h>
#include <unistd.h>

#include "inet.h"

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int ask(int fd, const char* address) {
  struct icmphdr echo = {.type = ICMP_ECHO};
  const struct sockaddr_in to = inet_name(address, 0);
  char packet[128];
  CHECK_EQ(sendto(fd, &echo, sizeof echo, 0, (struct sockaddr*)&to, sizeof to), sizeof echo);
  CHECK(recv(fd, packet, sizeof packet, 0) >= 8);
  return packet[0] == 0x45 ? packet[20] : packet[0];
}

int main(int argc, char** argv) {
  CHECK_EQ(argc, 2);
  if (argv[1][0] != '0')
    return 0;
  const int raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP),
            datagram = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
  CHECK(raw >= 0 && datagram >= 0);
  double start = now();
  CHECK_EQ(ask(datagram, "10.0.0.2"), ICMP_ECHOREPLY);
  /* Twice 5 ms, and 84 bytes of a frame at 1 Gbit/s. */
  CHECK(fabs(now() - start - 2 * (0.005 + 84 * 8 / 1e9)) < 1e-8);
  char packet[64];
  CHECK_EQ(recv(raw, packet, sizeof packet, 0), 28); /* the raw socket has seen it, too */
  start = now();
  CHECK_EQ(ask(raw, "10.0.0.99"), ICMP_DEST_UNREACH);
  CHECK(fabs(now() - start - 3) < 1e-8);
  CHECK_EQ(close(raw), 0);
  CHECK_EQ(seteuid(1000), 0);
  CHECK_ERRNO(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), EPERM);
  return 0;
}
