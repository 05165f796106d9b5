// CALLS: getsockopt setsockopt
// RUN: %both
//
// Options of SOL_SOCKET, TCP and IP as Linux has them.
#define _GNU_SOURCE
#include <sys/time.h>

#include "tcp.h"

static void set_int(int fd, int level, int option, int value) {
  CHECK_EQ(setsockopt(fd, level, option, &value, sizeof value), 0);
}

static void test_facts(int fd) {
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_DOMAIN), AF_INET);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_PROTOCOL), IPPROTO_TCP);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_RCVBUF), 131072);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_SNDBUF), 16384);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_SNDLOWAT), 1);
  int value = 1;
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_TYPE, &value, sizeof value), ENOPROTOOPT);
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_ERROR, &value, sizeof value), ENOPROTOOPT);
  int listener = tcp_socket();
  CHECK_EQ(listen(listener, 1), 0);
  CHECK_EQ(get_int(listener, SOL_SOCKET, SO_ACCEPTCONN), 1);
  CHECK_EQ(close(listener), 0);
}

static void test_booleans(int fd) {
  static const int options[][2] = {
      {SOL_SOCKET, SO_REUSEADDR}, {SOL_SOCKET, SO_REUSEPORT}, {SOL_SOCKET, SO_KEEPALIVE},
      {SOL_SOCKET, SO_BROADCAST}, {SOL_SOCKET, SO_OOBINLINE}, {SOL_SOCKET, SO_DONTROUTE},
      {IPPROTO_TCP, TCP_NODELAY},
  };
  for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
    const int level = options[i][0], option = options[i][1];
    CHECK_EQ(get_int(fd, level, option), 0);
    set_int(fd, level, option, 7);
    CHECK_EQ(get_int(fd, level, option), 1);
    set_int(fd, level, option, 0);
    CHECK_EQ(get_int(fd, level, option), 0);
  }
  int value = 1;
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, 3), EINVAL);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, 1), EINVAL);
  char first = 9;
  socklen_t length = 1;
  CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_TYPE, &first, &length), 0);
  CHECK_EQ(length, 1);
  CHECK_EQ(first, SOCK_STREAM);
}

static void test_buffers(int fd) {
  set_int(fd, SOL_SOCKET, SO_RCVBUF, 20000);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_RCVBUF), 40000);
  set_int(fd, SOL_SOCKET, SO_SNDBUF, 20000);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_SNDBUF), 40000);
  set_int(fd, SOL_SOCKET, SO_RCVBUF, 0);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_RCVBUF), 2304);
  set_int(fd, SOL_SOCKET, SO_SNDBUF, 0);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_SNDBUF), 4608);
}

static void test_structures(int fd) {
  struct timeval time = {3, 500000}, found;
  socklen_t length = sizeof found;
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time), 0);
  CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &found, &length), 0);
  CHECK(found.tv_sec == 3 && found.tv_usec == 500000);
  CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &found, &length), 0);
  CHECK(found.tv_sec == 0 && found.tv_usec == 0);
  time.tv_usec = 1000000;
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time), EDOM);
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, 4), EINVAL);

  struct linger linger = {1, 5}, given;
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
  length = sizeof given;
  CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_LINGER, &given, &length), 0);
  CHECK(given.l_onoff == 1 && given.l_linger == 5);
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, 4), EINVAL);
  linger.l_onoff = 0;
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
}

static void test_tcp(int fd) {
  static const int options[][4] = {
      /* option, default, a good value, a bad one */
      {TCP_KEEPIDLE, 7200, 60, 40000}, {TCP_KEEPINTVL, 75, 10, 0},      {TCP_KEEPCNT, 9, 3, 200},
      {TCP_SYNCNT, 6, 3, 0},           {TCP_USER_TIMEOUT, 0, 5000, -1},
  };
  for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
    const int* const row = options[i];
    CHECK_EQ(get_int(fd, IPPROTO_TCP, row[0]), row[1]);
    set_int(fd, IPPROTO_TCP, row[0], row[2]);
    CHECK_EQ(get_int(fd, IPPROTO_TCP, row[0]), row[2]);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, row[0], &row[3], sizeof row[3]), EINVAL);
  }
  set_int(fd, IPPROTO_TCP, TCP_CORK, 1);
  CHECK_EQ(get_int(fd, IPPROTO_TCP, TCP_CORK), 1);
  set_int(fd, IPPROTO_TCP, TCP_QUICKACK, 1);
  CHECK_EQ(get_int(fd, IPPROTO_TCP, TCP_MAXSEG), 536);
  char name[16];
  socklen_t length = sizeof name;
  CHECK_EQ(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &length), 0);
  CHECK(length > 0 && name[0] != '\0');
  CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "none such", 9), ENOENT);
  struct tcp_info info;
  length = sizeof info;
  CHECK_EQ(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length), 0);
  CHECK_EQ(info.tcpi_state, TCP_CLOSE);
}

