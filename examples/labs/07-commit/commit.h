/* Two-phase commit (Gray 1978): messages, and the log that survives a crash. */
#ifndef LAB_COMMIT_H
#define LAB_COMMIT_H

#include <fcntl.h>
#include <poll.h>

#include "../common/net.h"

enum { MOST = 64 };

enum type { PREPARE, YES, NO, COMMIT, ABORT, DONE, WHAT };

struct message {
  enum type type;
  int from, transaction;
};

static int me, fd;

static void tell(const struct sockaddr_in* other, enum type type, int transaction) {
  const struct message message = {type, me, transaction};
  sendto(fd, &message, sizeof message, 0, (const struct sockaddr*)other, sizeof *other);
}

static bool hear(struct message* message, struct sockaddr_in* from, double until) {
  struct pollfd in = {.fd = fd, .events = POLLIN};
  const double left = until - stopwatch();
  socklen_t length = sizeof *from;
  return poll(&in, 1, left > 0 ? (int)(left * 1e3) + 1 : 0) > 0 &&
         recvfrom(fd, message, sizeof *message, 0, (struct sockaddr*)from, &length) ==
             sizeof *message;
}

/* A line "WORD TRANSACTION" at the end of the log. It is on the disk when this returns. */
static void note(int log, const char* word, int transaction) {
  char line[64];
  const int size = snprintf(line, sizeof line, "%s %d\n", word, transaction);
  if (write(log, line, (size_t)size) != size || fsync(log) != 0)
    die("log");
}

/* Opens the log and calls with each line that an earlier life has written. */
static int open_log(const char* path, void (*line)(const char* word, int transaction)) {
  const int log = open(path, O_RDWR | O_CREAT | O_APPEND, 0644);
  if (log < 0)
    die("%s", path);
  FILE* const old = fopen(path, "r");
  char word[32];
  int transaction;
  while (fscanf(old, "%31s %d", word, &transaction) == 2)
    line(word, transaction);
  fclose(old);
  return log;
}

#endif
