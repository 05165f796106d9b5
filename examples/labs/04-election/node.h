/* What both algorithms need: the processes and their addresses, messages, heartbeats of the leader.
 *
 * Process number i (from 0) is the i-th address of the list; the greatest number that is alive
 * shall lead. Messages are datagrams: they may be lost, and who has crashed does not answer. */
#ifndef LAB_NODE_H
#define LAB_NODE_H

#include <poll.h>

#include "../common/net.h"

enum { MOST = 64 };

/* Seconds: how often a leader says that it lives, how long others wait for that, how long for an
 * answer. */
static const double beat = 0.5, silence = 1.6, patience = 0.3;

enum type { ALIVE, ELECTION, LEADER, OK };

struct message {
  enum type type;
  int from, number;
};

static int me, count, leader = -1, sent, fd;
static struct sockaddr_in peers[MOST];
static double heard; /* when the leader was heard of last */

static void tell(int other, enum type type, int number) {
  const struct message message = {type, me, number};
  sendto(fd, &message, sizeof message, 0, (const struct sockaddr*)&peers[other],
         sizeof peers[other]);
  sent += type != ALIVE;
}

/* Waits for a message until a date. */
static bool hear(struct message* message, double until) {
  struct pollfd in = {.fd = fd, .events = POLLIN};
  const double left = until - stopwatch();
  if (poll(&in, 1, left > 0 ? (int)(left * 1e3) + 1 : 0) <= 0)
    return false;
  return recv(fd, message, sizeof *message, 0) == sizeof *message;
}

static void follow(int number) {
  heard = stopwatch();
  if (leader == number)
    return;
  leader = number;
  printf("process %d: the leader is %d%s; %d messages sent\n", me, leader,
         leader == me ? ", that is me" : "", sent);
  fflush(stdout); /* a crash loses nothing that was said */
}

/* Every now and then: says that we live if we lead. */
static void live(void) {
  static double last;
  if (leader != me || stopwatch() - last < beat)
    return;
  last = stopwatch();
  for (int i = 0; i < count; i++)
    if (i != me)
      tell(i, ALIVE, me);
}

static bool missed(void) { return leader != me && stopwatch() - heard > silence + 0.05 * me; }

static void start(int argc, char** argv) {
  if (argc < 4 || argc - 3 > MOST)
    die("usage: %s ME PORT HOST:PORT...", argv[0]);
  me = atoi(argv[1]);
  fd = udp_bind(atoi(argv[2]));
  count = argc - 3;
  for (int i = 0; i < count; i++)
    peers[i] = resolve(argv[3 + i]);
  heard = stopwatch() - silence + beat; /* wait a little before an election */
}

#endif
