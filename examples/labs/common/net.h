/* What the programs of all labs need of sockets: plain POSIX, errors end the program.
 *
 * Peers are told to programs as HOST:PORT, so that the same program runs natively, several times on
 * one machine with different ports, and emulated, with a host for each. */
#ifndef LAB_NET_H
#define LAB_NET_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

__attribute__((noreturn, format(printf, 1, 2), unused)) static void die(const char* format, ...) {
  const int error = errno;
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fprintf(stderr, error != 0 ? ": %s\n" : "\n", strerror(error));
  exit(1);
}

/* Seconds, of the clock that everyone shares or so they hope. */
__attribute__((unused)) static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Seconds, of a clock that never jumps: for measuring how long something takes. */
__attribute__((unused)) static double stopwatch(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

__attribute__((unused)) static void pause_for(double seconds) {
  const struct timespec delay = {(time_t)seconds,
                                 (long)((seconds - (double)(time_t)seconds) * 1e9)};
  nanosleep(&delay, NULL);
}

/* HOST:PORT, as an IPv4 address. */
__attribute__((unused)) static struct sockaddr_in resolve(const char* peer) {
  char host[256];
  const char* const colon = strrchr(peer, ':');
  if (colon == NULL || (size_t)(colon - peer) >= sizeof host) {
    errno = 0;
    die("%s is not HOST:PORT", peer);
  }
  snprintf(host, sizeof host, "%.*s", (int)(colon - peer), peer);
  const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct addrinfo* found;
  const int error = getaddrinfo(host, colon + 1, &hints, &found);
  if (error != 0) {
    errno = 0;
    die("%s: %s", peer, gai_strerror(error));
  }
  struct sockaddr_in address;
  memcpy(&address, found->ai_addr, sizeof address);
  freeaddrinfo(found);
  return address;
}

static int bound(int type, int port) {
  const struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  const int fd = socket(AF_INET, type, 0), on = 1;
  if (fd < 0)
    die("socket");
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, (const struct sockaddr*)&here, sizeof here) != 0)
    die("bind to port %d", port);
  return fd;
}

/* A socket that takes connections. */
__attribute__((unused)) static int tcp_listen(int port) {
  const int listener = bound(SOCK_STREAM, port);
  if (listen(listener, SOMAXCONN) != 0)
    die("listen on port %d", port);
  return listener;
}

/* A socket for datagrams. */
__attribute__((unused)) static int udp_bind(int port) { return bound(SOCK_DGRAM, port); }

/* A connection, or -1 and errno. */
__attribute__((unused)) static int tcp_try(const char* peer) {
  const struct sockaddr_in address = resolve(peer);
  const int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  if (fd < 0)
    die("socket");
  if (connect(fd, (const struct sockaddr*)&address, sizeof address) != 0) {
    const int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

/* A connection, tried for five seconds: who is called may not listen yet. */
__attribute__((unused)) static int tcp_connect(const char* peer) {
  for (int tries = 0; tries < 50; tries++) {
    const int fd = tcp_try(peer);
    if (fd >= 0)
      return fd;
    if (errno != ECONNREFUSED)
      break;
    pause_for(0.1);
  }
  die("connect to %s", peer);
}

/* All of it, or false at a connection's end. */
__attribute__((unused)) static bool write_all(int fd, const void* bytes, size_t size) {
  for (const char* at = bytes; size > 0;) {
    const ssize_t done = send(fd, at, size, MSG_NOSIGNAL);
    if (done < 0 && errno == EINTR)
      continue;
    if (done <= 0)
      return false;
    at += done;
    size -= (size_t)done;
  }
  return true;
}

__attribute__((unused)) static bool read_all(int fd, void* bytes, size_t size) {
  for (char* at = bytes; size > 0;) {
    const ssize_t done = recv(fd, at, size, 0);
    if (done < 0 && errno == EINTR)
      continue;
    if (done <= 0)
      return false;
    at += done;
    size -= (size_t)done;
  }
  return true;
}

#endif
