/* A distributed hash table after Chord (Stoica et al. 2001): each key lies with the first node on a
 * ring of numbers that is not before it, and with a few nodes that follow. chord ME:PORT FIRST:PORT
 * SECONDS [KEYS PUT_AT GET_AT]
 *
 * FIRST is a node that is there from the beginning; if that is ME, a ring is made. With KEYS, so
 * many are put PUT_AT seconds after the start, and got GET_AT seconds after it. Messages are
 * datagrams. */
#include <poll.h>

#include "../common/net.h"

enum { BITS = 32, SUCCESSORS = 4, STORE = 4096, LOOKUPS = 256, STEPS = 64, HOPS = 64 };

static const double tick = 2, patience = 2, hop_patience = 0.3;

struct node {
  uint32_t id;
  uint32_t address; /* 0: nobody */
  uint16_t port;
};

enum kind { FIND, PASSED, FOUND, ASK, STATE, NOTIFY, PUT, STORED, COPY, GET, VALUE };

struct message {
  uint8_t kind, hops, known;
  uint32_t number; /* of a lookup */
  uint32_t key, value;
  uint32_t hop; /* FIND, PASSED: number of this step */
  struct node from, origin, found;
  struct node successors[SUCCESSORS];
};

static int fd;
static struct node me, predecessor, successors[SUCCESSORS], fingers[BITS];
static double predecessor_heard;
static int silent; /* how often the successor has not answered */

static struct {
  uint32_t key, value;
  bool used;
} store[STORE];

/* ---- numbers on a ring ---- */

static uint32_t hash(const void* bytes, size_t size) {
  uint64_t h = 0xcbf29ce484222325ull; /* FNV-1a, and more mixing */
  for (size_t i = 0; i < size; i++)
    h = (h ^ ((const uint8_t*)bytes)[i]) * 0x100000001b3ull;
  h ^= h >> 29;
  h *= 0xbf58476d1ce4e5b9ull;
  return (uint32_t)(h >> 32);
}

/* x lies in (a, b], going round. */
static bool between(uint32_t x, uint32_t a, uint32_t b) {
  return a == b || (uint32_t)(x - a - 1) < (uint32_t)(b - a);
}

static bool same(const struct node* a, const struct node* b) {
  return a->address == b->address && a->port == b->port;
}

static struct node node_at(const char* peer) {
  const struct sockaddr_in address = resolve(peer);
  struct node node = {.address = address.sin_addr.s_addr, .port = address.sin_port};
  const uint32_t name[2] = {node.address, node.port};
  node.id = hash(name, sizeof name);
  return node;
}

/* ---- messages ---- */

static void tell(const struct node* to, struct message* message) {
  const struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = to->port, .sin_addr.s_addr = to->address};
  message->from = me;
  sendto(fd, message, sizeof *message, 0, (const struct sockaddr*)&address, sizeof address);
}

/* ---- lookups: passed on from node to node, answered to who asked ---- */

struct lookup {
  uint32_t number, key, value;
  enum { NONE, JOIN, FINGER, PUTTING, GETTING, REPAIR } purpose;
  int finger, tries;
  double asked;
};

static struct lookup lookups[LOOKUPS];
static uint32_t last_number;
static long hops_sum;
static int hops_count, gots, puts_done, failures;

/* The farthest node that we know on the way to a key, short of it. */
static const struct node* closest(uint32_t key) {
  for (int i = BITS - 1; i >= 0; i--)
    if (fingers[i].address != 0 && fingers[i].id != key && between(fingers[i].id, me.id, key))
      return &fingers[i];
  for (int i = SUCCESSORS - 1; i >= 0; i--)
    if (successors[i].address != 0 && successors[i].id != key &&
        between(successors[i].id, me.id, key))
      return &successors[i];
  return &successors[0];
}

/* Steps that the next node has not confirmed yet. */
static struct step {
  struct message message;
  struct node to;
  double deadline;
} steps[STEPS];
static int step_count;
static uint32_t last_hop;

static void pass(const struct node* to, struct message* message) {
  message->hop = ++last_hop;
  if (step_count < STEPS)
    steps[step_count++] = (struct step){*message, *to, stopwatch() + hop_patience};
  tell(to, message);
}

static void find(struct message* message) {
  if (message->hops++ >= HOPS || successors[0].address == 0)
    return;
  if (between(message->key, me.id, successors[0].id)) {
    struct message found = {
        .kind = FOUND, .number = message->number, .found = successors[0], .hops = message->hops};
    const struct node origin = message->origin;
    tell(&origin, &found);
  } else {
    pass(closest(message->key), message);
  }
}

static void passed(uint32_t hop) {
  for (int i = 0; i < step_count; i++)
    if (steps[i].message.hop == hop) {
      steps[i] = steps[--step_count];
      return;
    }
}

/* A node that does not answer is forgotten, whatever it was to us. */
static void forget(const struct node* node) {
  for (int i = 0; i < BITS; i++)
    if (same(&fingers[i], node))
      fingers[i] = (struct node){0};
  for (int i = 0; i < SUCCESSORS; i++)
    if (same(&successors[i], node)) {
      memmove(successors + i, successors + i + 1,
              sizeof *successors * (size_t)(SUCCESSORS - 1 - i));
      successors[SUCCESSORS - 1] = (struct node){0};
    }
  if (successors[0].address == 0)
    successors[0] = me;
}

