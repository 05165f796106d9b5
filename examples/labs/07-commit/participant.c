/* Votes on transactions, and does what the coordinator decides. Between its vote and the decision
 * it holds its lock: it can neither commit nor abort by itself.   participant PORT LOG
 * COORDINATOR:PORT TRANSACTIONS */
#include "commit.h"

static int prepared, ended; /* transactions, as the log has them */

static void remember(const char* word, int transaction) {
  if (strcmp(word, "yes") == 0)
    prepared = transaction;
  else
    ended = transaction;
}

int main(int argc, char** argv) {
  if (argc != 5)
    die("usage: participant PORT LOG COORDINATOR:PORT TRANSACTIONS");
  fd = udp_bind(atoi(argv[1]));
  const int log = open_log(argv[2], remember), transactions = atoi(argv[4]);
  const struct sockaddr_in coordinator = resolve(argv[3]);
  double locked = stopwatch(), complaint = locked + 1;
  unsigned chance = (unsigned)atoi(argv[1]);
  while (ended < transactions) {
    struct message message;
    struct sockaddr_in from;
    if (!hear(&message, &from, complaint)) {
      if (prepared > ended) {
        printf("in doubt about transaction %d, locked for %.1f s\n", prepared,
               stopwatch() - locked);
        tell(&coordinator, WHAT, prepared);
      }
      complaint += 1;
      continue;
    }
    const int transaction = message.transaction;
    switch (message.type) {
    case PREPARE:
      if (transaction > prepared && transaction > ended) {
        if (rand_r(&chance) % 10 == 0) { /* not enough money, say */
          note(log, "no", transaction);
          ended = transaction;
        } else {
          note(log, "yes", transaction);
          prepared = transaction;
          locked = stopwatch();
          complaint = locked + 1;
        }
      }
      tell(&from, prepared == transaction ? YES : NO, transaction);
      break;
    case COMMIT:
    case ABORT:
      if (transaction > ended) {
        note(log, message.type == COMMIT ? "commit" : "abort", transaction);
        ended = transaction;
        printf("transaction %d: %s, locked for %.3f s\n", transaction,
               message.type == COMMIT ? "commit" : "abort", stopwatch() - locked);
      }
      tell(&from, DONE, transaction);
      break;
    default:
      break;
    }
  }
  /* The last answer may be lost. */
  struct message message;
  struct sockaddr_in from;
  while (hear(&message, &from, stopwatch() + 2))
    tell(&from, DONE, message.transaction);
  return 0;
}
