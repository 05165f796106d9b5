/* Is there an order of all operations that explains what the clients saw? That is what linearizable
 * means (Herlihy, Wing 1990): one operation after the other, each at an instant between its
 * question and its answer, each read giving what was written last.   judge PORT CLIENTS
 *
 * Keys are independent of each other, so each is judged alone. The search is Wing's and Gong's
 * (1993), with Lowe's memory (2017): of what has been done and what the value is now, each
 * combination is tried once. */
#include <math.h>

#include "kv.h"

enum { MOST = 4096, WORDS = MOST / 64 };

static struct event events[MOST], own[MOST];
static int total, number;
static double origin = INFINITY; /* when the first question of all was asked */

static int by_question(const void* a, const void* b) {
  const double x = ((const struct event*)a)->asked, y = ((const struct event*)b)->asked;
  return (x > y) - (x < y);
}

/* ---- what has been tried: sets of operations and a value ---- */

struct tried {
  struct tried* next;
  int value;
  uint64_t set[];
};

static struct tried* table[1 << 16];
static uint64_t set[WORDS];

static bool tried_before(int value) {
  const size_t words = ((size_t)number + 63) / 64;
  uint64_t hash = (uint64_t)value;
  for (size_t i = 0; i < words; i++)
    hash = (hash ^ set[i]) * 0x9E3779B97F4A7C15ull;
  struct tried** const list = &table[hash >> 48];
  for (struct tried* t = *list; t != NULL; t = t->next)
    if (t->value == value && memcmp(t->set, set, words * 8) == 0)
      return true;
  struct tried* const fresh = malloc(sizeof *fresh + words * 8);
  fresh->next = *list;
  fresh->value = value;
  memcpy(fresh->set, set, words * 8);
  *list = fresh;
  return false;
}

static void forget(void) {
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    for (struct tried *t = table[i], *next; t != NULL; t = next) {
      next = t->next;
      free(t);
      table[i] = NULL;
    }
}

/* ---- the search ---- */

static int farthest; /* how many operations could be explained at most */

static bool is_done(int i) { return set[i / 64] >> (i % 64) & 1; }

/* `done` operations have been put in order, and made the value so. Any may be next that was asked
 * before all others that are not done were answered. One that was never answered may have happened
 * or not. */
static bool explain(int done, int value, int answered_left) {
  if (done > farthest)
    farthest = done;
  if (answered_left == 0)
    return true;
  if (tried_before(value))
    return false;
  double first = INFINITY;
  for (int i = 0; i < number; i++)
    if (!is_done(i) && own[i].answered < first)
      first = own[i].answered;
  for (int i = 0; i < number && own[i].asked <= first; i++) {
    if (is_done(i) || (own[i].operation == GET && own[i].value != value))
      continue;
    set[i / 64] |= 1ull << (i % 64);
    if (explain(done + 1, own[i].operation == PUT ? own[i].value : value,
                answered_left - (own[i].answered < INFINITY)))
      return true;
    set[i / 64] &= ~(1ull << (i % 64));
  }
  return false;
}

static bool judge(int key) {
  number = 0;
  int answered = 0;
  for (int i = 0; i < total; i++)
    if (events[i].key == key && (events[i].operation == PUT || events[i].answered < INFINITY)) {
      own[number++] = events[i];
      answered += events[i].answered < INFINITY;
    }
  qsort(own, (size_t)number, sizeof *own, by_question);
  memset(set, 0, sizeof set);
  farthest = 0;
  const bool good = explain(0, 0, answered);
  forget();
  if (good) {
    printf("key %d: %d operations can be explained\n", key, number);
    return true;
  }
  printf("key %d: NOT linearizable; at most %d of %d operations can be explained. The history "
         "around:\n",
         key, farthest, number);
  for (int i = farthest > 4 ? farthest - 4 : 0; i < farthest + 4 && i < number; i++)
    printf("  client %d %s %d, from %.6f to %.6f\n", own[i].client,
           own[i].operation == PUT ? "wrote" : "read ", own[i].value, own[i].asked - origin,
           own[i].answered - origin);
  return false;
}

int main(int argc, char** argv) {
  if (argc != 3)
    die("usage: judge PORT CLIENTS");
  const int listener = tcp_listen(atoi(argv[1]));
  for (int left = atoi(argv[2]); left > 0; left--) {
    const int fd = accept(listener, NULL, NULL);
    while (total < MOST && read_all(fd, &events[total], sizeof *events))
      total++;
    close(fd);
  }
  for (int i = 0; i < total; i++)
    if (events[i].asked < origin)
      origin = events[i].asked;
  bool good = true;
  for (int key = 0; key < KEYS; key++)
    good &= judge(key);
  printf(good ? "linearizable\n" : "not linearizable\n");
  return !good;
}
