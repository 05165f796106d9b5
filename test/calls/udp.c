// CALLS: socket bind connect send sendto sendmsg recv recvfrom recvmsg sendmmsg recvmmsg
// RUN: %both
//
// UDP over IPv4: naming, sending, receiving, and every error on the way.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "udp.h"

static void test_socket(void) {
  CHECK_ERRNO(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP), EPROTONOSUPPORT);
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, IPPROTO_UDP);
  CHECK_EQ(fcntl(fd, F_GETFL), O_RDWR | O_NONBLOCK);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_PROTOCOL), IPPROTO_UDP);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_DOMAIN), AF_INET);
  CHECK_ERRNO(listen(fd, 1), EOPNOTSUPP);
  CHECK_ERRNO(accept(fd, NULL, NULL), EOPNOTSUPP);
  CHECK_EQ(events_of(fd), POLLOUT);
  char byte;
  CHECK_ERRNO(recv(fd, &byte, 1, 0), EAGAIN);
  CHECK_ERRNO(recv(fd, &byte, 1, MSG_ERRQUEUE), EAGAIN);
  CHECK_EQ(read(fd, &byte, 0), 0);
  CHECK_EQ(close(fd), 0);
}

static void test_bind(void) {
  const int fd = udp_socket(), other = udp_socket();
  struct sockaddr_in name = inet_name("127.0.0.1", 0);
  CHECK_ERRNO(bind(fd, (struct sockaddr*)&name, sizeof name - 1), EINVAL);
  CHECK_ERRNO(bind_to(fd, "203.0.113.7", 0), EADDRNOTAVAIL);
  name.sin_family = AF_UNIX;
  CHECK_ERRNO(bind(fd, (struct sockaddr*)&name, sizeof name), EAFNOSUPPORT);
  CHECK_EQ(local_name(fd).sin_port, 0);
  CHECK_EQ(bind_to(fd, "127.0.0.1", 0), 0);
  CHECK_ERRNO(bind_to(fd, "127.0.0.1", 0), EINVAL);
  const int port = port_of(fd);
  CHECK_ERRNO(bind_to(other, "127.0.0.1", port), EADDRINUSE);
  CHECK_ERRNO(bind_to(other, "0.0.0.0", port), EADDRINUSE);
  CHECK_EQ(bind_to(other, "127.0.0.2", port), 0);
  CHECK(close(fd) == 0 && close(other) == 0);

  /* TCP has ports of its own. */
  const int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = udp_socket();
  CHECK_EQ(bind_to(tcp, "127.0.0.1", 0), 0);
  CHECK_EQ(bind_to(udp, "127.0.0.1", port_of(tcp)), 0);
  CHECK(close(tcp) == 0 && close(udp) == 0);
}

static void test_reuse(void) {
  for (int i = 0; i < 2; i++) {
    const int option = i ? SO_REUSEPORT : SO_REUSEADDR;
    const int a = udp_socket(), b = udp_socket(), c = udp_socket();
    set_int(a, SOL_SOCKET, option, 1);
    set_int(b, SOL_SOCKET, option, 1);
    CHECK_EQ(bind_to(a, "127.0.0.1", 0), 0);
    CHECK_EQ(bind_to(b, "127.0.0.1", port_of(a)), 0);
    CHECK_ERRNO(bind_to(c, "127.0.0.1", port_of(a)), EADDRINUSE);
    /* One of them gets each datagram; without SO_REUSEPORT the youngest. */
    int got[2] = {0, 0};
    for (int k = 0; k < 64; k++) {
      const int sender = udp_socket();
      CHECK_EQ(send_to(sender, "x", 1, "127.0.0.1", port_of(a)), 1);
      char byte;
      const int first = recv(a, &byte, 1, MSG_DONTWAIT) == 1;
      got[!first]++;
      if (!first)
        CHECK_EQ(recv(b, &byte, 1, MSG_DONTWAIT), 1);
      CHECK_EQ(close(sender), 0);
    }
    CHECK(i ? got[0] > 0 && got[1] > 0 : got[0] == 0);
    CHECK(close(a) == 0 && close(b) == 0 && close(c) == 0);
  }
}

