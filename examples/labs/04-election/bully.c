/* Election by the bully algorithm (Garcia-Molina 1982): who misses the leader asks all that are
 * greater; if none of them answers, it leads.   bully ME PORT HOST:PORT... */
#include "node.h"

/* While we stand for election: until when we wait for an answer, or (somebody greater has answered)
 * for its victory. */
static double deadline;
static bool standing, outbid;

static void stand(void) {
  standing = true;
  outbid = false;
  deadline = stopwatch() + patience;
  for (int i = me + 1; i < count; i++)
    tell(i, ELECTION, me);
}

static void win(void) {
  standing = false;
  follow(me);
  for (int i = 0; i < count; i++)
    if (i != me)
      tell(i, LEADER, me);
}

static void handle(const struct message* message) {
  switch (message->type) {
  case ELECTION: /* of somebody smaller */
    tell(message->from, OK, me);
    if (!standing)
      stand();
    break;
  case OK:
    if (standing && !outbid) {
      outbid = true;
      deadline = stopwatch() + 4 * patience;
    }
    break;
  case LEADER:
  case ALIVE:
    if (message->from < me) {
      if (!standing)
        stand(); /* that is ours */
      break;
    }
    standing = false;
    follow(message->from);
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
    if (!standing && missed())
      stand();
    if (standing && stopwatch() >= deadline) {
      if (outbid)
        stand(); /* the greater one has died meanwhile */
      else
        win();
    }
  }
}
