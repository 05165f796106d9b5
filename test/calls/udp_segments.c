// CALLS: send sendto sendmsg setsockopt recvmsg
// RUN: %both
//
// One datagram by several calls (UDP_CORK, MSG_MORE), several by one (UDP_SEGMENT), and several
// read at once (UDP_GRO).
#define _GNU_SOURCE
#include <netinet/udp.h>
#include <stdbool.h>
#include <stdint.h>

#include "udp.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#define UDP_GRO 104
#endif

static char data[65536], got[65536];

static int quiet(int fd) {
  const ssize_t size = recv(fd, got, sizeof got, MSG_DONTWAIT);
  return size == -1 && errno == EAGAIN;
}

static void test_more(void) {
  const int to = bound_socket(), other = bound_socket(), fd = udp_socket();
  const struct sockaddr_in name = inet_name("127.0.0.1", port_of(to)),
                           elsewhere = inet_name("127.0.0.1", port_of(other));
  CHECK_EQ(sendto(fd, "ab", 2, MSG_MORE, (const struct sockaddr*)&name, sizeof name), 2);
  CHECK(quiet(to));
  /* It goes where the first part goes. */
  CHECK_EQ(sendto(fd, "cd", 2, MSG_MORE, (const struct sockaddr*)&elsewhere, sizeof elsewhere), 2);
  CHECK_EQ(send(fd, "ef", 2, MSG_MORE), 2);
  CHECK(quiet(to));
  CHECK_EQ(send(fd, NULL, 0, 0), 0);
  CHECK_EQ(recv(to, got, sizeof got, 0), 6);
  CHECK_EQ(memcmp(got, "abcdef", 6), 0);
  CHECK(quiet(to) && quiet(other));
  CHECK_ERRNO(send(fd, "x", 1, 0), EDESTADDRREQ);
  CHECK_EQ(sendto(fd, "gh", 2, 0, (const struct sockaddr*)&elsewhere, sizeof elsewhere), 2);
  CHECK_EQ(recv(other, got, sizeof got, 0), 2);

  /* Too much: all of it is dropped. */
  CHECK_EQ(sendto(fd, data, 65000, MSG_MORE, (const struct sockaddr*)&name, sizeof name), 65000);
  CHECK_ERRNO(send(fd, data, 1000, 0), EMSGSIZE);
  CHECK_ERRNO(send(fd, "x", 1, 0), EDESTADDRREQ);
  CHECK(quiet(to));

  /* What is not finished is never sent. */
  CHECK_EQ(sendto(fd, "ab", 2, MSG_MORE, (const struct sockaddr*)&name, sizeof name), 2);
  CHECK_EQ(close(fd), 0);
  CHECK(quiet(to));
  CHECK_EQ(close(to), 0);
  CHECK_EQ(close(other), 0);
}

static void test_cork(void) {
  const int to = bound_socket(), fd = udp_socket();
  CHECK_EQ(connect_to(fd, "127.0.0.1", port_of(to)), 0);
  CHECK_EQ(get_int(fd, IPPROTO_UDP, UDP_CORK), 0);
  set_int(fd, IPPROTO_UDP, UDP_CORK, 5);
  CHECK_EQ(get_int(fd, IPPROTO_UDP, UDP_CORK), 1);
  CHECK_EQ(send(fd, "ab", 2, 0), 2);
  CHECK_EQ(write(fd, "cd", 2), 2);
  CHECK(quiet(to));
  set_int(fd, IPPROTO_UDP, UDP_CORK, 0);
  CHECK_EQ(recv(to, got, sizeof got, 0), 4);
  CHECK_EQ(memcmp(got, "abcd", 4), 0);
  CHECK_EQ(send(fd, "ef", 2, 0), 2);
  CHECK_EQ(recv(to, got, sizeof got, 0), 2);
  CHECK_EQ(close(to), 0);
  CHECK_EQ(close(fd), 0);
}

