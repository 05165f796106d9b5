// CALLS: socket bind listen accept accept4 connect shutdown getsockname getpeername isfdtype
// RUN: %both
//
// Making and naming sockets, and every error on the way to a connection.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>

#include "tcp.h"

static const struct sockaddr* as_sockaddr(const struct sockaddr_in* name) {
  return (const struct sockaddr*)name;
}

static void test_socket(void) {
  CHECK_ERRNO(socket(AF_INET, 77, 0), EINVAL);
  CHECK_ERRNO(socket(AF_INET, SOCK_STREAM | 0x10000, 0), EINVAL);
  CHECK_ERRNO(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
  CHECK_ERRNO(socket(AF_UNSPEC, SOCK_STREAM, 0), EAFNOSUPPORT);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  CHECK_EQ(fcntl(fd, F_GETFL), O_RDWR | O_NONBLOCK);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(isfdtype(fd, S_IFSOCK), 1);
  CHECK_EQ(isfdtype(fd, S_IFREG), 0);
  CHECK_EQ(isfdtype(-1, S_IFREG), -1);
  struct stat status;
  CHECK_EQ(fstat(fd, &status), 0);
  CHECK(S_ISSOCK(status.st_mode));
  CHECK_ERRNO(lseek(fd, 0, SEEK_SET), ESPIPE);
  char byte;
  CHECK_ERRNO(pread(fd, &byte, 1, 0), ESPIPE);
  CHECK_EQ(events_of(fd), POLLOUT | POLLHUP);
  CHECK_EQ(close(fd), 0);
}

static void test_not_sockets(void) {
  struct sockaddr_in name = inet_name("127.0.0.1", 0);
  socklen_t length = sizeof name;
  int fds[2];
  CHECK_EQ(pipe(fds), 0);
  const int bad[] = {-1, fds[0]};
  for (int i = 0; i < 2; i++) {
    const int expected = i == 0 ? EBADF : ENOTSOCK;
    CHECK_ERRNO(bind(bad[i], as_sockaddr(&name), sizeof name), expected);
    CHECK_ERRNO(listen(bad[i], 1), expected);
    CHECK_ERRNO(accept(bad[i], NULL, NULL), expected);
    CHECK_ERRNO(accept4(bad[i], NULL, NULL, 0), expected);
    CHECK_ERRNO(connect(bad[i], as_sockaddr(&name), sizeof name), expected);
    CHECK_ERRNO(shutdown(bad[i], SHUT_RD), expected);
    CHECK_ERRNO(getsockname(bad[i], (struct sockaddr*)&name, &length), expected);
    CHECK_ERRNO(getpeername(bad[i], (struct sockaddr*)&name, &length), expected);
  }
  CHECK_EQ(close(fds[0]), 0);
  CHECK_EQ(close(fds[1]), 0);
}

static void test_bind(void) {
  int fd = tcp_socket();
  struct sockaddr_in name = inet_name("127.0.0.1", 0);
  CHECK_ERRNO(bind(fd, as_sockaddr(&name), sizeof name - 1), EINVAL);
  CHECK_ERRNO(bind_to(fd, "203.0.113.7", 0), EADDRNOTAVAIL);
  name.sin_family = AF_UNIX;
  CHECK_ERRNO(bind(fd, as_sockaddr(&name), sizeof name), EAFNOSUPPORT);
  CHECK_EQ(local_name(fd).sin_port, 0);
  CHECK_EQ(bind_to(fd, "127.0.0.1", 0), 0);
  const struct sockaddr_in bound = local_name(fd);
  CHECK(ntohs(bound.sin_port) >= 1024);
  CHECK_EQ(bound.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
  CHECK_ERRNO(bind_to(fd, "127.0.0.1", 0), EINVAL);

  /* The same port: in use at this address and at all, free at another one. */
  int other = tcp_socket();
  const int port = ntohs(bound.sin_port);
  CHECK_ERRNO(bind_to(other, "127.0.0.1", port), EADDRINUSE);
  CHECK_ERRNO(bind_to(other, "0.0.0.0", port), EADDRINUSE);
  CHECK_EQ(bind_to(other, "127.0.0.2", port), 0);
  CHECK_EQ(close(other), 0);
  CHECK_EQ(close(fd), 0);
  other = tcp_socket();
  CHECK_EQ(bind_to(other, "127.0.0.1", port), 0);
  CHECK_EQ(close(other), 0);
}

static int reusing(int option) {
  int fd = tcp_socket();
  int on = 1;
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, option, &on, sizeof on), 0);
  return fd;
}