static void test_connect(void) {
  const int server = bound_socket(), fd = udp_socket(), stranger = bound_socket();
  struct sockaddr_in name = inet_name("127.0.0.1", port_of(server));
  socklen_t length = sizeof name;
  CHECK_ERRNO(getpeername(fd, (struct sockaddr*)&name, &length), ENOTCONN);
  CHECK_ERRNO(send(fd, "x", 1, 0), EDESTADDRREQ);
  CHECK_ERRNO(connect(fd, (struct sockaddr*)&name, sizeof name - 1), EINVAL);
  CHECK_ERRNO(connect(fd, (struct sockaddr*)&name, 1), EINVAL);
  name.sin_family = AF_INET6;
  CHECK_ERRNO(connect(fd, (struct sockaddr*)&name, sizeof name), EAFNOSUPPORT);
  CHECK_EQ(connect_to(fd, "127.0.0.1", port_of(server)), 0);
  CHECK_EQ(local_name(fd).sin_addr.s_addr, htonl(INADDR_LOOPBACK));
  const int port = port_of(fd);
  CHECK(port > 0);
  length = sizeof name;
  CHECK_EQ(getpeername(fd, (struct sockaddr*)&name, &length), 0);
  CHECK(ntohs(name.sin_port) == port_of(server) && length == sizeof name);
  CHECK_ERRNO(bind_to(fd, "127.0.0.1", 0), EINVAL);

  /* Only the peer is heard; but what came before stays. */
  char data[8];
  CHECK_EQ(send(fd, "one", 3, 0), 3);
  CHECK_EQ(recv(server, data, sizeof data, 0), 3);
  CHECK_EQ(send_to(stranger, "no", 2, "127.0.0.1", port), 2);
  CHECK_ERRNO(recv(fd, data, sizeof data, MSG_DONTWAIT), EAGAIN);
  CHECK_EQ(send_to(server, "yes", 3, "127.0.0.1", port), 3);
  CHECK_EQ(recv(fd, data, sizeof data, 0), 3);
  /* A peer does not keep from sending to others, nor from choosing another. */
  CHECK_EQ(send_to(fd, "two", 3, "127.0.0.1", port_of(stranger)), 3);
  CHECK_EQ(recv(stranger, data, sizeof data, MSG_DONTWAIT), 3);
  CHECK_EQ(connect_to(fd, "127.0.0.1", port_of(stranger)), 0);
  CHECK_EQ(port_of(fd), port);
  CHECK_ERRNO(recv(stranger, data, sizeof data, MSG_DONTWAIT), EAGAIN);

  const struct sockaddr none = {.sa_family = AF_UNSPEC};
  CHECK_EQ(connect(fd, &none, sizeof none), 0);
  CHECK_EQ(local_name(fd).sin_port, 0);
  CHECK_EQ(local_name(fd).sin_addr.s_addr, 0);
  CHECK_ERRNO(send(fd, "x", 1, 0), EDESTADDRREQ);
  length = sizeof name;
  CHECK_ERRNO(getpeername(fd, (struct sockaddr*)&name, &length), ENOTCONN);

  /* What bind has said outlives the peer. */
  const int kept = udp_socket();
  CHECK_EQ(bind_to(kept, "0.0.0.0", port), 0);
  CHECK_EQ(connect_to(kept, "127.0.0.1", port_of(server)), 0);
  CHECK_EQ(local_name(kept).sin_addr.s_addr, htonl(INADDR_LOOPBACK));
  CHECK_EQ(connect(kept, &none, sizeof none), 0);
  CHECK_EQ(local_name(kept).sin_addr.s_addr, 0);
  CHECK_EQ(port_of(kept), port);
  CHECK(close(kept) == 0 && close(fd) == 0 && close(server) == 0 && close(stranger) == 0);
}

