/* One thread for all clients, of which epoll tells only those that have something to say. epolling
 * PORT */
#include <sys/epoll.h>

#include "service.h"

static void watch(int epoll, struct client* client) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd, &event) != 0)
    die("epoll_ctl");
}

int main(int argc, char** argv) {
  const int epoll = epoll_create1(0);
  struct client listener = {.fd = tcp_listen(argc > 1 ? atoi(argv[1]) : 7000)};
  watch(epoll, &listener);
  for (;;) {
    struct epoll_event events[64];
    const int count = epoll_wait(epoll, events, 64, -1);
    if (count < 0)
      die("epoll_wait");
    for (int i = 0; i < count; i++) {
      struct client* const client = events[i].data.ptr;
      if (client == &listener) {
        struct client* const fresh = calloc(1, sizeof *fresh);
        fresh->fd = accept_from(listener.fd);
        watch(epoll, fresh);
      } else if (!serve(client)) {
        close(client->fd);
        free(client);
      }
    }
  }
}
