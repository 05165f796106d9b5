// CALLS: send sendto sendmsg sendmmsg recv recvfrom recvmsg recvmmsg sockatmark
// CALLS: __recv_chk __recvfrom_chk
// RUN: %both
//
// Bytes through connections inside a host: every way to send and receive, buffers, blocking.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>

#include <linux/sockios.h>

#include "tcp.h"

/* What recv and recvfrom become under _FORTIFY_SOURCE. */
ssize_t __recv_chk(int fd, void* buffer, size_t size, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void* buffer, size_t size, size_t room, int flags,
                       __SOCKADDR_ARG address, socklen_t* length);

static void expect(int fd, int flags, const char* text) {
  char buffer[64];
  CHECK_EQ(recv(fd, buffer, sizeof buffer, flags), strlen(text));
  CHECK(memcmp(buffer, text, strlen(text)) == 0);
}

static void test_forms(void) {
  int ends[2];
  tcp_pair(ends);
  char buffer[16];
  CHECK_EQ(send(ends[0], "abc", 3, 0), 3);
  CHECK_EQ(write(ends[0], "def", 3), 3);
  expect(ends[1], 0, "abcdef");
  struct iovec out[3] = {{"one", 3}, {"", 0}, {"two", 3}};
  CHECK_EQ(writev(ends[1], out, 3), 6);
  struct iovec in[2] = {{buffer, 2}, {buffer + 2, 14}};
  CHECK_EQ(readv(ends[0], in, 2), 6);
  CHECK(memcmp(buffer, "onetwo", 6) == 0);

  /* A connected stream ignores the address it is given, and gives none. */
  struct sockaddr_in name = inet_name("127.0.0.1", 1);
  CHECK_EQ(sendto(ends[0], "x", 1, 0, (struct sockaddr*)&name, sizeof name), 1);
  socklen_t length = sizeof name;
  CHECK_EQ(recvfrom(ends[1], buffer, 16, 0, (struct sockaddr*)&name, &length), 1);
  CHECK_EQ(length, 0);

  struct msghdr message = {.msg_iov = out, .msg_iovlen = 3};
  CHECK_EQ(sendmsg(ends[0], &message, 0), 6);
  char control[64];
  message = (struct msghdr){.msg_name = &name,
                            .msg_namelen = sizeof name,
                            .msg_iov = in,
                            .msg_iovlen = 2,
                            .msg_control = control,
                            .msg_controllen = sizeof control,
                            .msg_flags = -1};
  CHECK_EQ(recvmsg(ends[1], &message, 0), 6);
  CHECK_EQ(message.msg_namelen, 0);
  CHECK_EQ(message.msg_controllen, 0);
  CHECK_EQ(message.msg_flags, 0);

  struct mmsghdr many[2] = {{.msg_hdr = {.msg_iov = out, .msg_iovlen = 1}},
                            {.msg_hdr = {.msg_iov = out, .msg_iovlen = 3}}};
  CHECK_EQ(sendmmsg(ends[0], many, 2, 0), 2);
  CHECK_EQ(many[0].msg_len, 3);
  CHECK_EQ(many[1].msg_len, 6);
  struct iovec four = {buffer, 4};
  many[0].msg_hdr = many[1].msg_hdr = (struct msghdr){.msg_iov = &four, .msg_iovlen = 1};
  CHECK_EQ(recvmmsg(ends[1], many, 2, 0, NULL), 2);
  CHECK_EQ(many[1].msg_len, 4);
  CHECK_EQ(recvmmsg(ends[1], many, 2, MSG_WAITFORONE, NULL), 1);
  struct timespec bad = {-1, 0};
  CHECK_ERRNO(recvmmsg(ends[1], many, 2, 0, &bad), EINVAL);
  message = (struct msghdr){.msg_iov = out, .msg_iovlen = 2000};
  CHECK_ERRNO(sendmsg(ends[0], &message, 0), EMSGSIZE);
  CHECK_ERRNO(recvmsg(ends[0], &message, 0), EMSGSIZE);
  CHECK_EQ(send(ends[0], "abcd", 4, 0), 4);
  CHECK_EQ(__recv_chk(ends[1], buffer, 2, sizeof buffer, 0), 2);
  CHECK_EQ(__recvfrom_chk(ends[1], buffer, 2, sizeof buffer, 0, NULL, NULL), 2);
  CHECK_EQ(sockatmark(ends[0]), 0);
  CHECK_ERRNO(sockatmark(-1), EBADF);
  CHECK_ERRNO(send(-1, "x", 1, 0), EBADF);
  CHECK_ERRNO(recv(-1, buffer, 1, 0), EBADF);
  close_pair(ends);
}