static void test_send(void) {
  static char large[70000];
  const int server = bound_socket(), fd = udp_socket();
  struct sockaddr_in name = inet_name("127.0.0.1", port_of(server));
  CHECK_ERRNO(sendto(fd, "x", 1, 0, (struct sockaddr*)&name, sizeof name - 1), EINVAL);
  CHECK_ERRNO(sendto(fd, "x", 1, MSG_OOB, (struct sockaddr*)&name, sizeof name), EOPNOTSUPP);
  CHECK_ERRNO(send_to(fd, "x", 1, "127.0.0.1", 0), EINVAL);
  CHECK_ERRNO(send_to(fd, large, 65508, "127.0.0.1", port_of(server)), EMSGSIZE);
  CHECK_ERRNO(send_to(fd, large, 70000, "127.0.0.1", port_of(server)), EMSGSIZE);
  CHECK_ERRNO(send_to(fd, "x", 1, "255.255.255.255", 9), EACCES);
  CHECK_ERRNO(connect_to(fd, "255.255.255.255", 9), EACCES);
  name.sin_family = AF_INET6;
  CHECK_ERRNO(sendto(fd, "x", 1, 0, (struct sockaddr*)&name, sizeof name), EAFNOSUPPORT);
  name.sin_family = AF_UNSPEC;
  CHECK_EQ(sendto(fd, "x", 1, 0, (struct sockaddr*)&name, sizeof name), 1);
  CHECK_EQ(recv(server, large, sizeof large, 0), 1);
  CHECK(port_of(fd) > 0 && local_name(fd).sin_addr.s_addr == 0);
  memset(large, 'z', sizeof large);
  CHECK_EQ(send_to(fd, large, 65507, "0.0.0.0", port_of(server)), 65507);
  int size = 0;
  CHECK(ioctl(server, FIONREAD, &size) == 0 && size == 65507);
  memset(large, 0, sizeof large);
  CHECK_EQ(recv(server, large, sizeof large, 0), 65507);
  CHECK(large[0] == 'z' && large[65506] == 'z' && large[65507] == 0);
  CHECK(ioctl(server, FIONREAD, &size) == 0 && size == 0);
  CHECK(ioctl(fd, TIOCOUTQ, &size) == 0 && size == 0);
  CHECK(close(server) == 0 && close(fd) == 0);
}

static void test_receive(void) {
  const int server = bound_socket(), fd = bound_socket();
  CHECK_EQ(connect_to(fd, "127.0.0.1", port_of(server)), 0);
  char data[16] = "";
  /* One call, one datagram, of which what does not fit is lost. */
  CHECK(send(fd, "abcdef", 6, 0) == 6 && send(fd, "", 0, 0) == 0 && write(fd, "ghi", 3) == 3);
  CHECK_EQ(events_of(server), POLLIN | POLLOUT);
  CHECK_EQ(recv(server, data, 4, MSG_PEEK), 4);
  CHECK_EQ(recv(server, data, 4, MSG_PEEK | MSG_TRUNC), 6);
  struct iovec parts[2] = {{data, 2}, {data + 8, 2}};
  struct sockaddr_in from;
  struct msghdr message = {
      .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = parts, .msg_iovlen = 2};
  CHECK_EQ(recvmsg(server, &message, 0), 4);
  CHECK_EQ(message.msg_flags, MSG_TRUNC);
  CHECK_EQ(message.msg_namelen, sizeof from);
  CHECK_EQ(ntohs(from.sin_port), port_of(fd));
  CHECK(memcmp(data, "ab", 2) == 0 && memcmp(data + 8, "cd", 2) == 0);
  CHECK_EQ(recv(server, data, sizeof data, MSG_WAITALL), 0); /* the empty one */
  socklen_t length = 4;
  memset(&from, 0xff, sizeof from);
  CHECK_EQ(recvfrom(server, data, sizeof data, 0, (struct sockaddr*)&from, &length), 3);
  CHECK(length == sizeof from && from.sin_family == AF_INET && from.sin_addr.s_addr == 0xffffffff);
  CHECK_EQ(events_of(server), POLLOUT);

  CHECK_EQ(send(fd, "abcdef", 6, 0), 6);
  message = (struct msghdr){.msg_iov = parts, .msg_iovlen = 2, .msg_namelen = 77};
  CHECK_EQ(recvmsg(server, &message, MSG_TRUNC), 6);
  CHECK_EQ(message.msg_flags, MSG_TRUNC);

  /* Nothing comes within the time. */
  const struct timeval soon = {.tv_usec = 20000};
  CHECK_EQ(setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon), 0);
  CHECK_ERRNO(recv(server, data, 1, 0), EAGAIN);
  CHECK(close(server) == 0 && close(fd) == 0);
}

static void test_many(void) {
  const int server = bound_socket(), fd = bound_socket();
  struct sockaddr_in to = local_name(server), from[4];
  char out[3][2] = {"a", "b", "c"}, in[4][4];
  struct iovec sent[3], got[4];
  struct mmsghdr sending[3] = {{.msg_len = 0}}, receiving[4] = {{.msg_len = 0}};
  for (int i = 0; i < 3; i++) {
    sent[i] = (struct iovec){out[i], 1 + (size_t)(i == 2)};
    sending[i].msg_hdr = (struct msghdr){
        .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &sent[i], .msg_iovlen = 1};
  }
  CHECK_EQ(sendmmsg(fd, sending, 3, 0), 3);
  CHECK(sending[0].msg_len == 1 && sending[2].msg_len == 2);
  for (int i = 0; i < 4; i++) {
    got[i] = (struct iovec){in[i], sizeof in[i]};
    receiving[i].msg_hdr = (struct msghdr){
        .msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &got[i], .msg_iovlen = 1};
  }
  CHECK_EQ(recvmmsg(server, receiving, 4, MSG_WAITFORONE, NULL), 3);
  CHECK(in[0][0] == 'a' && in[1][0] == 'b' && in[2][0] == 'c');
  CHECK(receiving[2].msg_len == 2 && ntohs(from[2].sin_port) == port_of(fd));
  CHECK(close(server) == 0 && close(fd) == 0);
}

