// A listener that does not accept: its backlog, retries of SYN, giving up; and what becomes of the
// connections of a process that is killed.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread -I %include %s -o net-backlog
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %simterpose run --cpu none -n 2 --latency 5ms -d deployment.xml -o out >printed 2>&1
// RUN: %FileCheck %s <printed
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="node-0" function="net-backlog" kill_time="200"/>
// XML  <actor host="node-1" function="net-backlog"><argument value="client"/></actor>
// XML</platform>
//
// A backlog of 1 holds two connections. When four SYNs come at once, all are answered, for no
// connection is ready yet, but two have to wait for room: the server sends SYN-ACK to them again
// after 1, 3, 7 ... s. A later SYN is dropped while there is no room: it comes again after 1, 3, 7
// ... s, and 127 s after the first the client gives up.
//      CHECK: [node-1 0.010000] 4 connected
// CHECK-NEXT: [node-1 128.000000] late: Connection timed out
// When the server is killed, what it had accepted is closed, what it had not is reset.
//      CHECK: [node-1 200.005000] accepted one: end of file
// CHECK-NEXT: [node-1 200.005000] waiting one: Connection reset by peer
#define _GNU_SOURCE
#include <fcntl.h>

#include "tcp.h"

static void serve(void) {
  int listener = tcp_socket();
  CHECK_EQ(bind_to(listener, "0.0.0.0", 5000), 0);
  CHECK_EQ(listen(listener, 1), 0);
  sleep(150);
  CHECK(accept(listener, NULL, NULL) >= 0);
  pause();
}

static void tell(const char* what, int fd) {
  char byte;
  const ssize_t size = recv(fd, &byte, 1, 0);
  CHECK(size <= 0);
  printf("%s: %s\n", what, size == 0 ? "end of file" : strerror(errno));
}

static void connect_all(void) {
  const struct sockaddr_in name = inet_name("10.0.0.1", 5000);
  int fds[4], connected = 0;
  for (int i = 0; i < 4; i++) {
    fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK_ERRNO(connect_to(fds[i], &name), EINPROGRESS);
  }
  for (int i = 0; i < 4; i++) {
    struct pollfd polled = {.fd = fds[i], .events = POLLOUT};
    CHECK_EQ(poll(&polled, 1, -1), 1);
    CHECK_EQ(fcntl(fds[i], F_SETFL, 0), 0);
    connected += get_int(fds[i], SOL_SOCKET, SO_ERROR) == 0;
  }
  printf("%d connected\n", connected);
  fflush(stdout);
  usleep(990000);
  int late = tcp_socket();
  CHECK_ERRNO(connect_to(late, &name), ETIMEDOUT);
  printf("late: %s\n", strerror(ETIMEDOUT));
  tell("accepted one", fds[0]);
  tell("waiting one", fds[1]);
}

int main(int argc, char** argv) {
  (void)argv;
  if (argc == 1)
    serve();
  else
    connect_all();
  return 0;
}
