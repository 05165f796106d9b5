// CALLS: socketpair socket bind connect send sendto recv recvfrom
// RUN: %both
//
// Unix sockets of types SOCK_DGRAM and SOCK_SEQPACKET: messages, queues, peers that go.
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static socklen_t unix_name(struct sockaddr_un* name, const char* path) {
  *name = (struct sockaddr_un){.sun_family = AF_UNIX};
  strcpy(name->sun_path, path);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);
}

static int bound(int type, const char* path) {
  struct sockaddr_un name;
  const socklen_t length = unix_name(&name, path);
  const int fd = socket(AF_UNIX, type, 0);
  CHECK(fd >= 0);
  CHECK_EQ(bind(fd, (struct sockaddr*)&name, length), 0);
  return fd;
}

static int connect_to(int fd, const char* path) {
  struct sockaddr_un name;
  const socklen_t length = unix_name(&name, path);
  return connect(fd, (struct sockaddr*)&name, length);
}

static ssize_t send_to(int fd, const char* data, const char* path, int flags) {
  struct sockaddr_un name;
  const socklen_t length = unix_name(&name, path);
  return sendto(fd, data, strlen(data), flags, (struct sockaddr*)&name, length);
}

static short events_of(int fd) {
  struct pollfd polled = {.fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP};
  CHECK(poll(&polled, 1, 0) >= 0);
  return polled.revents;
}

static int ask(int fd, unsigned long request) {
  int value = -1;
  CHECK_EQ(ioctl(fd, request, &value), 0);
  return value;
}

/* What both types have: messages keep their bounds. */
static void test_pair(int type) {
  int ends[2];
  char data[8];
  CHECK_EQ(socketpair(AF_UNIX, type, 0, ends), 0);
  int found;
  socklen_t length = sizeof found;
  CHECK(getsockopt(ends[0], SOL_SOCKET, SO_TYPE, &found, &length) == 0 && found == type);
  CHECK_EQ(events_of(ends[0]), POLLOUT);
  CHECK_ERRNO(recv(ends[0], data, 1, MSG_DONTWAIT), EAGAIN);
  CHECK(send(ends[0], "abcdef", 6, 0) == 6 && write(ends[0], "gh", 2) == 2);
  CHECK_EQ(ask(ends[1], FIONREAD), type == SOCK_DGRAM ? 6 : 8);
  CHECK(ask(ends[0], TIOCOUTQ) > 8);
  CHECK_EQ(events_of(ends[1]), POLLIN | POLLOUT);
  CHECK_EQ(recv(ends[1], data, 4, MSG_PEEK | MSG_TRUNC), 6);
  struct iovec part = {data, 4};
  struct sockaddr_un from;
  struct msghdr message = {
      .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1};
  CHECK_EQ(recvmsg(ends[1], &message, 0), 4);
  CHECK(message.msg_flags & MSG_TRUNC && message.msg_namelen == 0);
  CHECK_EQ(recv(ends[1], data, sizeof data, MSG_WAITALL), 2);
  CHECK_EQ(ask(ends[0], TIOCOUTQ), 0);
  CHECK_ERRNO(send(ends[0], "x", 1, MSG_OOB), EOPNOTSUPP);
  CHECK_ERRNO(listen(ends[0], 1), type == SOCK_DGRAM ? EOPNOTSUPP : EINVAL);

  /* What has not been read counts against the sender. */
  static char large[300000];
  const int room = 10000;
  CHECK_EQ(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room), 0);
  CHECK_ERRNO(send(ends[0], large, 19969, 0), EMSGSIZE);
  int sent = 0;
  while (send(ends[0], large, 100, MSG_DONTWAIT) == 100)
    sent++;
  CHECK(errno == EAGAIN && sent > 20 && sent < 30);
  CHECK_EQ(events_of(ends[0]), 0);
  while (recv(ends[1], large, 200, MSG_DONTWAIT) == 100)
    sent--;
  CHECK(errno == EAGAIN && sent == 0);
  CHECK_EQ(events_of(ends[0]), POLLOUT);
  CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
}

