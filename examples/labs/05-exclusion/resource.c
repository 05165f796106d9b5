/* What only one may use at a time. It trusts nobody: it says who is inside, and counts how often
 * two were.   resource PORT VISITS
 *
 * Processes connect once, and send E when they enter and L when they leave. Ends after so many
 * visits. */
#include <poll.h>

#include "../common/net.h"

enum { MOST = 64 };

int main(int argc, char** argv) {
  if (argc != 3)
    die("usage: resource PORT VISITS");
  struct pollfd fds[MOST + 1] = {{.fd = tcp_listen(atoi(argv[1])), .events = POLLIN}};
  int count = 0, inside = 0, visits = 0, violations = 0;
  const double start = stopwatch();
  while (visits < atoi(argv[2])) {
    if (poll(fds, (nfds_t)count + 1, -1) < 0)
      die("poll");
    if (fds[0].revents && count < MOST)
      fds[++count] = (struct pollfd){.fd = accept(fds[0].fd, NULL, NULL), .events = POLLIN};
    for (int i = 1; i <= count; i++) {
      char what;
      if (!fds[i].revents || read(fds[i].fd, &what, 1) != 1) {
        if (fds[i].revents)
          fds[i].fd = -1;
        continue;
      }
      inside += what == 'E' ? 1 : -1;
      visits += what == 'L';
      if (inside > 1) {
        violations++;
        printf("%d processes are inside at the same time\n", inside);
      }
    }
  }
  printf("%d visits in %.3f s, %d violations\n", visits, stopwatch() - start, violations);
  return violations > 0;
}
