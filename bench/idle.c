/* Many connections, one of them in use: a server with CONNECTIONS clients in one epoll, of which
 * one after the other, in no order, sends a byte and waits for it to come back, MESSAGES times.
 * The server is on node-0.
 *   idle CONNECTIONS MESSAGES */
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static void need(int yes, const char* what) {
  if (yes)
    return;
  perror(what);
  exit(1);
}

static void serve(int connections, int messages) {
  const struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(7000)};
  const int listener = socket(AF_INET, SOCK_STREAM, 0), queue = epoll_create1(0);
  need(bind(listener, (const struct sockaddr*)&name, sizeof name) == 0, "bind");
  need(listen(listener, 100) == 0, "listen");
  for (int i = 0; i < connections; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = accept(listener, NULL, NULL)};
    need(epoll_ctl(queue, EPOLL_CTL_ADD, event.data.fd, &event) == 0, "epoll_ctl");
  }
  for (int i = 0; i < messages;) {
    struct epoll_event events[16];
    const int count = epoll_wait(queue, events, 16, -1);
    need(count > 0, "epoll_wait");
    for (int k = 0; k < count; k++, i++) {
      char byte;
      need(recv(events[k].data.fd, &byte, 1, 0) == 1, "recv");
      need(send(events[k].data.fd, &byte, 1, 0) == 1, "send");
    }
  }
}

static void ask(int connections, int messages) {
  const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct addrinfo* found;
  need(getaddrinfo("node-0", "7000", &hints, &found) == 0, "getaddrinfo");
  int* const fds = calloc((size_t)connections, sizeof *fds);
  sleep(1);
  for (int i = 0; i < connections; i++) {
    fds[i] = socket(AF_INET, SOCK_STREAM, 0);
    need(connect(fds[i], found->ai_addr, found->ai_addrlen) == 0, "connect");
  }
  freeaddrinfo(found);
  unsigned which = 1;
  for (int i = 0; i < messages; i++) {
    char byte = 'x';
    which = which * 1664525 + 1013904223;
    const int fd = fds[(which >> 8) % (unsigned)connections];
    need(send(fd, &byte, 1, 0) == 1 && recv(fd, &byte, 1, 0) == 1, "message");
  }
  free(fds);
}

int main(int count, char** arguments) {
  if (count != 3)
    return 2;
  const struct rlimit limit = {20000, 20000};
  setrlimit(RLIMIT_NOFILE, &limit);
  char name[32];
  gethostname(name, sizeof name);
  if (strcmp(name, "node-0") == 0)
    serve(atoi(arguments[1]), atoi(arguments[2]));
  else
    ask(atoi(arguments[1]), atoi(arguments[2]));
  return 0;
}
