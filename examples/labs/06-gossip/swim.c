/* Who is alive? Gossip and failure detection by SWIM (Das, Gupta, Motivala 2002).
 *   swim ME MEMBERS HOST PORT SECONDS [RUMOUR]
 *
 * Member i is HOSTi:PORT, or localhost:PORT+i if HOST is localhost. Each second a member pings
 * another; if that does not answer in time it asks three others to try. Who is silent is suspected,
 * and, if it does not object, dead some seconds later. News travels on the pings and their answers.
 * With RUMOUR, member 0 starts one at that second. */
#include <math.h>
#include <poll.h>
#include <stddef.h>

#include "../common/net.h"

enum {
  MOST = 1000,   /* members */
  CARRIED = 8,   /* news in a message */
  HELPERS = 3,   /* who are asked to ping */
  SUSPICION = 8, /* periods until a suspect is dead */
};

static const double period = 1, patience = 0.25;

enum state { ALIVE, SUSPECT, DEAD, RUMOUR };
enum type { PING, ACK, PING_FOR_ME };

struct news {
  uint16_t member;
  uint8_t state;
  uint8_t incarnation; /* of the member: it alone raises it, when it objects */
};

struct message {
  uint8_t type, count;
  uint16_t from, about; /* who is to be pinged, or has answered */
  uint32_t number;
  struct news news[CARRIED];
};

static struct {
  struct sockaddr_in address;
  struct news news; /* what we believe */
  int told;         /* so often */
  double suspected;
} members[MOST];
static int me, count, fd, enough, dead;
static struct news rumour = {.state = RUMOUR};
static int rumour_told = -1; /* < 0: not heard yet */
static double start;
static long bytes;

static void hear_rumour(void) {
  if (rumour_told >= 0)
    return;
  rumour_told = 0;
  printf("heard the rumour\n");
}

/* The news that has been told least often goes along. */
static void send_message(int to, enum type type, int about, uint32_t number) {
  struct message message = {
      .type = type, .from = (uint16_t)me, .about = (uint16_t)about, .number = number};
  if (rumour_told >= 0 && rumour_told < enough) {
    rumour_told++;
    message.news[message.count++] = rumour;
  }
  for (int least = 0; least < enough && message.count < CARRIED; least++)
    for (int i = 0; i < count && message.count < CARRIED; i++)
      if (members[i].told == least) {
        members[i].told++;
        message.news[message.count++] = members[i].news;
      }
  const size_t size = sizeof message - sizeof(struct news) * (size_t)(CARRIED - message.count);
  bytes += (long)size;
  sendto(fd, &message, size, 0, (const struct sockaddr*)&members[to].address,
         sizeof members[to].address);
}

static void believe(int member, enum state state, uint8_t incarnation) {
  members[member].news = (struct news){(uint16_t)member, (uint8_t)state, incarnation};
  members[member].told = 0;
  if (state == SUSPECT)
    members[member].suspected = stopwatch();
  if (state == DEAD) {
    dead++;
    printf("member %d is dead\n", member);
  }
}

/* News that is newer than what we know: a later incarnation, or of the same the worse. */
static void learn(const struct news* news) {
  if (news->state == RUMOUR) {
    hear_rumour();
    return;
  }
  const struct news* const known = &members[news->member].news;
  if (known->state == DEAD)
    return;
  if (news->member == me) {
    if (news->state != ALIVE && news->incarnation >= known->incarnation)
      believe(me, ALIVE, news->incarnation + 1); /* we object */
    return;
  }
  if (news->state == DEAD || news->incarnation > known->incarnation ||
      (news->incarnation == known->incarnation && news->state > known->state))
    believe(news->member, news->state, news->incarnation);
}

/* Pings that we make for others: whom to tell when the answer comes. */
static struct {
  uint32_t number, theirs;
  int member, wanted_by;
} favours[64];
static unsigned next_favour;

static uint32_t last_number;
static uint32_t pinged_number;
static bool answered;

