/* A replicated log after Raft (Ongaro, Ousterhout 2014), and on it a store of a few numbers.
 *   raft ME LOG safe|stale HOST:PORT...
 *
 * Figure 2 of the paper, without snapshots and changes of membership. Messages are datagrams. Term,
 * vote and log are in the file LOG before anyone hears of them. With "stale" a leader answers reads
 * from its own memory at once. Find out what is wrong with that. */
#include <fcntl.h>

#include "kv.h"

enum { MOST = 16, ENTRIES = 65536, CARRIED = 8, CLIENTS = 64 };

static const double beat = 0.05,
                    election = 0.3; /* s; an election begins after one to two times as long */

struct entry {
  int term;
  struct command command;
};

enum kind { VOTE, VOTED, APPEND, APPENDED };

struct message {
  int kind, from, term;
  int index,
      index_term; /* VOTE: our last entry; APPEND: the one before; APPENDED: up to where it agrees, or should try */
  int granted; /* VOTED, APPENDED: yes or no */
  int commit, count;
  struct entry entries[CARRIED];
};

/* On disk. Entry 0 is nobody's. */
static int term, vote = -1, last;
static struct entry entries[ENTRIES];
static int file;

static enum { FOLLOWER, CANDIDATE, LEADER } role;
static int me, count, fd, leader = -1, votes, commit, applied;
static int next[MOST], match[MOST];
static struct sockaddr_in peers[MOST];
static double deadline, beaten; /* when we stand for election; when the leader has spoken last */
static bool stale;

/* The state: what the log makes of it, and each client's last answer. */
static int store[KEYS];
static struct { int sequence, value; } done[CLIENTS];
static struct {
  int index;
  struct sockaddr_in from;
} waiting[CLIENTS]; /* clients that wait for an entry, if we lead */

/* ---- the disk ---- */

struct record {
  int index, term, vote; /* index 0: term and vote; else an entry, which ends the log */
  struct entry entry;
};

static void save(const struct record* records, size_t number) {
  const ssize_t size = (ssize_t)(number * sizeof *records);
  if (write(file, records, (size_t)size) != size || fsync(file) != 0)
    die("log");
}

static void save_term(void) {
  const struct record record = {.term = term, .vote = vote};
  save(&record, 1);
}

static void append(int index, const struct entry* entry) {
  if (index >= ENTRIES)
    die("the log is full");
  const struct record record = {.index = index, .entry = *entry};
  entries[index] = *entry;
  last = index;
  save(&record, 1);
}

static void load(const char* path) {
  struct record record;
  file = open(path, O_RDWR | O_CREAT, 0644);
  if (file < 0)
    die("%s", path);
  while (read(file, &record, sizeof record) == sizeof record)
    if (record.index == 0) {
      term = record.term;
      vote = record.vote;
    } else {
      entries[record.index] = record.entry;
      last = record.index;
    }
  if (last > 0 || term > 0)
    printf("server %d is back, in term %d with %d entries\n", me, term, last);
}

/* ---- roles ---- */

static void say(const char* what) {
  printf("server %d %s in term %d, with %d entries, %d of them committed\n", me, what, term, last,
         commit);
  fflush(stdout);
}

static void wait_longer(void) {
  deadline = stopwatch() + election * (1 + (rand() % 1000) / 1000.0);
}

static void tell(int other, struct message* message) {
  message->from = me;
  message->term = term;
  const size_t size = sizeof *message - sizeof(struct entry) * (size_t)(CARRIED - message->count);
  sendto(fd, message, size, 0, (const struct sockaddr*)&peers[other], sizeof peers[other]);
}

static void follow(int new_term) {
  if (new_term > term) {
    term = new_term;
    vote = -1;
    save_term();
  }
  if (role == LEADER)
    say("steps down");
  role = FOLLOWER;
}

static void replicate(int other) {
  struct message message = {.kind = APPEND, .index = next[other] - 1, .commit = commit};
  message.index_term = entries[message.index].term;
  while (message.count < CARRIED && next[other] + message.count <= last) {
    message.entries[message.count] = entries[next[other] + message.count];
    message.count++;
  }
  tell(other, &message);
}

static void replicate_all(void) {
  beaten = stopwatch();
  for (int i = 0; i < count; i++)
    if (i != me)
      replicate(i);
}

static void lead(void) {
  role = LEADER;
  leader = me;
  say("leads");
  for (int i = 0; i < count; i++) {
    next[i] = last + 1;
    match[i] = 0;
  }
  memset(waiting, 0, sizeof waiting);
  const struct entry empty = {.term =
                                  term}; /* commits those of earlier terms with it (section 8) */
  append(last + 1, &empty);
  replicate_all();
}

static void stand(void) {
  role = CANDIDATE;
  leader = -1;
  term++;
  vote = me;
  votes = 1;
  save_term();
  wait_longer();
  struct message message = {.kind = VOTE, .index = last, .index_term = entries[last].term};
  for (int i = 0; i < count; i++)
    if (i != me)
      tell(i, &message);
  if (count == 1)
    lead();
}

/* ---- the store ---- */

static void answer(int client, const struct sockaddr_in* to) {
  const struct reply reply = {done[client].sequence, 1, me, done[client].value};
  sendto(fd, &reply, sizeof reply, 0, (const struct sockaddr*)to, sizeof *to);
}

