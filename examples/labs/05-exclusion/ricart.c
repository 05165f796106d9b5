/* Mutual exclusion by asking everyone (Ricart and Agrawala 1981): who wants to enter asks all
 * others and waits for all their answers; who wants to enter earlier answers later.   ricart ME
 * PORT VISITS RESOURCE:PORT HOST:PORT... */
#include "visit.h"

enum { REQUEST, REPLY };

static unsigned lamport, mine; /* our clock, and the date of our request */
static bool wanting;
static int replies;
static bool deferred[MOST];

static void handle(const struct message* message) {
  if (message->date > lamport)
    lamport = message->date;
  lamport++;
  if (message->type == REPLY) {
    replies++;
    return;
  }
  /* Requests are ordered by date, and by number where dates are equal. */
  const bool ours_first =
      wanting && (mine < message->date || (mine == message->date && me < message->from));
  if (ours_first)
    deferred[message->from] = true;
  else
    tell(message->from, REPLY, ++lamport);
}

static void answer_deferred(void) {
  for (int i = 0; i < count; i++)
    if (deferred[i]) {
      deferred[i] = false;
      tell(i, REPLY, ++lamport);
    }
}

int main(int argc, char** argv) {
  start(argc, argv);
  double next = stopwatch();
  int done = 0;
  struct message message;
  while (done < visits) {
    if (!wanting && stopwatch() >= next) {
      asked = stopwatch();
      wanting = true;
      replies = 0;
      mine = ++lamport;
      for (int i = 0; i < count; i++)
        if (i != me)
          tell(i, REQUEST, mine);
    }
    if (wanting && replies == count - 1) {
      visit();
      done++;
      wanting = false;
      next = stopwatch() + 0.001 * (rand() % 50);
      answer_deferred();
      continue;
    }
    if (hear(&message, wanting ? 5 : next - stopwatch()))
      handle(&message);
    else if (wanting)
      die("process %d: somebody does not answer", me);
  }
  finish(done);
  while (hear(&message, 2)) /* the others may still ask */
    handle(&message);
  return 0;
}
