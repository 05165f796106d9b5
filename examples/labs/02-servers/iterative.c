/* One client after the other.   iterative PORT */
#include "service.h"

int main(int argc, char** argv) {
  const int listener = tcp_listen(argc > 1 ? atoi(argv[1]) : 7000);
  for (;;) {
    struct client client = {.fd = accept_from(listener)};
    while (serve(&client))
      ;
    close(client.fd);
  }
}