static void test_peer_goes(void) {
  int ends[2];
  char byte;
  signal(SIGPIPE, SIG_IGN);
  CHECK_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
  CHECK(send(ends[0], "last", 4, 0) == 4 && close(ends[0]) == 0);
  CHECK_EQ(recv(ends[1], &byte, 1, 0), 1);
  CHECK(recv(ends[1], &byte, 1, 0) == 0 && recv(ends[1], &byte, 1, MSG_DONTWAIT) == 0);
  CHECK_ERRNO(send(ends[1], "x", 1, 0), EPIPE);
  CHECK_EQ(events_of(ends[1]), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
  CHECK_EQ(close(ends[1]), 0);

  CHECK_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
  CHECK(send(ends[0], "last", 4, 0) == 4 && close(ends[0]) == 0);
  CHECK_EQ(recv(ends[1], &byte, 1, 0), 1);
  CHECK_ERRNO(recv(ends[1], &byte, 1, MSG_DONTWAIT), EAGAIN);
  CHECK_ERRNO(send(ends[1], "x", 1, 0), ECONNREFUSED);
  CHECK_ERRNO(send(ends[1], "x", 1, 0), ENOTCONN);
  CHECK_EQ(shutdown(ends[1], SHUT_WR), 0);
  CHECK_ERRNO(send_to(ends[1], "x", "nobody", 0), EPIPE);
  CHECK_EQ(shutdown(ends[1], SHUT_RD), 0);
  CHECK_EQ(recv(ends[1], &byte, 1, 0), 0);
  CHECK_EQ(close(ends[1]), 0);
}

static void test_names(void) {
  const int server = bound(SOCK_DGRAM, "log"), fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  const int stream = socket(AF_UNIX, SOCK_STREAM, 0);
  char data[16];
  CHECK_ERRNO(send(fd, "x", 1, 0), ENOTCONN);
  CHECK_ERRNO(send_to(fd, "x", "missing", 0), ENOENT);
  CHECK_ERRNO(connect_to(fd, "missing"), ENOENT);
  CHECK_ERRNO(connect_to(stream, "log"), EPROTOTYPE);
  CHECK_EQ(send_to(fd, "nameless", "log", 0), 8);
  struct sockaddr_un from;
  socklen_t length = sizeof from;
  CHECK_EQ(recvfrom(server, data, sizeof data, 0, (struct sockaddr*)&from, &length), 8);
  CHECK_EQ(length, 0);
  const int named = bound(SOCK_DGRAM, "client");
  CHECK_EQ(connect_to(named, "log"), 0);
  CHECK_EQ(send(named, "question", 8, 0), 8);
  length = sizeof from;
  CHECK_EQ(recvfrom(server, data, sizeof data, 0, (struct sockaddr*)&from, &length), 8);
  CHECK(length > 2 && strcmp(from.sun_path, "client") == 0);
  CHECK_EQ(sendto(server, "answer", 6, 0, (struct sockaddr*)&from, length), 6);
  CHECK_EQ(recv(named, data, sizeof data, 0), 6);
  length = sizeof from;
  CHECK(getpeername(named, (struct sockaddr*)&from, &length) == 0 && !strcmp(from.sun_path, "log"));
  /* Who is connected hears its peer only. */
  CHECK_ERRNO(send_to(fd, "x", "client", 0), EPERM);
  CHECK_ERRNO(connect_to(fd, "client"), EPERM);
  const struct sockaddr none = {.sa_family = AF_UNSPEC};
  CHECK_EQ(connect(named, &none, sizeof none), 0);
  CHECK_EQ(send_to(fd, "x", "client", 0), 1);
  CHECK_ERRNO(send(named, "x", 1, 0), ENOTCONN);
  /* The file stays when the socket goes. */
  CHECK_EQ(connect_to(named, "log"), 0);
  CHECK_EQ(close(server), 0);
  CHECK_ERRNO(send_to(fd, "x", "log", 0), ECONNREFUSED);
  length = sizeof from; /* of the peer that has gone the name is left */
  CHECK(getpeername(named, (struct sockaddr*)&from, &length) == 0 && !strcmp(from.sun_path, "log"));
  CHECK_ERRNO(send_to(fd, "x", "client", 0), EPERM);
  CHECK_ERRNO(send(named, "x", 1, 0), ECONNREFUSED);
  CHECK(unlink("log") == 0 && unlink("client") == 0);
  CHECK(close(fd) == 0 && close(named) == 0 && close(stream) == 0);

  /* Abstract names: each type has its own. */
  struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0stp"};
  const socklen_t size = offsetof(struct sockaddr_un, sun_path) + 4;
  const int a = socket(AF_UNIX, SOCK_DGRAM, 0), b = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  CHECK_EQ(bind(a, (struct sockaddr*)&name, size), 0);
  CHECK_EQ(bind(b, (struct sockaddr*)&name, size), 0);
  CHECK(close(a) == 0 && close(b) == 0);
}

/* A queue that nobody reads: the twelfth waits. */
static void test_full(void) {
  const int server = bound(SOCK_DGRAM, "queue"), fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  CHECK_EQ(connect_to(fd, "queue"), 0);
  int sent = 0;
  while (send(fd, "x", 1, MSG_DONTWAIT) == 1)
    sent++;
  CHECK(errno == EAGAIN && sent == 11);
  CHECK_EQ(events_of(fd), 0);
  const pid_t child = fork();
  if (child == 0) {
    char byte;
    usleep(2000);
    for (int i = 0; i < 12; i++)
      CHECK_EQ(recv(server, &byte, 1, 0), 1);
    _exit(0);
  }
  CHECK_EQ(send(fd, "y", 1, 0), 1);
  int status;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  CHECK_EQ(events_of(fd), POLLOUT);
  CHECK(close(server) == 0 && close(fd) == 0 && unlink("queue") == 0);
}

static void test_packets(void) {
  const int server = bound(SOCK_SEQPACKET, "door"), client = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  char data[16];
  CHECK_ERRNO(send(client, "x", 1, 0), ENOTCONN);
  CHECK_ERRNO(recv(client, data, 1, 0), ENOTCONN);
  CHECK_ERRNO(connect_to(client, "door"), ECONNREFUSED);
  CHECK_EQ(listen(server, 2), 0);
  CHECK_EQ(connect_to(client, "door"), 0);
  CHECK_EQ(events_of(server), POLLIN);
  CHECK_ERRNO(connect_to(client, "door"), EISCONN);
  CHECK_EQ(send(client, "first", 5, 0), 5);
  CHECK_EQ(send(client, "second", 6, 0), 6);
  const int peer = accept(server, NULL, NULL);
  CHECK(peer >= 0);
  CHECK_EQ(recv(peer, data, sizeof data, 0), 5);
  CHECK_EQ(close(peer), 0); /* unread */
  CHECK_ERRNO(recv(client, data, sizeof data, 0), ECONNRESET);
  CHECK_EQ(recv(client, data, sizeof data, 0), 0);
  CHECK(close(client) == 0 && close(server) == 0 && unlink("door") == 0);
}

int main(void) {
  test_pair(SOCK_DGRAM);
  test_pair(SOCK_SEQPACKET);
  test_peer_goes();
  test_names();
  test_full();
  test_packets();
  return 0;
}