/* Nobody has the port: the next call of a connected socket hears of it. */
static void test_refused(void) {
  const int gone = bound_socket(), fd = udp_socket(), port = port_of(gone);
  CHECK_EQ(close(gone), 0);
  CHECK_EQ(send_to(fd, "x", 1, "127.0.0.1", port), 1);
  CHECK_EQ(send_to(fd, "x", 1, "127.0.0.1", port), 1); /* nothing: it is not connected */
  CHECK_EQ(connect_to(fd, "127.0.0.1", port), 0);
  char byte;
  CHECK_EQ(send(fd, "x", 1, 0), 1);
  CHECK_EQ(events_of(fd), POLLIN * 0 | POLLOUT | POLLERR);
  CHECK_ERRNO(send(fd, "x", 1, 0), ECONNREFUSED);
  CHECK_EQ(send(fd, "x", 1, 0), 1);
  CHECK_ERRNO(recv(fd, &byte, 1, 0), ECONNREFUSED);
  CHECK_EQ(send(fd, "x", 1, 0), 1);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
  CHECK_EQ(events_of(fd), POLLOUT);
  CHECK_EQ(close(fd), 0);
}

static void test_shutdown(void) {
  const int server = bound_socket(), fd = udp_socket(), idle = udp_socket();
  char byte;
  CHECK_ERRNO(shutdown(idle, SHUT_RDWR), ENOTCONN);
  CHECK_EQ(events_of(idle), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
  CHECK_EQ(recv(idle, &byte, 1, 0), 0); /* it has taken effect all the same */
  CHECK_EQ(connect_to(fd, "127.0.0.1", port_of(server)), 0);
  CHECK_EQ(connect_to(server, "127.0.0.1", port_of(fd)), 0);
  CHECK_ERRNO(shutdown(fd, 7), EINVAL);
  CHECK_EQ(shutdown(fd, SHUT_WR), 0);
  CHECK_ERRNO(send(fd, "x", 1, 0), EPIPE); /* and no SIGPIPE */
  CHECK_ERRNO(write(fd, "x", 1), EPIPE);
  CHECK_EQ(send(server, "y", 1, 0), 1);
  CHECK_EQ(shutdown(fd, SHUT_RD), 0);
  CHECK_EQ(events_of(fd), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
  CHECK_EQ(recv(fd, &byte, 1, 0), 1);
  CHECK_EQ(recv(fd, &byte, 1, 0), 0);
  CHECK_ERRNO(recv(fd, &byte, 1, MSG_DONTWAIT), EAGAIN);
  CHECK(close(server) == 0 && close(fd) == 0 && close(idle) == 0);
}

/* A description that two processes share; epoll; a reader that waits. */
static void test_shared(void) {
  const int server = bound_socket(), port = port_of(server);
  const int watch = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = server};
  CHECK_EQ(epoll_ctl(watch, EPOLL_CTL_ADD, server, &event), 0);
  CHECK_EQ(epoll_wait(watch, &event, 1, 0), 0);
  const pid_t child = fork();
  if (child == 0) {
    const int fd = dup(server), out = udp_socket();
    CHECK_EQ(close(server), 0);
    CHECK_EQ(port_of(fd), port);
    usleep(1000);
    CHECK_EQ(send_to(out, "from the child", 14, "127.0.0.1", port), 14);
    _exit(0);
  }
  CHECK_EQ(epoll_wait(watch, &event, 1, 5000), 1);
  CHECK_EQ(epoll_wait(watch, &event, 1, 0), 0);
  char data[20];
  CHECK_EQ(recv(server, data, sizeof data, 0), 14);
  int status;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  CHECK(close(server) == 0 && close(watch) == 0);
}

int main(void) {
  test_socket();
  test_bind();
  test_reuse();
  test_connect();
  test_send();
  test_receive();
  test_many();
  test_refused();
  test_shutdown();
  test_shared();
  return 0;
}