static void handle(const struct message* message) {
  for (int i = 0; i < message->count; i++)
    learn(&message->news[i]);
  switch (message->type) {
  case PING:
    send_message(message->from, ACK, me, message->number);
    break;
  case PING_FOR_ME:
    favours[next_favour % 64].number = ++last_number;
    favours[next_favour % 64].theirs = message->number;
    favours[next_favour % 64].wanted_by = message->from;
    next_favour++;
    send_message(message->about, PING, message->about, last_number);
    break;
  case ACK:
    if (message->number == pinged_number)
      answered = true;
    for (int i = 0; i < 64; i++)
      if (favours[i].number == message->number && message->number != 0) {
        send_message(favours[i].wanted_by, ACK, message->about, favours[i].theirs);
        favours[i].number = 0;
      }
    break;
  }
}

static void listen_until(double date) {
  struct pollfd in = {.fd = fd, .events = POLLIN};
  double left;
  while ((left = date - stopwatch()) > 0)
    if (poll(&in, 1, (int)(left * 1e3) + 1) > 0) {
      struct message message;
      if (recv(fd, &message, sizeof message, 0) >= (ssize_t)offsetof(struct message, news))
        handle(&message);
    }
}

static int somebody(void) {
  for (int tries = 0; tries < 1000; tries++) {
    const int other = rand() % count;
    if (other != me && members[other].news.state != DEAD)
      return other;
  }
  return me;
}

/* All others in an order of our own, so that each is pinged once in so many periods at the latest.
 */
static int next_in_turn(void) {
  static int order[MOST], at;
  if (at == 0) {
    for (int i = 0; i < count; i++)
      order[i] = i;
    for (int i = count - 1; i > 0; i--) {
      const int j = rand() % (i + 1), kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
  }
  for (int tries = 0; tries < count; tries++) {
    const int other = order[at];
    at = (at + 1) % count;
    if (other != me && members[other].news.state != DEAD)
      return other;
  }
  return me;
}

int main(int argc, char** argv) {
  if (argc < 6)
    die("usage: swim ME MEMBERS HOST PORT SECONDS [RUMOUR]");
  me = atoi(argv[1]);
  count = atoi(argv[2]);
  if (count > MOST || me >= count)
    die("at most %d members", MOST);
  const bool native = strcmp(argv[3], "localhost") == 0;
  for (int i = 0; i < count; i++) {
    char peer[280];
    if (native)
      snprintf(peer, sizeof peer, "localhost:%d", atoi(argv[4]) + i);
    else
      snprintf(peer, sizeof peer, "%s%d:%s", argv[3], i, argv[4]);
    members[i].address = resolve(peer);
    members[i].news.member = (uint16_t)i;
    members[i].told = 1 << 20; /* that everyone is alive is no news */
  }
  fd = udp_bind(atoi(argv[4]) + (native ? me : 0));
  enough = 3 * (int)ceil(log2(count + 1));
  srand((unsigned)me + 1);
  start = stopwatch();
  double next = start + period * (rand() % 1000) / 1000;
  listen_until(next);
  while (stopwatch() - start < atof(argv[5])) {
    if (me == 0 && argc > 6 && stopwatch() - start >= atof(argv[6]))
      hear_rumour();
    const int other = next_in_turn();
    if (other != me) {
      answered = false;
      pinged_number = ++last_number;
      send_message(other, PING, other, pinged_number);
      listen_until(next + patience);
      if (!answered)
        for (int i = 0; i < HELPERS; i++)
          send_message(somebody(), PING_FOR_ME, other, pinged_number);
    }
    next += period;
    listen_until(next);
    if (other != me && !answered && members[other].news.state == ALIVE)
      believe(other, SUSPECT, members[other].news.incarnation);
    for (int i = 0; i < count; i++)
      if (members[i].news.state == SUSPECT &&
          stopwatch() - members[i].suspected > SUSPICION * period)
        believe(i, DEAD, members[i].news.incarnation);
  }
  printf("%d dead, %.0f bytes sent per second\n", dead, (double)bytes / (stopwatch() - start));
  return 0;
}
