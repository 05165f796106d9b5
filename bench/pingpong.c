/* One byte back and forth over TCP between two processes. One operation is one message.
 *   pingpong server PORT            pingpong client ADDRESS PORT */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tsc.h"

enum { ROUNDS = 50000, WARM_UP = 1000 };

static int make_socket(void) {
  const int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

static int serve(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  const int listener = make_socket();
  if (bind(listener, (struct sockaddr*)&address, sizeof address) != 0 || listen(listener, 1) != 0)
    return 1;
  const int fd = accept(listener, NULL, NULL), on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  char byte;
  while (recv(fd, &byte, 1, 0) == 1)
    if (send(fd, &byte, 1, 0) != 1)
      return 1;
  return 0;
}

static void exchange(int fd, int rounds) {
  char byte = 'x';
  for (int i = 0; i < rounds; i++)
    if (send(fd, &byte, 1, 0) != 1 || recv(fd, &byte, 1, 0) != 1)
      abort();
}

static int ask(const char* host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  inet_pton(AF_INET, host, &address.sin_addr);
  int fd = make_socket();
  for (int tries = 0; connect(fd, (struct sockaddr*)&address, sizeof address) != 0; tries++) {
    if (tries == 200)
      return 1;
    usleep(10000);
    close(fd);
    fd = make_socket();
  }
  exchange(fd, WARM_UP);
  const uint64_t start = tsc_now();
  exchange(fd, ROUNDS);
  tsc_report("pingpong", start, 2.0 * ROUNDS);
  return 0;
}

int main(int argc, char** argv) {
  if (argc == 3 && strcmp(argv[1], "server") == 0)
    return serve(atoi(argv[2]));
  if (argc == 4 && strcmp(argv[1], "client") == 0)
    return ask(argv[2], atoi(argv[3]));
  return 2;
}