/* Of a socket without connection: as many as a backlog at most. */
static void test_fast_open(void) {
  int listener = tcp_socket(), value = 5;
  CHECK_EQ(get_int(listener, IPPROTO_TCP, TCP_FASTOPEN), 0);
  set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 5);
  CHECK_EQ(get_int(listener, IPPROTO_TCP, TCP_FASTOPEN), 5);
  CHECK_EQ(bind_to(listener, "127.0.0.1", 0), 0);
  CHECK_EQ(listen(listener, 1), 0);
  set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 100000000);
  CHECK(get_int(listener, IPPROTO_TCP, TCP_FASTOPEN) < 100000000);
  int negative = -1;
  CHECK_ERRNO(setsockopt(listener, IPPROTO_TCP, TCP_FASTOPEN, &negative, sizeof negative), EINVAL);
  struct sockaddr_in name = local_name(listener);
  int client = tcp_socket();
  CHECK_EQ(connect_to(client, &name), 0);
  CHECK_ERRNO(setsockopt(client, IPPROTO_TCP, TCP_FASTOPEN, &value, sizeof value), EINVAL);
  int server = accept(listener, NULL, NULL);
  CHECK_EQ(get_int(server, IPPROTO_TCP, TCP_FASTOPEN), 0);
  close(listener), close(client), close(server);
}

static void test_ip(int fd) {
  CHECK_EQ(get_int(fd, IPPROTO_IP, IP_TTL), 64);
  set_int(fd, IPPROTO_IP, IP_TTL, 9);
  CHECK_EQ(get_int(fd, IPPROTO_IP, IP_TTL), 9);
  int value = 256;
  CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_TTL, &value, sizeof value), EINVAL);
  CHECK_EQ(get_int(fd, IPPROTO_IP, IP_TOS), 0);
  set_int(fd, IPPROTO_IP, IP_TOS, 0x10);
  CHECK_EQ(get_int(fd, IPPROTO_IP, IP_TOS), 0x10);
}

static void test_errors(int fd) {
  int value = 1;
  socklen_t length = sizeof value;
  CHECK_ERRNO(getsockopt(-1, SOL_SOCKET, SO_TYPE, &value, &length), EBADF);
  CHECK_ERRNO(setsockopt(-1, SOL_SOCKET, SO_REUSEADDR, &value, length), EBADF);
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, 9999, &value, length), ENOPROTOOPT);
  CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, 9999, &value, &length), ENOPROTOOPT);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, 9999, &value, length), ENOPROTOOPT);
  CHECK_ERRNO(getsockopt(fd, IPPROTO_TCP, 9999, &value, &length), ENOPROTOOPT);
  length = (socklen_t)-1;
  CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &length), EINVAL);
}