static void test_flags(void) {
  int ends[2], count;
  tcp_pair(ends);
  char buffer[16];
  CHECK_ERRNO(recv(ends[1], buffer, 16, MSG_DONTWAIT), EAGAIN);
  CHECK_ERRNO(recv(ends[1], buffer, 16, MSG_OOB), EINVAL);
  CHECK_ERRNO(recv(ends[1], buffer, 16, MSG_ERRQUEUE), EAGAIN);
  CHECK_EQ(send(ends[0], "abcdef", 6, MSG_MORE), 6);
  CHECK_EQ(send(ends[0], "gh", 2, MSG_DONTWAIT), 2);
  CHECK_EQ(ioctl(ends[1], FIONREAD, &count), 0);
  CHECK_EQ(count, 8);
  expect(ends[1], MSG_PEEK, "abcdefgh");
  CHECK_EQ(recv(ends[1], buffer, 3, MSG_PEEK), 3);
  CHECK_EQ(recv(ends[1], buffer, 2, 0), 2);
  memset(buffer, 'z', sizeof buffer);
  CHECK_EQ(recv(ends[1], buffer, 3, MSG_TRUNC), 3); /* thrown away */
  CHECK_EQ(buffer[0], 'z');
  expect(ends[1], 0, "fgh");
  CHECK_EQ(ioctl(ends[1], FIONREAD, &count), 0);
  CHECK_EQ(count, 0);
  CHECK_EQ(ioctl(ends[0], SIOCOUTQ, &count), 0);
  CHECK_EQ(count, 0);
  int on = 1;
  CHECK_EQ(ioctl(ends[1], FIONBIO, &on), 0);
  CHECK_ERRNO(recv(ends[1], buffer, 16, 0), EAGAIN);
  CHECK_EQ(send(ends[0], "", 0, 0), 0);
  CHECK_EQ(read(ends[1], buffer, 0), 0);
  close_pair(ends);
}

static sem_t first_received;

static void* send_in_pieces(void* argument) {
  for (int i = 0; i < 4; i++) {
    usleep(5000);
    CHECK_EQ(send(*(int*)argument, "12345", 5, 0), 5);
    if (i == 0)
      CHECK_EQ(sem_wait(&first_received), 0); /* a slow machine must not see two pieces at once */
  }
  return NULL;
}

static void test_waiting(void) {
  int ends[2];
  tcp_pair(ends);
  char buffer[64];
  pthread_t sender;
  CHECK_EQ(sem_init(&first_received, 0, 0), 0);
  CHECK_EQ(pthread_create(&sender, NULL, send_in_pieces, &ends[0]), 0);
  CHECK_EQ(recv(ends[1], buffer, 64, 0), 5); /* blocks until there is something */
  CHECK_EQ(sem_post(&first_received), 0);
  CHECK_EQ(recv(ends[1], buffer, 15, MSG_WAITALL), 15);
  CHECK_EQ(pthread_join(sender, NULL), 0);

  int low = 8;
  CHECK_EQ(setsockopt(ends[1], SOL_SOCKET, SO_RCVLOWAT, &low, sizeof low), 0);
  CHECK_EQ(send(ends[0], "1234", 4, 0), 4);
  CHECK_EQ(events_of(ends[1]), POLLOUT);
  CHECK_EQ(send(ends[0], "5678", 4, 0), 4);
  CHECK_EQ(events_of(ends[1]), POLLIN | POLLOUT);
  expect(ends[1], 0, "12345678");
  low = 1;
  CHECK_EQ(setsockopt(ends[1], SOL_SOCKET, SO_RCVLOWAT, &low, sizeof low), 0);

  /* A timeout ends a wait; what has come is not lost. */
  struct timeval timeout = {0, 20000};
  CHECK_EQ(setsockopt(ends[1], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout), 0);
  struct timespec before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  CHECK_ERRNO(recv(ends[1], buffer, 64, 0), EAGAIN);
  clock_gettime(CLOCK_MONOTONIC, &after);
  const double waited =
      (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) * 1e-9;
  CHECK(waited >= 0.0199 && waited < 0.5);
  CHECK_EQ(send(ends[0], "abc", 3, 0), 3);
  CHECK_EQ(recv(ends[1], buffer, 10, MSG_WAITALL), 3);
  close_pair(ends);
}

