/* Asks all participants whether they can commit, decides, and tells them.
 *   coordinator PORT LOG TRANSACTIONS HOST:PORT...
 *
 * What it has decided is in its log before anyone hears of it; after a crash it goes on from there.
 * A transaction that it had not decided is aborted. */
#include "commit.h"

static int last, decided, finished; /* transactions, as the log has them */
static bool committed;

static void remember(const char* word, int transaction) {
  if (strcmp(word, "begin") == 0)
    last = transaction;
  else if (strcmp(word, "done") == 0)
    finished = transaction;
  else {
    decided = transaction;
    committed = strcmp(word, "commit") == 0;
  }
}

static struct sockaddr_in peers[MOST];
static int count, log_file;

static int number(const struct sockaddr_in* from) {
  for (int i = 0; i < count; i++)
    if (from->sin_addr.s_addr == peers[i].sin_addr.s_addr && from->sin_port == peers[i].sin_port)
      return i;
  return -1;
}

/* Tells all those that have not answered, again and again, until they have or a second is over. */
static int ask(enum type question, int transaction, double seconds, bool answered[MOST], bool* no) {
  int answers = 0;
  const double start = stopwatch();
  double again = start;
  while (answers < count && (seconds < 0 || stopwatch() < start + seconds)) {
    if (stopwatch() >= again) {
      for (int i = 0; i < count; i++)
        if (!answered[i])
          tell(&peers[i], question, transaction);
      again += 0.2;
    }
    struct message message;
    struct sockaddr_in from;
    if (!hear(&message, &from, again))
      continue;
    const int i = number(&from);
    const bool fits =
        question == PREPARE ? message.type == YES || message.type == NO : message.type == DONE;
    if (i < 0 || message.transaction != transaction || !fits || answered[i])
      continue;
    answered[i] = true;
    answers++;
    *no |= message.type == NO;
  }
  return answers;
}

static void decide(int transaction, bool commit) {
  note(log_file, commit ? "commit" : "abort", transaction);
  decided = transaction;
  committed = commit;
  printf("transaction %d: %s\n", transaction, commit ? "commit" : "abort");
  fflush(stdout);
}

static void finish(int transaction) {
  bool answered[MOST] = {false}, no = false;
  ask(committed ? COMMIT : ABORT, transaction, -1, answered, &no);
  note(log_file, "done", transaction);
  finished = transaction;
}

int main(int argc, char** argv) {
  if (argc < 5 || argc - 4 > MOST)
    die("usage: coordinator PORT LOG TRANSACTIONS HOST:PORT...");
  me = -1;
  fd = udp_bind(atoi(argv[1]));
  count = argc - 4;
  for (int i = 0; i < count; i++)
    peers[i] = resolve(argv[4 + i]);
  log_file = open_log(argv[2], remember);
  if (last > finished) {
    printf("after a crash: transaction %d %s\n", last,
           decided == last ? "was decided" : "was not decided");
    if (decided < last)
      decide(last, false);
    finish(last);
  }
  for (int transaction = last + 1; transaction <= atoi(argv[3]); transaction++) {
    bool answered[MOST] = {false}, no = false;
    note(log_file, "begin", transaction);
    const int votes = ask(PREPARE, transaction, 1, answered, &no);
    decide(transaction, votes == count && !no);
    finish(transaction);
    pause_for(0.5);
  }
  return 0;
}
