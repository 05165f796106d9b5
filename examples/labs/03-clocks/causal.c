/* Logical clocks: what happened before what, without any clock.   causal ME PORT EVENTS
 * HOST:PORT...
 *
 * ME is our place in the list of all processes (from 0), which includes ourselves. Each makes
 * EVENTS steps: by chance it sends a message to another, or does something by itself. Each event is
 * printed with its Lamport clock (1978) and its vector clock (Fidge, Mattern 1988). */
#include <poll.h>

#include "../common/net.h"

enum { MOST = 16 };

static int me, count;
static struct { unsigned lamport, vector[MOST]; } clock_here;

static void event(const char* what, int other) {
  char text[64];
  snprintf(text, sizeof text, other < 0 ? "%s" : "%s %d", what, other);
  printf("%-9s L=%-3u V=[", text, clock_here.lamport);
  for (int i = 0; i < count; i++)
    printf("%s%u", i > 0 ? " " : "", clock_here.vector[i]);
  printf("]\n");
}

static void tick(void) {
  clock_here.lamport++;
  clock_here.vector[me]++;
}

struct message {
  int from;
  unsigned lamport, vector[MOST];
};

static void receive(int fd) {
  struct message message;
  if (recv(fd, &message, sizeof message, 0) != sizeof message)
    return;
  if (message.lamport > clock_here.lamport)
    clock_here.lamport = message.lamport;
  for (int i = 0; i < count; i++)
    if (message.vector[i] > clock_here.vector[i])
      clock_here.vector[i] = message.vector[i];
  tick();
  event("from", message.from);
}

int main(int argc, char** argv) {
  if (argc < 5 || argc - 4 > MOST)
    die("usage: causal ME PORT EVENTS HOST:PORT...");
  me = atoi(argv[1]);
  count = argc - 4;
  struct pollfd in = {.fd = udp_bind(atoi(argv[2])), .events = POLLIN};
  srand((unsigned)me + 1);
  pause_for(0.1); /* until everyone is there */
  double next = stopwatch();
  for (int left = atoi(argv[3]); left > 0;) {
    const double wait = next - stopwatch();
    if (poll(&in, 1, wait > 0 ? (int)(wait * 1e3) : 0) > 0) {
      receive(in.fd);
      continue;
    }
    tick();
    left--;
    const int other = rand() % count;
    if (other == me) {
      event("alone", -1);
    } else {
      const struct sockaddr_in address = resolve(argv[4 + other]);
      struct message message = {.from = me, .lamport = clock_here.lamport};
      memcpy(message.vector, clock_here.vector, sizeof message.vector);
      event("to", other);
      sendto(in.fd, &message, sizeof message, 0, (const struct sockaddr*)&address, sizeof address);
    }
    next = stopwatch() + 0.001 * (1 + rand() % 20);
  }
  while (poll(&in, 1, 500) > 0) /* what is still under way */
    receive(in.fd);
  return 0;
}