/* Lookups whose next node is silent go another way. */
static void pass_again(void) {
  for (int i = 0; i < step_count; i++)
    if (stopwatch() >= steps[i].deadline) {
      struct step late = steps[i];
      steps[i--] = steps[--step_count];
      forget(&late.to);
      find(&late.message);
    }
}

static double next_deadline(double wake) {
  for (int i = 0; i < step_count; i++)
    if (steps[i].deadline < wake)
      wake = steps[i].deadline;
  return wake;
}

static void ask_for(struct lookup* lookup, const struct node* first) {
  struct message message = {
      .kind = FIND, .number = lookup->number, .key = lookup->key, .origin = me};
  lookup->asked = stopwatch();
  lookup->tries++;
  if (first != NULL)
    tell(first, &message);
  else
    find(&message);
}

static struct lookup* look_up(int purpose, uint32_t key, uint32_t value, const struct node* first) {
  for (int i = 0; i < LOOKUPS; i++)
    if (lookups[i].purpose == NONE) {
      lookups[i] =
          (struct lookup){.number = ++last_number, .key = key, .value = value, .purpose = purpose};
      ask_for(&lookups[i], first);
      return &lookups[i];
    }
  return NULL;
}

static struct lookup* lookup_of(uint32_t number) {
  for (int i = 0; i < LOOKUPS; i++)
    if (lookups[i].purpose != NONE && lookups[i].number == number)
      return &lookups[i];
  return NULL;
}

/* ---- keys ---- */

static void keep(uint32_t key, uint32_t value) {
  int room = -1;
  for (int i = 0; i < STORE; i++)
    if (!store[i].used)
      room = room < 0 ? i : room;
    else if (store[i].key == key) {
      store[i].value = value;
      return;
    }
  if (room >= 0) {
    store[room].key = key;
    store[room].value = value;
    store[room].used = true;
  }
}

static void copy_to_successors(uint32_t key, uint32_t value) {
  for (int i = 0; i < SUCCESSORS - 1; i++)
    if (successors[i].address != 0 && !same(&successors[i], &me)) {
      struct message message = {.kind = COPY, .key = key, .value = value};
      tell(&successors[i], &message);
    }
}

/* Nodes come and go: whoever has a key sees to it that its node has it. */
static void repair(void) {
  for (int i = 0; i < STORE; i++)
    if (store[i].used) {
      if (predecessor.address == 0 || between(store[i].key, predecessor.id, me.id))
        copy_to_successors(store[i].key, store[i].value);
      else
        look_up(REPAIR, store[i].key, store[i].value, NULL);
    }
}

/* ---- the ring ---- */

static void found(const struct message* message) {
  struct lookup* const lookup = lookup_of(message->number);
  if (lookup == NULL)
    return;
  struct message next = {.number = lookup->number, .key = lookup->key, .value = lookup->value};
  switch (lookup->purpose) {
  case JOIN:
    successors[0] = message->found;
    printf("joined after %.3f s\n", stopwatch() - lookup->asked);
    break;
  case FINGER:
    fingers[lookup->finger] = message->found;
    break;
  case REPAIR:
    next.kind = COPY;
    tell(&message->found, &next);
    break;
  case PUTTING:
    next.kind = PUT;
    tell(&message->found, &next);
    return; /* until it is stored */
  case GETTING:
    hops_sum += message->hops;
    hops_count++;
    next.kind = GET;
    tell(&message->found, &next);
    return; /* until the value comes */
  default:
    break;
  }
  lookup->purpose = NONE;
}

static void state_of_successor(const struct message* message) {
  if (!same(&message->from, &successors[0]))
    return;
  silent = 0;
  memcpy(successors + 1, message->successors, sizeof successors - sizeof *successors);
  const struct node* const other = &message->found; /* its predecessor */
  if (other->address != 0 && !same(other, &me) && other->id != successors[0].id &&
      between(other->id, me.id, successors[0].id)) {
    memmove(successors + 1, successors, sizeof successors - sizeof *successors);
    successors[0] = *other;
    struct message ask = {.kind = ASK}; /* there may be more between */
    tell(&successors[0], &ask);
  }
  struct message notice = {.kind = NOTIFY};
  tell(&successors[0], &notice);
}