static void apply(void) {
  while (applied < commit) {
    const struct command* const command = &entries[++applied].command;
    if (command->operation == NOTHING)
      continue;
    const int client = command->client;
    if (command->sequence > done[client].sequence) {
      if (command->operation == PUT)
        store[command->key] = command->value;
      done[client].sequence = command->sequence;
      done[client].value = store[command->key];
    }
    if (role == LEADER && waiting[client].index == applied)
      answer(client, &waiting[client].from);
  }
}

static void request(const struct request* request, const struct sockaddr_in* from) {
  const struct command* const command = &request->command;
  if (command->client < 0 || command->client >= CLIENTS || command->key < 0 || command->key >= KEYS)
    return;
  if (role != LEADER) {
    const struct reply reply = {.sequence = command->sequence, .leader = leader};
    sendto(fd, &reply, sizeof reply, 0, (const struct sockaddr*)from, sizeof *from);
    return;
  }
  if (command->sequence <= done[command->client].sequence) {
    answer(command->client, from);
    return;
  }
  if (stale && command->operation == GET) {
    const struct reply reply = {command->sequence, 1, me, store[command->key]};
    sendto(fd, &reply, sizeof reply, 0, (const struct sockaddr*)from, sizeof *from);
    return;
  }
  const struct entry entry = {term, *command};
  append(last + 1, &entry);
  waiting[command->client].index = last;
  waiting[command->client].from = *from;
  replicate_all();
}

/* ---- messages ---- */

static void voted(const struct message* m) {
  if (role == CANDIDATE && m->term == term && m->granted && ++votes == count / 2 + 1)
    lead();
}

static void asked_to_vote(const struct message* m) {
  const bool complete = m->index_term > entries[last].term ||
                        (m->index_term == entries[last].term && m->index >= last);
  struct message reply = {.kind = VOTED,
                          .granted = m->term == term && complete && (vote < 0 || vote == m->from)};
  if (reply.granted) {
    if (vote < 0) {
      vote = m->from;
      save_term();
    }
    wait_longer();
  }
  tell(m->from, &reply);
}

static void asked_to_append(const struct message* m) {
  struct message reply = {.kind = APPENDED};
  if (m->term == term) {
    follow(term);
    leader = m->from;
    wait_longer();
    if (m->index <= last && entries[m->index].term == m->index_term) {
      for (int i = 0; i < m->count; i++) {
        const int index = m->index + 1 + i;
        if (index > last || entries[index].term != m->entries[i].term)
          append(index, &m->entries[i]);
      }
      reply.granted = 1;
      reply.index = m->index + m->count;
      if (m->commit > commit)
        commit = m->commit < reply.index ? m->commit : reply.index;
      apply();
    } else {
      reply.index = (m->index < last + 1 ? m->index : last + 1) - 1;
    }
  }
  tell(m->from, &reply);
}

static void appended(const struct message* m) {
  if (role != LEADER || m->term != term)
    return;
  if (!m->granted) {
    next[m->from] = m->index + 1 > match[m->from] ? m->index + 1 : match[m->from] + 1;
    replicate(m->from);
    return;
  }
  if (m->index > match[m->from])
    match[m->from] = m->index;
  next[m->from] = match[m->from] + 1;
  match[me] = last;
  for (int index = last; index > commit && entries[index].term == term; index--) {
    int copies = 0;
    for (int i = 0; i < count; i++)
      copies += match[i] >= index;
    if (copies > count / 2) {
      commit = index;
      apply();
    }
  }
  if (next[m->from] <= last)
    replicate(m->from);
}

static void handle(const struct message* m) {
  if (m->term > term)
    follow(m->term);
  static void (*const handlers[])(const struct message*) = {asked_to_vote, voted, asked_to_append,
                                                            appended};
  if (m->kind >= VOTE && m->kind <= APPENDED && m->from >= 0 && m->from < count)
    handlers[m->kind](m);
}

int main(int argc, char** argv) {
  if (argc < 5 || argc - 4 > MOST)
    die("usage: raft ME LOG safe|stale HOST:PORT...");
  me = atoi(argv[1]);
  stale = strcmp(argv[3], "stale") == 0;
  count = argc - 4;
  load(argv[2]);
  for (int i = 0; i < count; i++)
    peers[i] = resolve(argv[4 + i]);
  fd = udp_bind(ntohs(peers[me].sin_port));
  srand((unsigned)me + 1);
  wait_longer();
  for (;;) {
    const double wake = role == LEADER ? beaten + beat : deadline, left = wake - stopwatch();
    struct pollfd in = {.fd = fd, .events = POLLIN};
    if (poll(&in, 1, left > 0 ? (int)(left * 1e3) + 1 : 0) > 0) {
      union {
        struct message message;
        struct request request;
      } got = {0};
      struct sockaddr_in from;
      socklen_t length = sizeof from;
      if (recvfrom(fd, &got, sizeof got, 0, (struct sockaddr*)&from, &length) > 0) {
        if (got.request.kind == REQUEST)
          request(&got.request, &from);
        else
          handle(&got.message);
      }
    }
    if (role == LEADER && stopwatch() >= beaten + beat)
      replicate_all();
    else if (role != LEADER && stopwatch() >= deadline)
      stand();
  }
}