static void test_inheritance(void) {
  int listener = tcp_socket();
  set_int(listener, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_int(listener, IPPROTO_TCP, TCP_NODELAY, 1);
  set_int(listener, SOL_SOCKET, SO_RCVBUF, 30000);
  CHECK_EQ(bind_to(listener, "127.0.0.1", 0), 0);
  CHECK_EQ(listen(listener, 1), 0);
  struct sockaddr_in name = local_name(listener);
  int client = tcp_socket();
  CHECK_EQ(connect_to(client, &name), 0);
  int server = accept(listener, NULL, NULL);
  CHECK_EQ(get_int(server, SOL_SOCKET, SO_KEEPALIVE), 1);
  CHECK_EQ(get_int(server, IPPROTO_TCP, TCP_NODELAY), 1);
  CHECK_EQ(get_int(server, SOL_SOCKET, SO_RCVBUF), 60000);
  CHECK_EQ(get_int(server, SOL_SOCKET, SO_ACCEPTCONN), 0);
  close(listener), close(client), close(server);
}

/* Options that hardly anything depends on. */
static void test_kept(void) {
  const int fd = tcp_socket();
  static const struct {
    int level, option, before, set, after;
  } options[] = {
      {SOL_SOCKET, SO_BSDCOMPAT, 0, 1, 0},
      {SOL_SOCKET, SO_NO_CHECK, 0, 1, 1},
      {SOL_SOCKET, SO_SELECT_ERR_QUEUE, 0, 1, 1},
      {SOL_SOCKET, SO_INCOMING_CPU, -1, 0, 0},
      {IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 0, 1, 1},
      {IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 0, 1, 1},
      {IPPROTO_TCP, TCP_SAVE_SYN, 0, 1, 1},
      {IPPROTO_TCP, TCP_WINDOW_CLAMP, 0, 5000, 5000},
      {IPPROTO_TCP, TCP_WINDOW_CLAMP, 5000, 1, 1152},
      {IPPROTO_IP, IP_TOS, 0, 0x13, 0x10},
      {IPPROTO_IP, IP_PKTINFO, 0, 1, 1},
      {IPPROTO_IP, IP_RECVTTL, 0, 1, 1},
      {IPPROTO_IP, IP_RECVTOS, 0, 1, 1},
      {IPPROTO_IP, IP_MINTTL, 0, 255, 255},
  };
  for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
    CHECK_EQ(get_int(fd, options[i].level, options[i].option), options[i].before);
    set_int(fd, options[i].level, options[i].option, options[i].set);
    CHECK_EQ(get_int(fd, options[i].level, options[i].option), options[i].after);
  }
  struct ucred nobody = {1, 1, 1};
  socklen_t length = sizeof nobody;
  CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &nobody, &length), 0);
  CHECK(nobody.pid == 0 && nobody.uid == (uid_t)-1 && nobody.gid == (gid_t)-1);
  CHECK_EQ(close(fd), 0);
}

static void test_device(void) {
  const int fd = tcp_socket();
  char name[16];
  socklen_t length = sizeof name;
  CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, &length), 0);
  CHECK_EQ(length, 0);
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "none0", 6), ENODEV);
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3), 0);
  length = sizeof name;
  CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, &length), 0);
  CHECK_EQ(length, 3);
  CHECK(strcmp(name, "lo") == 0);
  length = 3;
  CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, &length), EINVAL);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_BINDTOIFINDEX), 1);
  CHECK_EQ(close(fd), 0);
}

/* Without a cookie, data follows the handshake. */
static void test_fast_send(void) {
  struct sockaddr_in name;
  const int listener = tcp_listener(5, &name), fd = tcp_socket();
  set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 5);
  const ssize_t sent = sendto(fd, "abc", 3, MSG_FASTOPEN, (struct sockaddr*)&name, sizeof name);
  if (sent >= 0 || errno != EOPNOTSUPP) { /* natively it may be turned off */
    CHECK_EQ(sent, 3);
    const int server = accept(listener, NULL, NULL);
    char bytes[4];
    CHECK_EQ(recv(server, bytes, 3, MSG_WAITALL), 3);
    CHECK_ERRNO(sendto(fd, "d", 1, MSG_FASTOPEN, (struct sockaddr*)&name, sizeof name), EISCONN);
    CHECK_EQ(close(server), 0);
  }
  CHECK_EQ(close(fd), 0);
  CHECK_EQ(close(listener), 0);
}

int main(void) {
  int fd = tcp_socket();
  test_facts(fd);
  test_booleans(fd);
  test_buffers(fd);
  test_structures(fd);
  test_tcp(fd);
  test_ip(fd);
  test_errors(fd);
  CHECK_EQ(close(fd), 0);
  test_inheritance();
  test_kept();
  test_device();
  test_fast_open();
  test_fast_send();
  return 0;
}
