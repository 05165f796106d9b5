/* Reads and writes at random, and tells the judge what it saw.
 *   client ME OPERATIONS READS JUDGE:PORT SERVER:PORT...     READS: so many of a hundred operations
 * read */
#include <math.h>

#include "kv.h"

int main(int argc, char** argv) {
  if (argc < 6)
    die("usage: client ME OPERATIONS READS JUDGE:PORT SERVER:PORT...");
  const int me = atoi(argv[1]), operations = atoi(argv[2]), reads = atoi(argv[3]),
            servers = argc - 5;
  struct sockaddr_in* const addresses = calloc((size_t)servers, sizeof *addresses);
  for (int i = 0; i < servers; i++)
    addresses[i] = resolve(argv[5 + i]);
  struct pollfd in = {.fd = socket(AF_INET, SOCK_DGRAM, 0), .events = POLLIN};
  struct event* const history = calloc((size_t)operations, sizeof *history);
  srand((unsigned)me + 1);
  int server = me % servers, retries = 0;
  double slowest = 0;
  for (int i = 0; i < operations; i++) {
    struct event* const event = &history[i];
    *event = (struct event){
        .client = me, .operation = rand() % 100 < reads ? GET : PUT, .key = rand() % KEYS};
    event->value =
        event->operation == PUT ? me * 100000 + i + 1 : 0; /* no value is written twice */
    const struct request request = {REQUEST,
                                    {event->operation, event->key, event->value, me, i + 1}};
    event->asked = now();
    event->answered = INFINITY;
    const double give_up = stopwatch() + 20;
    while (event->answered == INFINITY && stopwatch() < give_up) {
      sendto(in.fd, &request, sizeof request, 0, (const struct sockaddr*)&addresses[server],
             sizeof *addresses);
      const double until = stopwatch() + 0.4;
      struct reply reply = {.sequence = -1};
      double left;
      while (reply.sequence != i + 1 && (left = until - stopwatch()) > 0)
        if (poll(&in, 1, (int)(left * 1e3) + 1) > 0)
          recv(in.fd, &reply, sizeof reply, 0);
      if (reply.sequence == i + 1 && reply.done) {
        event->answered = now();
        if (event->operation == GET)
          event->value = reply.value;
        break;
      }
      retries++;
      if (reply.sequence == i + 1 && reply.leader >= 0)
        server = reply.leader;
      else
        server = (server + 1) % servers;
      pause_for(0.02);
    }
    if (event->answered - event->asked > slowest)
      slowest = event->answered - event->asked;
    pause_for(0.001 * (rand() % 100));
  }
  printf("client %d: %d operations, the slowest took %.3f s, asked again %d times\n", me,
         operations, slowest, retries);
  const int judge = tcp_connect(argv[4]);
  if (!write_all(judge, history, (size_t)operations * sizeof *history))
    die("the judge has gone");
  close(judge);
  return 0;
}
