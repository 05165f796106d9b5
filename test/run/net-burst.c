// Connections that all come at one date: a server that accepts as fast as they come loses none,
// however short its queue.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread -I %include %s -o net-burst
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %simterpose run --cpu none -n 2 --latency 5ms -d deployment.xml -o out 2>&1 | %FileCheck %s
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="node-0" function="net-burst"/>
// XML  <actor host="node-1" function="net-burst"><argument value="client"/></actor>
// XML</platform>
//
// CHECK: [node-1 0.010000] 200 connected
// CHECK: [node-0 0.015000] 200 accepted
#define _GNU_SOURCE
#include <fcntl.h>

#include "tcp.h"

enum { MANY = 200 };

static void serve(void) {
  int listener = tcp_socket();
  CHECK_EQ(bind_to(listener, "0.0.0.0", 5000), 0);
  CHECK_EQ(listen(listener, 9), 0);
  for (int i = 0; i < MANY; i++)
    CHECK(accept(listener, NULL, NULL) >= 0);
  printf("%d accepted\n", MANY);
}

static void connect_all(void) {
  const struct sockaddr_in name = inet_name("10.0.0.1", 5000);
  int fds[MANY];
  for (int i = 0; i < MANY; i++) {
    fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK_ERRNO(connect_to(fds[i], &name), EINPROGRESS);
  }
  for (int i = 0; i < MANY; i++) {
    struct pollfd polled = {.fd = fds[i], .events = POLLOUT};
    CHECK_EQ(poll(&polled, 1, -1), 1);
    CHECK_EQ(get_int(fds[i], SOL_SOCKET, SO_ERROR), 0);
  }
  printf("%d connected\n", MANY);
}

int main(int argc, char** argv) {
  (void)argv;
  if (argc == 1)
    serve();
  else
    connect_all();
  return 0;
}