static void test_segments(void) {
  const int to = bound_socket(), fd = udp_socket();
  for (size_t i = 0; i < sizeof data; i++)
    data[i] = (char)(i / 100);
  CHECK_EQ(connect_to(fd, "127.0.0.1", port_of(to)), 0);
  CHECK_EQ(get_int(fd, IPPROTO_UDP, UDP_SEGMENT), 0);
  int value = 65536;
  CHECK_ERRNO(setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &value, sizeof value), EINVAL);
  set_int(fd, IPPROTO_UDP, UDP_SEGMENT, 100);
  CHECK_EQ(get_int(fd, IPPROTO_UDP, UDP_SEGMENT), 100);
  CHECK_EQ(send(fd, data, 1950, 0), 1950);
  for (int i = 0; i < 20; i++) {
    CHECK_EQ(recv(to, got, sizeof got, MSG_DONTWAIT), i < 19 ? 100 : 50);
    CHECK(got[0] == i && got[49] == i);
  }
  CHECK(quiet(to));
  CHECK_EQ(send(fd, data, 60, 0), 60);
  CHECK_EQ(recv(to, got, sizeof got, 0), 60);
  CHECK_ERRNO(send(fd, data, 20000, 0), EINVAL); /* more than 128 */
  CHECK(quiet(to));

  /* For one call. */
  struct iovec vector = {data, 500};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(uint16_t))];
  } control = {.header = {CMSG_LEN(sizeof(uint16_t)), IPPROTO_UDP, UDP_SEGMENT}};
  struct msghdr message = {.msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
  const uint16_t segment = 200;
  memcpy(CMSG_DATA(&control.header), &segment, sizeof segment);
  CHECK_EQ(sendmsg(fd, &message, 0), 500);
  CHECK_EQ(recv(to, got, sizeof got, 0), 200);
  CHECK_EQ(recv(to, got, sizeof got, 0), 200);
  CHECK_EQ(recv(to, got, sizeof got, 0), 100);
  control.header.cmsg_len = CMSG_LEN(sizeof(int));
  message.msg_controllen = CMSG_SPACE(sizeof(int));
  CHECK_ERRNO(sendmsg(fd, &message, 0), EINVAL);
  CHECK_EQ(close(to), 0);
  CHECK_EQ(close(fd), 0);
}

/* Size of the segments that are told, or 0. */
static int receive(int fd, ssize_t* size) {
  struct iovec vector = {got, sizeof got};
  char control[128];
  struct msghdr message = {.msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
  *size = recvmsg(fd, &message, MSG_DONTWAIT);
  const struct cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (!header)
    return 0;
  int segment;
  CHECK(header->cmsg_level == IPPROTO_UDP && header->cmsg_type == UDP_GRO);
  CHECK_EQ(header->cmsg_len, CMSG_LEN(sizeof segment));
  memcpy(&segment, CMSG_DATA(header), sizeof segment);
  return segment;
}

static void test_together(void) {
  const int to = bound_socket(), fd = udp_socket();
  ssize_t size;
  CHECK_EQ(connect_to(fd, "127.0.0.1", port_of(to)), 0);
  CHECK_EQ(get_int(to, IPPROTO_UDP, UDP_GRO), 0);
  set_int(to, IPPROTO_UDP, UDP_GRO, 1);
  CHECK_EQ(get_int(to, IPPROTO_UDP, UDP_GRO), 1);
  set_int(fd, IPPROTO_UDP, UDP_SEGMENT, 100);
  CHECK_EQ(send(fd, data, 1950, 0), 1950);
  CHECK_EQ(send(fd, data, 100, 0), 100);
  CHECK_EQ(receive(to, &size), 100);
  CHECK_EQ(size, 1950);
  CHECK_EQ(memcmp(got, data, 1950), 0);
  CHECK_EQ(receive(to, &size), 0);
  CHECK_EQ(size, 100);
  CHECK_EQ(close(to), 0);
  CHECK_EQ(close(fd), 0);
}

int main(void) {
  test_more();
  test_cork();
  test_segments();
  test_together();
  return 0;
}