static void test_reuse(void) {
  /* SO_REUSEADDR: two may hold a port until one listens. */
  int a = reusing(SO_REUSEADDR), b = reusing(SO_REUSEADDR), c = reusing(SO_REUSEADDR);
  CHECK_EQ(bind_to(a, "127.0.0.1", 0), 0);
  int port = ntohs(local_name(a).sin_port);
  CHECK_EQ(bind_to(b, "127.0.0.1", port), 0);
  CHECK_EQ(listen(a, 1), 0);
  CHECK_ERRNO(listen(b, 1), EADDRINUSE);
  CHECK_ERRNO(bind_to(c, "127.0.0.1", port), EADDRINUSE);
  close(a), close(b), close(c);

  /* SO_REUSEPORT: all that say so may listen. */
  a = reusing(SO_REUSEPORT), b = reusing(SO_REUSEPORT), c = tcp_socket();
  CHECK_EQ(bind_to(a, "127.0.0.1", 0), 0);
  port = ntohs(local_name(a).sin_port);
  CHECK_EQ(listen(a, 1), 0);
  CHECK_EQ(bind_to(b, "127.0.0.1", port), 0);
  CHECK_EQ(listen(b, 1), 0);
  CHECK_ERRNO(bind_to(c, "127.0.0.1", port), EADDRINUSE);
  close(a), close(b), close(c);
}