/* ---- more than the buffers hold ---- */

enum { MANY = 20000000 };

static unsigned char byte_at(size_t i) { return (unsigned char)(i ^ i >> 8 ^ i >> 16); }

static void* send_many(void* argument) {
  static unsigned char data[100000];
  for (size_t sent = 0; sent < MANY;) {
    size_t size = MANY - sent < sizeof data ? MANY - sent : sizeof data;
    for (size_t i = 0; i < size; i++)
      data[i] = byte_at(sent + i);
    CHECK_EQ(send(*(int*)argument, data, size, 0), size);
    sent += size;
  }
  CHECK_EQ(shutdown(*(int*)argument, SHUT_WR), 0);
  return NULL;
}

static void test_many(void) {
  int ends[2];
  tcp_pair(ends);
  pthread_t sender;
  CHECK_EQ(pthread_create(&sender, NULL, send_many, &ends[0]), 0);
  static unsigned char data[70001];
  size_t received = 0;
  for (;;) {
    const ssize_t size = recv(ends[1], data, sizeof data, 0);
    CHECK(size >= 0);
    if (size == 0)
      break;
    for (ssize_t i = 0; i < size; i += 17)
      CHECK_EQ(data[i], byte_at(received + (size_t)i));
    received += (size_t)size;
  }
  CHECK_EQ(received, MANY);
  CHECK_EQ(pthread_join(sender, NULL), 0);
  close_pair(ends);
}

static void test_full(void) {
  int ends[2];
  tcp_pair(ends);
  CHECK_EQ(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
  static char data[50000];
  size_t sent = 0, received = 0;
  ssize_t size;
  while ((size = send(ends[0], data, sizeof data, 0)) > 0)
    sent += (size_t)size;
  CHECK_EQ(errno, EAGAIN);
  CHECK(sent > 60000);
  CHECK_EQ(events_of(ends[0]), 0);
  CHECK_EQ(events_of(ends[1]), POLLIN | POLLOUT);
  while (received < sent) {
    size = recv(ends[1], data, sizeof data, 0);
    CHECK(size > 0);
    received += (size_t)size;
  }
  CHECK_EQ(received, sent);
  struct pollfd polled = {.fd = ends[0], .events = POLLOUT};
  CHECK_EQ(poll(&polled, 1, 1000), 1);
  CHECK_EQ(polled.revents, POLLOUT);
  close_pair(ends);
}

static void test_send_timeout(void) {
  int ends[2];
  tcp_pair(ends);
  struct timeval timeout = {0, 20000};
  CHECK_EQ(setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout), 0);
  static char data[1 << 24];
  const ssize_t sent = send(ends[0], data, sizeof data, 0);
  CHECK(sent > 0 && sent < (ssize_t)sizeof data);
  ssize_t more; /* natively a busy machine makes room late */
  while ((more = send(ends[0], data, sizeof data, 0)) > 0)
    CHECK(more < (ssize_t)sizeof data);
  CHECK(more == -1 && errno == EAGAIN);
  close_pair(ends);
}

static void test_unconnected(void) {
  signal(SIGPIPE, SIG_IGN);
  int fd = tcp_socket();
  char byte = 0;
  CHECK_ERRNO(recv(fd, &byte, 1, 0), ENOTCONN);
  CHECK_ERRNO(send(fd, &byte, 1, 0), EPIPE);
  CHECK_ERRNO(write(fd, &byte, 1), EPIPE);
  CHECK_EQ(close(fd), 0);
}

int main(void) {
  test_forms();
  test_flags();
  test_waiting();
  test_many();
  test_full();
  test_send_timeout();
  test_unconnected();
  return 0;
}