static void handle(struct message* message) {
  struct message reply = {.number = message->number, .key = message->key};
  struct lookup* lookup;
  switch (message->kind) {
  case FIND:
    if (!same(&message->from, &me)) {
      reply.kind = PASSED;
      reply.hop = message->hop;
      tell(&message->from, &reply);
    }
    find(message);
    break;
  case PASSED:
    passed(message->hop);
    break;
  case FOUND:
    found(message);
    break;
  case ASK:
    reply.kind = STATE;
    reply.found = predecessor;
    memcpy(reply.successors, successors, sizeof successors);
    tell(&message->from, &reply);
    break;
  case STATE:
    state_of_successor(message);
    break;
  case NOTIFY:
    if (predecessor.address == 0 || same(&message->from, &predecessor) ||
        between(message->from.id, predecessor.id, me.id)) {
      predecessor = message->from;
      predecessor_heard = stopwatch();
      if (same(&successors[0], &me))
        successors[0] = message->from; /* the ring's first other node */
    }
    break;
  case PUT:
    keep(message->key, message->value);
    copy_to_successors(message->key, message->value);
    reply.kind = STORED;
    tell(&message->from, &reply);
    break;
  case STORED:
    lookup = lookup_of(message->number);
    if (lookup != NULL && lookup->purpose == PUTTING) {
      puts_done++;
      lookup->purpose = NONE;
    }
    break;
  case COPY:
    keep(message->key, message->value);
    break;
  case GET:
    reply.kind = VALUE;
    for (int i = 0; i < STORE; i++)
      if (store[i].used && store[i].key == message->key) {
        reply.value = store[i].value;
        reply.known = 1;
      }
    tell(&message->from, &reply);
    break;
  case VALUE:
    lookup = lookup_of(message->number);
    if (lookup != NULL && lookup->purpose == GETTING && message->known &&
        message->value == lookup->value) {
      gots++;
      lookup->purpose = NONE;
    }
    break;
  }
}

static void maintain(void) {
  if (same(&successors[0], &me) && predecessor.address != 0)
    successors[0] = predecessor;
  if (successors[0].address != 0 && !same(&successors[0], &me)) {
    if (silent++ >= 2) {
      const struct node lost = successors[0];
      silent = 0;
      forget(&lost);
    }
    struct message ask = {.kind = ASK};
    tell(&successors[0], &ask);
  }
  if (predecessor.address != 0 && stopwatch() - predecessor_heard > 4 * tick)
    predecessor = (struct node){0};

  /* A finger is looked for again each time. */
  static int finger = BITS - 1;
  struct lookup* const lookup = look_up(FINGER, me.id + (1u << finger), 0, NULL);
  if (lookup != NULL)
    lookup->finger = finger;
  finger = finger == BITS - 12 ? BITS - 1
                               : finger - 1; /* those below hardly differ from the successor */
}

/* Lookups without an answer are made again, a few times. */
static void retry(const struct node* first) {
  for (int i = 0; i < LOOKUPS; i++) {
    struct lookup* const lookup = &lookups[i];
    if (lookup->purpose == NONE || stopwatch() - lookup->asked < patience)
      continue;
    if (lookup->purpose == JOIN || (lookup->tries < 8 && lookup->purpose >= PUTTING)) {
      ask_for(lookup, lookup->purpose == JOIN ? first : NULL);
      continue;
    }
    failures += lookup->purpose == PUTTING || lookup->purpose == GETTING;
    lookup->purpose = NONE;
  }
}

static uint32_t key_number(int i) {
  const uint32_t name[2] = {me.id, (uint32_t)i};
  return hash(name, sizeof name);
}

int main(int argc, char** argv) {
  if (argc != 4 && argc != 7)
    die("usage: chord ME:PORT FIRST:PORT SECONDS [KEYS PUT_AT GET_AT]");
  me = node_at(argv[1]);
  const struct node first = node_at(argv[2]);
  const int keys = argc > 4 ? atoi(argv[4]) : 0;
  const double start = stopwatch(), end = start + atof(argv[3]);
  const double put_at = argc > 4 ? start + atof(argv[5]) : end,
               get_at = argc > 4 ? start + atof(argv[6]) : end;
  int put = 0, got = 0;
  fd = udp_bind(ntohs(me.port));
  srand(me.id);
  if (same(&me, &first))
    successors[0] = me;
  else
    look_up(JOIN, me.id, 0, &first);
  double next = start + tick * (rand() % 1000) / 1000,
         next_repair = start + 5 * tick * (1 + (rand() % 1000) / 1000.0);
  while (stopwatch() < end) {
    struct pollfd in = {.fd = fd, .events = POLLIN};
    const double left = next_deadline(next) - stopwatch();
    struct message message;
    if (poll(&in, 1, left > 0 ? (int)(left * 1e3) + 1 : 0) > 0 &&
        recv(fd, &message, sizeof message, 0) == sizeof message)
      handle(&message);
    pass_again();
    if (stopwatch() < next)
      continue;
    next += tick;
    retry(&first);
    maintain();
    if (stopwatch() >= next_repair) {
      next_repair += 5 * tick;
      repair();
    }
    for (int i = 0; i < 10 && put < keys && stopwatch() >= put_at; i++, put++)
      look_up(PUTTING, key_number(put), (uint32_t)put, NULL);
    for (int i = 0; i < 10 && got < put && stopwatch() >= get_at; i++, got++)
      look_up(GETTING, key_number(got), (uint32_t)got, NULL);
  }
  if (keys > 0)
    printf("put %d of %d keys, got %d back, %.2f hops a lookup\n", puts_done, keys, gots,
           hops_count > 0 ? (double)hops_sum / hops_count : 0);
  return keys > 0 && gots < puts_done;
}
