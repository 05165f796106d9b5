/* A thread for each client.   threads PORT */
#include <pthread.h>

#include "service.h"

static void* attend(void* argument) {
  struct client* const client = argument;
  while (serve(client))
    ;
  close(client->fd);
  free(client);
  return NULL;
}

int main(int argc, char** argv) {
  const int listener = tcp_listen(argc > 1 ? atoi(argv[1]) : 7000);
  for (;;) {
    struct client* const client = calloc(1, sizeof *client);
    pthread_t thread;
    client->fd = accept_from(listener);
    errno = pthread_create(&thread, NULL, attend, client);
    if (errno != 0)
      die("pthread_create");
    pthread_detach(thread);
  }
}
