// CALLS: shutdown recv send
// RUN: %both
//
// How connections end: half-closed, closed, reset; what poll, reads and writes say of it.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>

#include "tcp.h"

static char byte = 'x';

static int state_of(int fd) {
  struct tcp_info info;
  socklen_t length = sizeof info;
  CHECK_EQ(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length), 0);
  return info.tcpi_state;
}

static void test_half_close(void) {
  int ends[2];
  tcp_pair(ends);
  CHECK_EQ(state_of(ends[0]), TCP_ESTABLISHED);
  CHECK_EQ(send(ends[0], "abc", 3, 0), 3);
  CHECK_EQ(shutdown(ends[0], SHUT_WR), 0);
  CHECK_EQ(shutdown(ends[0], SHUT_WR), 0);
  CHECK(state_of(ends[0]) == TCP_FIN_WAIT1 || state_of(ends[0]) == TCP_FIN_WAIT2);
  CHECK_EQ(state_of(ends[1]), TCP_CLOSE_WAIT);
  CHECK_ERRNO(send(ends[0], &byte, 1, 0), EPIPE);
  CHECK_EQ(events_of(ends[0]), POLLOUT);
  CHECK_EQ(events_of(ends[1]), POLLIN | POLLOUT | POLLRDHUP);
  char buffer[8];
  CHECK_EQ(recv(ends[1], buffer, 8, MSG_WAITALL), 3);
  CHECK_EQ(recv(ends[1], buffer, 8, 0), 0);
  CHECK_EQ(recv(ends[1], buffer, 8, MSG_DONTWAIT), 0);
  CHECK_EQ(events_of(ends[1]), POLLIN | POLLOUT | POLLRDHUP);
  /* The other direction still works. */
  CHECK_EQ(send(ends[1], "back", 4, 0), 4);
  CHECK_EQ(recv(ends[0], buffer, 8, 0), 4);
  CHECK_EQ(shutdown(ends[1], SHUT_WR), 0);
  CHECK_EQ(recv(ends[0], buffer, 8, 0), 0);
  CHECK_EQ(events_of(ends[0]), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
  CHECK_EQ(events_of(ends[1]), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
  CHECK_EQ(state_of(ends[1]), TCP_CLOSE);
  struct sockaddr_in name;
  socklen_t length = sizeof name;
  CHECK_ERRNO(getpeername(ends[1], (struct sockaddr*)&name, &length), ENOTCONN);
  close_pair(ends);
}

static void test_close_then_write(void) {
  int ends[2];
  tcp_pair(ends);
  CHECK_EQ(close(ends[1]), 0);
  CHECK_EQ(events_of(ends[0]), POLLIN | POLLOUT | POLLRDHUP);
  CHECK_EQ(send(ends[0], &byte, 1, 0), 1); /* answered by RST */
  CHECK_EQ(events_of(ends[0]), POLLIN | POLLOUT | POLLRDHUP | POLLERR | POLLHUP);
  CHECK_ERRNO(send(ends[0], &byte, 1, 0), EPIPE);
  CHECK_EQ(events_of(ends[0]), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
  CHECK_EQ(recv(ends[0], &byte, 1, 0), 0);
  CHECK_EQ(close(ends[0]), 0);
}

static void test_close_with_unread_data(void) {
  int ends[2];
  tcp_pair(ends);
  CHECK_EQ(send(ends[0], "abc", 3, 0), 3);
  CHECK_EQ(send(ends[1], "def", 3, 0), 3);
  CHECK_EQ(close(ends[1]), 0); /* RST, for abc was not read */
  CHECK_EQ(events_of(ends[0]), POLLIN | POLLOUT | POLLRDHUP | POLLERR | POLLHUP);
  char buffer[8];
  CHECK_EQ(recv(ends[0], buffer, 8, 0), 3); /* what had come can be read */
  CHECK_ERRNO(recv(ends[0], buffer, 8, 0), ECONNRESET);
  CHECK_EQ(recv(ends[0], buffer, 8, 0), 0);
  CHECK_ERRNO(send(ends[0], &byte, 1, 0), EPIPE);
  CHECK_EQ(close(ends[0]), 0);
}

static void test_linger(void) {
  int ends[2];
  tcp_pair(ends);
  struct linger linger = {1, 0};
  CHECK_EQ(setsockopt(ends[0], SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
  CHECK_EQ(close(ends[0]), 0);
  CHECK_EQ(get_int(ends[1], SOL_SOCKET, SO_ERROR), ECONNRESET);
  CHECK_EQ(get_int(ends[1], SOL_SOCKET, SO_ERROR), 0);
  CHECK_EQ(recv(ends[1], &byte, 1, 0), 0);
  CHECK_EQ(close(ends[1]), 0);
}

static void test_reset_before_accept(void) {
  struct sockaddr_in name, peer;
  int listener = tcp_listener(2, &name);
  int client = tcp_socket();
  CHECK_EQ(connect_to(client, &name), 0);
  struct linger linger = {1, 0};
  CHECK_EQ(setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
  CHECK_EQ(send(client, "abc", 3, 0), 3);
  CHECK_EQ(close(client), 0);
  socklen_t length = sizeof peer;
  int server = accept(listener, (struct sockaddr*)&peer, &length);
  CHECK(server >= 0);
  char buffer[8];
  CHECK_EQ(recv(server, buffer, 8, 0), 3);
  CHECK_ERRNO(recv(server, buffer, 8, 0), ECONNRESET);
  CHECK_EQ(close(server), 0);

  /* Closing the listener resets who was not accepted. */
  client = tcp_socket();
  CHECK_EQ(connect_to(client, &name), 0);
  CHECK_EQ(close(listener), 0);
  CHECK_ERRNO(recv(client, buffer, 8, 0), ECONNRESET);
  CHECK_EQ(close(client), 0);
}

static void test_close_before_accept(void) {
  struct sockaddr_in name;
  int listener = tcp_listener(2, &name);
  int client = tcp_socket();
  CHECK_EQ(connect_to(client, &name), 0);
  CHECK_EQ(send(client, "abc", 3, 0), 3);
  CHECK_EQ(close(client), 0);
  int server = accept(listener, NULL, NULL);
  char buffer[8];
  CHECK_EQ(recv(server, buffer, 8, MSG_WAITALL), 3);
  CHECK_EQ(recv(server, buffer, 8, 0), 0);
  CHECK_EQ(close(server), 0);
  CHECK_EQ(close(listener), 0);
}

static void test_time_wait(void) {
  struct sockaddr_in name;
  int listener = tcp_listener(2, &name);
  int client = tcp_socket();
  CHECK_EQ(connect_to(client, &name), 0);
  int server = accept(listener, NULL, NULL);
  CHECK_EQ(close(server), 0); /* closes first: its port is in TIME_WAIT */
  CHECK_EQ(close(client), 0);
  CHECK_EQ(close(listener), 0);
  listener = tcp_socket();
  const int port = ntohs(name.sin_port);
  CHECK_ERRNO(bind_to(listener, "127.0.0.1", port), EADDRINUSE);
  CHECK_EQ(close(listener), 0);
}

static void test_reuse_in_time_wait(void) {
  int on = 1;
  int listener = tcp_socket();
  CHECK_EQ(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
  CHECK_EQ(bind_to(listener, "127.0.0.1", 0), 0);
  CHECK_EQ(listen(listener, 2), 0);
  struct sockaddr_in name = local_name(listener);
  int client = tcp_socket();
  CHECK_EQ(connect_to(client, &name), 0);
  int server = accept(listener, NULL, NULL);
  CHECK_EQ(close(server), 0);
  CHECK_EQ(close(client), 0);
  CHECK_EQ(close(listener), 0);
  listener = tcp_socket();
  CHECK_EQ(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
  CHECK_EQ(bind_to(listener, "127.0.0.1", ntohs(name.sin_port)), 0);
  CHECK_EQ(listen(listener, 2), 0);
  CHECK_EQ(close(listener), 0);
}

static void* close_late(void* argument) {
  usleep(10000);
  CHECK_EQ(shutdown(*(int*)argument, SHUT_RDWR), 0);
  return NULL;
}

/* A thread blocked in recv is woken by shutdown in another. */
static void test_shutdown_wakes(void) {
  int ends[2];
  tcp_pair(ends);
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, close_late, &ends[0]), 0);
  CHECK_EQ(recv(ends[0], &byte, 1, 0), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  close_pair(ends);

  struct sockaddr_in name;
  int listener = tcp_listener(2, &name);
  CHECK_EQ(pthread_create(&thread, NULL, close_late, &listener), 0);
  CHECK_ERRNO(accept(listener, NULL, NULL), EINVAL);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(close(listener), 0);
}

static volatile sig_atomic_t pipes;
static void count_pipe(int signal) {
  (void)signal;
  pipes++;
}

static void test_sigpipe(void) {
  signal(SIGPIPE, count_pipe);
  int ends[2];
  tcp_pair(ends);
  CHECK_EQ(shutdown(ends[0], SHUT_WR), 0);
  CHECK_ERRNO(send(ends[0], &byte, 1, MSG_NOSIGNAL), EPIPE);
  CHECK_EQ(pipes, 0);
  CHECK_ERRNO(send(ends[0], &byte, 1, 0), EPIPE);
  CHECK_EQ(pipes, 1);
  CHECK_ERRNO(write(ends[0], &byte, 1), EPIPE);
  CHECK_EQ(pipes, 2);
  close_pair(ends);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  test_half_close();
  test_close_then_write();
  test_close_with_unread_data();
  test_linger();
  test_reset_before_accept();
  test_close_before_accept();
  test_time_wait();
  test_reuse_in_time_wait();
  test_shutdown_wakes();
  test_sigpipe();
  return 0;
}
