/* Sends the whole file to each client, to all at the same time.   server PORT PIECES */
#include <pthread.h>

#include "content.h"

static uint64_t* file;
static size_t size;

static void* attend(void* argument) {
  const int fd = (int)(intptr_t)argument;
  write_all(fd, file, size);
  close(fd);
  return NULL;
}

int main(int argc, char** argv) {
  if (argc != 3)
    die("usage: server PORT PIECES");
  size = (size_t)atoi(argv[2]) * PIECE;
  file = malloc(size);
  make(file, 0, size / sizeof *file);
  const int listener = tcp_listen(atoi(argv[1]));
  for (;;) {
    pthread_t thread;
    const int fd = accept(listener, NULL, NULL);
    if (fd < 0 || pthread_create(&thread, NULL, attend, (void*)(intptr_t)fd) != 0)
      die("a client");
    pthread_detach(thread);
  }
}
