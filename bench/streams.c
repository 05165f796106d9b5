/* Streams of bytes: each of the hosts node-0 to node-(STREAMS-1) sends BYTES, in writes of WRITE
 * bytes, to the next of HOSTS hosts in a ring. yardsticks.c does the same with SimGrid alone, with
 * FLIGHT messages under way.
 *   streams HOSTS STREAMS BYTES WRITE [FLIGHT] */
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORT = 7000 };
static size_t bytes, chunk;

static void need(int yes, const char* what) {
  if (yes)
    return;
  perror(what);
  exit(1);
}

static void* receive(void* unused) {
  (void)unused;
  const struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  need(bind(listener, (const struct sockaddr*)&name, sizeof name) == 0, "bind");
  need(listen(listener, 1) == 0, "listen");
  const int fd = accept(listener, NULL, NULL);
  const size_t size = 256 << 10;
  char* const buffer = malloc(size);
  size_t got = 0;
  for (ssize_t part; (part = recv(fd, buffer, size, 0)) > 0;)
    got += (size_t)part;
  need(got == bytes, "recv");
  free(buffer);
  return NULL;
}

static void send_to(int host) {
  char name[32];
  snprintf(name, sizeof name, "node-%d", host);
  const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct addrinfo* found;
  need(getaddrinfo(name, "7000", &hints, &found) == 0, name);
  sleep(1); /* by then all listen */
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  need(connect(fd, found->ai_addr, found->ai_addrlen) == 0, "connect");
  freeaddrinfo(found);
  char* const buffer = malloc(chunk);
  memset(buffer, 1, chunk); /* or all would be one page of zeroes */
  for (size_t sent = 0; sent < bytes; sent += chunk)
    need(send(fd, buffer, chunk, 0) == (ssize_t)chunk, "send");
  free(buffer);
  close(fd);
}

int main(int count, char** arguments) {
  if (count < 5)
    return 2;
  const int hosts = atoi(arguments[1]), streams = atoi(arguments[2]);
  chunk = (size_t)atof(arguments[4]);
  bytes = (size_t)atof(arguments[3]) / chunk * chunk;
  char name[32];
  need(gethostname(name, sizeof name) == 0, "gethostname");
  const int me = atoi(name + strlen("node-"));
  const int receives = (me + hosts - 1) % hosts < streams;
  pthread_t receiver;
  if (receives)
    need(pthread_create(&receiver, NULL, receive, NULL) == 0, "pthread_create");
  if (me < streams)
    send_to((me + 1) % hosts);
  if (receives)
    pthread_join(receiver, NULL);
  return 0;
}
