/* Mutual exclusion by a token that goes round (Le Lann 1977): who has it may enter.
 *   token ME PORT VISITS RESOURCE:PORT HOST:PORT... */
#include "visit.h"

enum { TOKEN };

int main(int argc, char** argv) {
  start(argc, argv);
  if (me == 0)
    tell(0, TOKEN, 0); /* makes it */
  double next = stopwatch();
  asked = next;
  int done = 0, idle = 0;
  /* It is passed on until it comes no more: the others are done as well. */
  while (idle < 1) {
    struct message message;
    if (!hear(&message, 2)) {
      idle++;
      continue;
    }
    if (done < visits && stopwatch() >= next) {
      if (asked < next)
        asked = next;
      visit();
      done++;
      next = stopwatch() + 0.001 * (rand() % 50);
      asked = next;
    }
    if (done == visits) {
      done++; /* say it once */
      finish(visits);
    }
    /* The date counts how many have had nothing to do since the last visit. */
    const unsigned quiet = done > visits ? message.date + 1 : 0;
    if (quiet < 2 * (unsigned)count) {
      if (count == 1 || done <= visits)
        pause_for(0.0005);
      tell((me + 1) % count, TOKEN, quiet);
    }
  }
  return 0;
}