static void test_listen_and_accept(void) {
  int fd = tcp_socket();
  CHECK_ERRNO(accept(fd, NULL, NULL), EINVAL);
  CHECK_EQ(listen(fd, 3), 0); /* binds by itself */
  CHECK(local_name(fd).sin_port != 0);
  CHECK_EQ(listen(fd, 5), 0);
  CHECK_ERRNO(accept4(fd, NULL, NULL, 1), EINVAL);
  const struct sockaddr_in self = inet_name("127.0.0.1", ntohs(local_name(fd).sin_port));
  CHECK_ERRNO(connect_to(fd, &self), EISCONN);
  char byte;
  CHECK_ERRNO(recv(fd, &byte, 1, 0), ENOTCONN);
  CHECK_EQ(events_of(fd), 0);
  CHECK_EQ(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
  CHECK_ERRNO(accept(fd, NULL, NULL), EAGAIN);

  int client = tcp_socket();
  CHECK_EQ(connect_to(client, &self), 0);
  CHECK_EQ(events_of(fd), POLLIN);
  struct sockaddr_in peer;
  socklen_t length = sizeof peer;
  int server = accept4(fd, (struct sockaddr*)&peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  CHECK(server >= 0);
  CHECK_EQ(length, sizeof peer);
  CHECK_EQ(peer.sin_port, local_name(client).sin_port);
  CHECK_EQ(fcntl(server, F_GETFL), O_RDWR | O_NONBLOCK);
  CHECK_EQ(fcntl(server, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(events_of(fd), 0);
  close(server), close(client);

  /* O_NONBLOCK is not inherited; a short buffer gets part of the name and its full length. */
  client = tcp_socket();
  CHECK_EQ(connect_to(client, &self), 0);
  length = 2;
  memset(&peer, 0xff, sizeof peer);
  server = accept(fd, (struct sockaddr*)&peer, &length);
  CHECK_EQ(length, sizeof peer);
  CHECK_EQ(peer.sin_family, AF_INET);
  CHECK_EQ(peer.sin_port, 0xffff);
  CHECK_EQ(fcntl(server, F_GETFL), O_RDWR);
  close(server), close(client);

  /* shutdown ends listening. */
  CHECK_EQ(shutdown(fd, SHUT_WR), 0);
  CHECK_EQ(shutdown(fd, SHUT_RD), 0);
  CHECK_ERRNO(accept(fd, NULL, NULL), EINVAL);
  CHECK_EQ(close(fd), 0);
}

static void test_names(void) {
  struct sockaddr_in name;
  socklen_t length = sizeof name;
  int fd = tcp_socket();
  CHECK_ERRNO(getpeername(fd, (struct sockaddr*)&name, &length), ENOTCONN);
  CHECK_EQ(close(fd), 0);
  int ends[2];
  tcp_pair(ends);
  CHECK_EQ(getpeername(ends[0], (struct sockaddr*)&name, &length), 0);
  CHECK_EQ(name.sin_port, local_name(ends[1]).sin_port);
  CHECK_EQ(getpeername(ends[1], (struct sockaddr*)&name, &length), 0);
  CHECK_EQ(name.sin_port, local_name(ends[0]).sin_port);
  length = (socklen_t)-1;
  CHECK_ERRNO(getsockname(ends[0], (struct sockaddr*)&name, &length), EINVAL);
  length = 3;
  CHECK_EQ(getsockname(ends[0], (struct sockaddr*)&name, &length), 0);
  CHECK_EQ(length, sizeof name);
  close_pair(ends);
}

static void test_connect(void) {
  struct sockaddr_in name;
  int listener = tcp_listener(5, &name);
  int fd = tcp_socket();
  CHECK_ERRNO(connect(fd, as_sockaddr(&name), 1), EINVAL);
  CHECK_ERRNO(connect(fd, as_sockaddr(&name), sizeof name - 1), EINVAL);
  struct sockaddr_in wrong = name;
  wrong.sin_family = AF_INET6;
  CHECK_ERRNO(connect(fd, as_sockaddr(&wrong), sizeof wrong), EAFNOSUPPORT);
  wrong = inet_name("224.0.0.1", 7);
  CHECK_ERRNO(connect_to(fd, &wrong), ENETUNREACH);
  CHECK_EQ(close(listener), 0);
  CHECK_ERRNO(connect_to(fd, &name), ECONNREFUSED);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ERROR), 0);

  /* The same socket may try again; 0.0.0.0 is this host. */
  listener = tcp_listener(5, &name);
  struct sockaddr_in any = inet_name("0.0.0.0", ntohs(name.sin_port));
  CHECK_EQ(connect_to(fd, &any), 0);
  CHECK_ERRNO(connect_to(fd, &name), EISCONN);
  CHECK_ERRNO(listen(fd, 1), EINVAL);
  CHECK_ERRNO(bind_to(fd, "127.0.0.1", 0), EINVAL);
  CHECK_EQ(local_name(fd).sin_addr.s_addr, htonl(INADDR_LOOPBACK));

  /* AF_UNSPEC dissolves a connection. */
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  CHECK_EQ(connect(fd, &none, sizeof none), 0);
  CHECK_EQ(connect_to(fd, &name), 0);
  CHECK_EQ(close(fd), 0);

  /* A source that was bound is kept. */
  fd = tcp_socket();
  CHECK_EQ(bind_to(fd, "127.0.0.1", 0), 0);
  const struct sockaddr_in bound = local_name(fd);
  CHECK_EQ(connect_to(fd, &name), 0);
  CHECK_EQ(local_name(fd).sin_port, bound.sin_port);
  CHECK_EQ(close(fd), 0);
  CHECK_EQ(close(listener), 0);
}

static void test_shutdown(void) {
  int fd = tcp_socket();
  CHECK_ERRNO(shutdown(fd, SHUT_RDWR), ENOTCONN);
  CHECK_EQ(close(fd), 0);
  int ends[2];
  tcp_pair(ends);
  CHECK_ERRNO(shutdown(ends[0], 3), EINVAL);
  CHECK_ERRNO(shutdown(ends[0], -1), EINVAL);
  CHECK_EQ(shutdown(ends[0], SHUT_RD), 0);
  char byte;
  CHECK_EQ(recv(ends[0], &byte, 1, 0), 0);
  close_pair(ends);
}

int main(void) {
  test_socket();
  test_not_sockets();
  test_bind();
  test_reuse();
  test_listen_and_accept();
  test_names();
  test_connect();
  test_shutdown();
  return 0;
}
