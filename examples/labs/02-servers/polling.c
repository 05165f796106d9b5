/* One thread for all clients, which poll() tells of.   polling PORT */
#include <poll.h>

#include "service.h"

int main(int argc, char** argv) {
  size_t count = 1, room = 64;
  struct pollfd* fds = calloc(room, sizeof *fds);
  struct client* clients = calloc(room, sizeof *clients);
  fds[0] = (struct pollfd){.fd = tcp_listen(argc > 1 ? atoi(argv[1]) : 7000), .events = POLLIN};
  for (;;) {
    if (poll(fds, count, -1) < 0)
      die("poll");
    const bool called = fds[0].revents != 0;
    for (size_t i = 1; i < count; i++)
      if (fds[i].revents != 0 && !serve(&clients[i])) {
        close(fds[i].fd);
        fds[i] = fds[--count]; /* the last one moves here */
        clients[i] = clients[count];
        i--;
      }
    if (called) {
      if (count == room) {
        room *= 2;
        fds = realloc(fds, room * sizeof *fds);
        clients = realloc(clients, room * sizeof *clients);
      }
      clients[count] = (struct client){.fd = accept_from(fds[0].fd)};
      fds[count] = (struct pollfd){.fd = clients[count].fd, .events = POLLIN};
      count++;
    }
  }
}
