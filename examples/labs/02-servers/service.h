/* What all five servers do for a client: it sends numbers, a line each, and gets for each the
 * number of primes below it. */
#ifndef LAB_SERVICE_H
#define LAB_SERVICE_H

#include "../common/net.h"

static unsigned primes_below(unsigned limit) {
  unsigned count = 0;
  for (unsigned n = 2; n < limit; n++) {
    unsigned d = 2;
    while (d * d <= n && n % d != 0)
      d++;
    count += d * d > n;
  }
  return count;
}

/* A connection, with the part of a line that has come so far. */
struct client {
  int fd;
  size_t length;
  char line[64];
};

/* Reads what has come, and answers each whole line. False when the client has gone. */
static bool serve(struct client* client) {
  const size_t room = sizeof client->line - 1 - client->length;
  const ssize_t got = read(client->fd, client->line + client->length, room);
  if (got <= 0)
    return false;
  client->length += (size_t)got;
  client->line[client->length] = '\0';
  char* end;
  while ((end = strchr(client->line, '\n')) != NULL) {
    char answer[32];
    const int size =
        snprintf(answer, sizeof answer, "%u\n", primes_below((unsigned)atoi(client->line)));
    if (!write_all(client->fd, answer, (size_t)size))
      return false;
    client->length -= (size_t)(end + 1 - client->line);
    memmove(client->line, end + 1, client->length + 1);
  }
  return client->length < sizeof client->line - 1;
}

static int accept_from(int listener) {
  int fd;
  while ((fd = accept(listener, NULL, NULL)) < 0)
    if (errno != EINTR && errno != ECONNABORTED)
      die("accept");
  return fd;
}

#endif
