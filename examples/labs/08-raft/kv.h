/* What clients and servers say to each other, and what a client remembers of it. */
#ifndef LAB_KV_H
#define LAB_KV_H

#include <poll.h>

#include "../common/net.h"

enum { KEYS = 4 };

enum operation { NOTHING, GET, PUT };

struct command {
  int operation, key, value;
  int client, sequence; /* who asks, and its how manieth question: asked twice, done once */
};

struct request {
  int kind; /* REQUEST */
  struct command command;
};

struct reply {
  int sequence;
  int done;   /* or it is not the leader: */
  int leader; /* who is, or -1 */
  int value;
};

/* One operation of a client, as it saw it: the dates of question and answer (INFINITY: none came).
 */
struct event {
  int client, operation, key, value;
  double asked, answered;
};

enum { REQUEST = 100 };

#endif
