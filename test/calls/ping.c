// CALLS: socket sendto recvfrom
// RUN: %both
//
// Echoes of ICMP by raw sockets, which need a privilege, and by datagram sockets, which systems
// allow or not.
#define _GNU_SOURCE
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <unistd.h>

#include "inet.h"

#ifndef ICMP_FILTER
#define ICMP_FILTER 1
#endif

static unsigned short sum(const void* data, size_t size) {
  const unsigned short* words = data;
  unsigned total = 0;
  for (size_t i = 0; i < size / 2; i++)
    total += words[i];
  while (total >> 16)
    total = (total & 0xffff) + (total >> 16);
  return (unsigned short)~total;
}

struct echo {
  struct icmphdr header;
  char text[8];
};

static struct echo request(int number) {
  struct echo echo = {{.type = ICMP_ECHO}, "payload"};
  echo.header.un.echo.id = htons(77);
  echo.header.un.echo.sequence = htons((uint16_t)number);
  echo.header.checksum = sum(&echo, sizeof echo);
  return echo;
}

static void send_echo(int fd, struct echo echo) {
  const struct sockaddr_in to = inet_name("127.0.0.1", 0);
  CHECK_EQ(sendto(fd, &echo, sizeof echo, 0, (struct sockaddr*)&to, sizeof to), sizeof echo);
}

static void test_raw(int fd) {
  char packet[100];
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  const unsigned only_replies = ~(1u << ICMP_ECHOREPLY);
  unsigned filter = 0;
  /* Each message of the host: the request, then the reply. */
  send_echo(fd, request(1));
  for (int i = 0; i < 2; i++) {
    CHECK_EQ(recvfrom(fd, packet, sizeof packet, 0, (struct sockaddr*)&from, &length), 36);
    CHECK_EQ(from.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    CHECK_EQ(from.sin_port, 0);
    const struct iphdr* const ip = (struct iphdr*)packet;
    CHECK_EQ(ip->ihl, 5);
    CHECK_EQ(ip->protocol, IPPROTO_ICMP);
    CHECK_EQ(ntohs(ip->tot_len), 36);
    CHECK_EQ(sum(ip, 20), 0);
    const struct echo* const echo = (struct echo*)(packet + 20);
    CHECK_EQ(echo->header.type, i == 0 ? ICMP_ECHO : ICMP_ECHOREPLY);
    CHECK_EQ(echo->header.un.echo.id, htons(77));
    CHECK_EQ(sum(echo, sizeof *echo), 0);
    CHECK(strcmp(echo->text, "payload") == 0);
  }
  CHECK_EQ(setsockopt(fd, SOL_RAW, ICMP_FILTER, &only_replies, sizeof only_replies), 0);
  length = sizeof filter;
  CHECK_EQ(getsockopt(fd, SOL_RAW, ICMP_FILTER, &filter, &length), 0);
  CHECK_EQ(filter, only_replies);
  send_echo(fd, request(2));
  struct pollfd polled = {fd, POLLIN, 0};
  CHECK_EQ(poll(&polled, 1, 5000), 1);
  CHECK_EQ(recv(fd, packet, 24, MSG_TRUNC), 36);
  CHECK_EQ(packet[20], ICMP_ECHOREPLY);
  CHECK_ERRNO(recv(fd, packet, sizeof packet, MSG_DONTWAIT), EAGAIN);
  /* Connected. */
  const struct sockaddr_in to = inet_name("127.0.0.1", 0);
  const struct echo echo = request(3);
  CHECK_ERRNO(send(fd, &echo, sizeof echo, 0), EDESTADDRREQ);
  CHECK_EQ(connect(fd, (struct sockaddr*)&to, sizeof to), 0);
  CHECK_EQ(send(fd, &echo, sizeof echo, 0), sizeof echo);
  CHECK_EQ(recv(fd, packet, sizeof packet, 0), 36);
  CHECK_EQ(close(fd), 0);
}

static void test_raw6(void) {
  const int fd = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
  if (fd < 0)
    return;
  struct icmp6_filter filter;
  ICMP6_FILTER_SETBLOCKALL(&filter);
  ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
  CHECK_EQ(setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter), 0);
  const struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
  const struct icmp6_hdr echo = {.icmp6_type = ICMP6_ECHO_REQUEST};
  char packet[100];
  if (sendto(fd, &echo, sizeof echo, 0, (struct sockaddr*)&to, sizeof to) == sizeof echo) {
    CHECK_EQ(recv(fd, packet, sizeof packet, 0), sizeof echo); /* without a header */
    CHECK_EQ((unsigned char)packet[0], ICMP6_ECHO_REPLY);
  }
  CHECK_EQ(close(fd), 0);
}

static void test_datagram(void) {
  const int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
  if (fd < 0) {
    CHECK_EQ(errno, EACCES);
    return;
  }
  struct echo echo = request(4), reply;
  send_echo(fd, echo);
  CHECK_EQ(recv(fd, &reply, sizeof reply, 0), sizeof reply);
  CHECK_EQ(reply.header.type, ICMP_ECHOREPLY);
  CHECK_EQ(reply.header.un.echo.sequence, htons(4));
  CHECK_EQ(reply.header.un.echo.id, local_name(fd).sin_port); /* not the one that was sent */
  const struct sockaddr_in to = inet_name("127.0.0.1", 0);
  echo.header.type = ICMP_ECHOREPLY;
  CHECK_ERRNO(sendto(fd, &echo, sizeof echo, 0, (struct sockaddr*)&to, sizeof to), EINVAL);
  CHECK_ERRNO(sendto(fd, &echo, 4, 0, (struct sockaddr*)&to, sizeof to), EINVAL);
  CHECK_EQ(close(fd), 0);
}

int main(void) {
  CHECK_ERRNO(socket(AF_INET, SOCK_RAW, 0), EPROTONOSUPPORT);
  const int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  if (fd < 0)
    CHECK_EQ(errno, EPERM); /* natively, without the privilege */
  else
    test_raw(fd);
  test_raw6();
  test_datagram();
  return 0;
}
