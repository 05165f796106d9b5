/* What captures and records are tested with: rank 0 serves, the others talk to it by TCP and UDP
 * over IPv4 and IPv6, and to a port that nobody has. The server's answers are the bytes it got. */
#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

enum { PORT = 45678, SIZE = 300000, DATAGRAM = 4000 };

static char bytes[SIZE];

static int open_socket(int family, int type) {
  const struct timeval patience = {.tv_sec = type == SOCK_DGRAM};
  const int fd = socket(family, type, 0), on = 1;
  CHECK(fd >= 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return fd;
}

static void write_all(int fd, const char* from, size_t size) {
  for (ssize_t n; size > 0; from += n, size -= (size_t)n) {
    n = write(fd, from, size);
    CHECK(n > 0);
  }
}

static void* echo(int fd) {
  size_t total = 0;
  for (ssize_t n; (n = read(fd, bytes + total, sizeof bytes - total)) > 0;)
    total += (size_t)n;
  write_all(fd, bytes, total);
  close(fd);
  return NULL;
}

static int serve(int clients) {
  const struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
  const int tcp = open_socket(AF_INET6, SOCK_STREAM), udp = open_socket(AF_INET6, SOCK_DGRAM);
  CHECK(bind(tcp, (const struct sockaddr*)&any, sizeof any) == 0);
  CHECK(bind(udp, (const struct sockaddr*)&any, sizeof any) == 0);
  CHECK(listen(tcp, 8) == 0);
  struct pollfd wanted[] = {{.fd = tcp, .events = POLLIN}, {.fd = udp, .events = POLLIN}};
  for (int left = 2 * clients; left > 0;) {
    const int events = poll(wanted, 2, 20000);
    CHECK(events >= 0);
    if (events == 0)
      break; /* a datagram has been lost */
    if (wanted[0].revents) {
      echo(accept(tcp, NULL, NULL));
      left--;
    }
    if (wanted[1].revents) {
      struct sockaddr_in6 from;
      socklen_t length = sizeof from;
      const ssize_t n = recvfrom(udp, bytes, sizeof bytes, 0, (struct sockaddr*)&from, &length);
      CHECK(sendto(udp, bytes, (size_t)n, 0, (struct sockaddr*)&from, length) == n);
      left--;
    }
  }
  puts("served");
  return 0;
}

static void talk(const struct addrinfo* server, int rank) {
  static char answer[SIZE];
  memset(bytes, 'a' + rank, sizeof bytes);
  memcpy(bytes, "first", 5);
  memcpy(bytes + SIZE - 4, "last", 4);
  const int fd = open_socket(server->ai_family, SOCK_STREAM);
  CHECK(connect(fd, server->ai_addr, server->ai_addrlen) == 0);
  for (size_t at = 0, n; at < SIZE; at += n) {
    n = at == 0 ? 5 : SIZE - at < 70000 ? SIZE - at : 70000;
    write_all(fd, bytes + at, n);
    if (at == 0)
      usleep(200000);
  }
  shutdown(fd, SHUT_WR);
  size_t total = 0;
  for (ssize_t n; (n = read(fd, answer + total, sizeof answer - total)) > 0;)
    total += (size_t)n;
  CHECK(total == SIZE && memcmp(answer, bytes, SIZE) == 0);
  close(fd);
}

static void send_datagram(const struct addrinfo* server) {
  const int fd = open_socket(server->ai_family, SOCK_DGRAM);
  CHECK(connect(fd, server->ai_addr, server->ai_addrlen) == 0);
  CHECK(send(fd, bytes, DATAGRAM, 0) == DATAGRAM);
  printf("datagram: %zd\n", recv(fd, bytes, sizeof bytes, 0));
  close(fd);
}

static void try_nobody(struct addrinfo* server) {
  const int tcp = open_socket(server->ai_family, SOCK_STREAM);
  const int udp = open_socket(server->ai_family, SOCK_DGRAM);
  ((struct sockaddr_in*)server->ai_addr)->sin_port = htons(PORT + 1); /* also of IPv6 */
  printf("tcp: %d\n", connect(tcp, server->ai_addr, server->ai_addrlen));
  CHECK(connect(udp, server->ai_addr, server->ai_addrlen) == 0);
  CHECK(send(udp, "anybody?", 8, 0) == 8);
  printf("udp: %zd\n", recv(udp, bytes, sizeof bytes, 0));
}

int main(int argc, char** argv) {
  const int rank = atoi(argv[1]), hosts = atoi(argv[2]);
  if (rank == 0)
    return serve(hosts - 1);
  sleep(1);
  const struct addrinfo hints = {.ai_family = rank % 2 ? AF_INET : AF_INET6};
  struct addrinfo* server;
  CHECK(argc == 3 && getaddrinfo("node-0", "45678", &hints, &server) == 0);
  talk(server, rank);
  send_datagram(server);
  try_nobody(server);
  return 0;
}
