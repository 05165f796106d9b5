/* Election on a ring (Chang and Roberts 1979): a number goes round; who is greater puts its own
 * instead; who gets its own back leads.   ring ME PORT HOST:PORT...
 *
 * Each message is acknowledged by the next on the ring; who does not is taken for dead and passed
 * over. */
#include "node.h"

/* Messages that wait for their acknowledgement. */
struct passing {
  enum type type;
  int number, to;
  double deadline;
};

enum { ROOM = 64 };

static struct passing passing[ROOM];
static int passings;
static bool standing;

static void lead(void) {
  standing = false;
  follow(me);
}

static void pass_to(int to, enum type type, int number) {
  if (to == me) { /* everyone else is dead */
    lead();
    return;
  }
  if (passings == ROOM)
    return;
  passing[passings++] = (struct passing){type, number, to, stopwatch() + patience};
  tell(to, type, number);
}

static void pass(enum type type, int number) { pass_to((me + 1) % count, type, number); }

static void drop(int at) { passing[at] = passing[--passings]; }

static void stand(void) {
  standing = true;
  heard = stopwatch(); /* try again if this comes to nothing */
  pass(ELECTION, me);
}

static void handle(const struct message* message) {
  switch (message->type) {
  case OK:
    for (int i = 0; i < passings; i++)
      if (passing[i].to == message->from && passing[i].number == message->number) {
        drop(i);
        break;
      }
    break;
  case ELECTION:
    tell(message->from, OK, message->number);
    if (message->number == me) {
      lead();
      pass(LEADER, me);
    } else if (message->number > me) {
      standing = true;
      pass(ELECTION, message->number);
    } else if (!standing) {
      stand();
    }
    break;
  case LEADER:
    tell(message->from, OK, message->number);
    if (message->number == me)
      break; /* once round */
    standing = false;
    follow(message->number);
    pass(LEADER, message->number);
    break;
  case ALIVE:
    if (message->from > me)
      follow(message->from);
    else if (!standing)
      stand();
    break;
  }
}

int main(int argc, char** argv) {
  start(argc, argv);
  for (;;) {
    struct message message;
    if (hear(&message, stopwatch() + 0.1))
      handle(&message);
    live();
    if (missed())
      stand();
    for (int i = 0; i < passings; i++)
      if (stopwatch() >= passing[i].deadline) {
        const struct passing late = passing[i];
        drop(i--);
        pass_to((late.to + 1) % count, late.type, late.number);
      }
  }
}
