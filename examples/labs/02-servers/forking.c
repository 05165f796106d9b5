/* A process for each client.   forking PORT */
#include <signal.h>

#include "service.h"

int main(int argc, char** argv) {
  const int listener = tcp_listen(argc > 1 ? atoi(argv[1]) : 7000);
  signal(SIGCHLD, SIG_IGN); /* no zombies */
  for (;;) {
    struct client client = {.fd = accept_from(listener)};
    const pid_t child = fork();
    if (child < 0)
      die("fork");
    if (child == 0) {
      close(listener);
      while (serve(&client))
        ;
      _exit(0);
    }
    close(client.fd);
  }
}
