/* Cristian's algorithm (1989): the server's time plus half a round trip.   cristian HOST:PORT TRIES
 *
 * Of several answers the one with the shortest round trip is the best: its error is half of that at
 * most. */
#include "clock.h"

int main(int argc, char** argv) {
  if (argc != 3)
    die("usage: cristian HOST:PORT TRIES");
  const struct sockaddr_in server = resolve(argv[1]);
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  double best = 1e9, offset = 0;
  for (int i = 0; i < atoi(argv[2]); i++) {
    struct exchange e;
    if (!ask(fd, &server, &e)) {
      printf("no answer\n");
      continue;
    }
    const double trip = e.answered - e.asked, estimate = e.sent + trip / 2 - e.answered;
    printf("round trip %7.3f ms: we are %+.3f ms off, by %.3f ms at most\n", trip * 1e3,
           -estimate * 1e3, trip / 2 * 1e3);
    if (trip < best) {
      best = trip;
      offset = estimate;
    }
    pause_for(0.5);
  }
  if (best == 1e9)
    die("the server never answered");
  printf("corrected by %+.3f ms, known to %.3f ms\n", offset * 1e3, best / 2 * 1e3);
  return 0;
}
