/* Host 0 reads five million bytes that host 1 writes, then waits for ever. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static long total;
static char buffer[100000];

int main(int argc, char** argv) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
  const int end = socket(AF_INET, SOCK_STREAM, 0);
  if (argc > 1 && atoi(argv[1]) == 0) {
    ssize_t size;
    bind(end, (struct sockaddr*)&address, sizeof address);
    listen(end, 5);
    const int connection = accept(end, NULL, NULL);
    while ((size = read(connection, buffer, sizeof buffer)) > 0)
      total += size;
    printf("%ld\n", total);
    accept(end, NULL, NULL);
  } else {
    struct addrinfo *server, hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    getaddrinfo("node-0", "80", &hints, &server);
    connect(end, server->ai_addr, server->ai_addrlen);
    for (int i = 0; i < 50; i++)
      total += write(end, buffer, sizeof buffer);
    close(end);
  }
  return 0;
}
