/* The processes, and visits to the resource. */
#ifndef LAB_VISIT_H
#define LAB_VISIT_H

#include <poll.h>

#include "../common/net.h"

enum { MOST = 64 };

struct message {
  int type, from;
  unsigned date; /* of a Lamport clock */
};

static int me, count, fd, resource, visits, sent;
static struct sockaddr_in peers[MOST];
static double asked, waited;

static void tell(int other, int type, unsigned date) {
  const struct message message = {type, me, date};
  sendto(fd, &message, sizeof message, 0, (const struct sockaddr*)&peers[other],
         sizeof peers[other]);
  sent++;
}

static bool hear(struct message* message, double seconds) {
  struct pollfd in = {.fd = fd, .events = POLLIN};
  return poll(&in, 1, seconds > 0 ? (int)(seconds * 1e3) + 1 : 0) > 0 &&
         recv(fd, message, sizeof *message, 0) == sizeof *message;
}

/* Ten milliseconds inside. The resource has seen us come and go before we go on: it answers
 * nothing, so wait. */
static void visit(void) {
  waited += stopwatch() - asked;
  if (!write_all(resource, "E", 1))
    die("the resource has gone");
  pause_for(0.010);
  if (!write_all(resource, "L", 1))
    die("the resource has gone");
  pause_for(0.010);
}

static void start(int argc, char** argv) {
  if (argc < 6 || argc - 5 > MOST)
    die("usage: %s ME PORT VISITS RESOURCE:PORT HOST:PORT...", argv[0]);
  me = atoi(argv[1]);
  fd = udp_bind(atoi(argv[2]));
  visits = atoi(argv[3]);
  count = argc - 5;
  for (int i = 0; i < count; i++)
    peers[i] = resolve(argv[5 + i]);
  resource = tcp_connect(argv[4]);
  srand((unsigned)me + 1);
  pause_for(0.2); /* until everyone is there */
}

static void finish(int done) {
  printf("process %d: %d visits, %.1f ms of waiting each, %d messages\n", me, done,
         waited / done * 1e3, sent);
}

#endif
