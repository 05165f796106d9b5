/* A ball goes round all hosts: run it on as many as you like, each knows its place by its
 * arguments.
 *
 *   clang -fplugin=build/plugin/simterpose.so -O2 examples/hello/hello.c -o hello
 *   ./hello 0 1                                               (natively, alone)
 *   simterpose run -n 3 --latency 5ms ./hello {rank} {hosts}
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 5000 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static int listen_here(void) {
  const struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  const int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (const struct sockaddr*)&here, sizeof here) != 0 || listen(listener, 1) != 0)
    fail("listen");
  return listener;
}

static int connect_to(int rank, int hosts) {
  char name[32];
  snprintf(name, sizeof name, hosts == 1 ? "localhost" : "node-%d", rank);
  const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct addrinfo* address;
  const int error = getaddrinfo(name, "5000", &hints, &address);
  if (error != 0) {
    fprintf(stderr, "%s: %s\n", name, gai_strerror(error));
    exit(1);
  }
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection, address->ai_addr, address->ai_addrlen) != 0)
    fail("connect");
  freeaddrinfo(address);
  return connection;
}

int main(int argc, char** argv) {
  const int rank = argc > 1 ? atoi(argv[1]) : 0, hosts = argc > 2 ? atoi(argv[2]) : 1;
  char host[64], date[32], ball[64];
  const time_t start = time(NULL);
  gethostname(host, sizeof host);
  strftime(date, sizeof date, "%F %T", localtime(&start));
  printf("I am %s, number %d of %d; it is %s\n", host, rank, hosts, date);

  const int listener = listen_here();
  sleep(1); /* until everyone listens */
  const int next = connect_to((rank + 1) % hosts, hosts);
  const int previous = accept(listener, NULL, NULL);
  const double thrown = now();
  if (rank == 0 && write(next, "the ball", 9) != 9)
    fail("write");
  if (read(previous, ball, sizeof ball) <= 0)
    fail("read");
  printf("%s got %s after %.3f ms\n", host, ball, (now() - thrown) * 1e3);
  if (rank != 0 && write(next, ball, 9) != 9)
    fail("write");
  close(previous);
  close(next);
  close(listener);
  return 0;
}
