/* Sends as fast as it can.   source HOST:PORT SECONDS [STREAMS] [BUFFER] [reno|cubic]
 *
 * STREAMS connections at the same time (1), each with a send buffer of BUFFER bytes (0: as the
 * system has it), and this congestion control. */
#include <poll.h>

#include "../common/net.h"

enum { MOST = 64 };

int main(int argc, char** argv) {
  if (argc < 3)
    die("usage: source HOST:PORT SECONDS [STREAMS] [BUFFER] [reno|cubic]");
  const double end = stopwatch() + atof(argv[2]);
  const int streams = argc > 3 ? atoi(argv[3]) : 1, buffer = argc > 4 ? atoi(argv[4]) : 0;
  if (streams < 1 || streams > MOST)
    die("1 to %d streams", MOST);
  struct pollfd fds[MOST];
  const struct sockaddr_in address = resolve(argv[1]);
  for (int i = 0; i < streams; i++) {
    fds[i] = (struct pollfd){.fd = socket(AF_INET, SOCK_STREAM, 0), .events = POLLOUT};
    if (buffer > 0 && setsockopt(fds[i].fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer) != 0)
      die("SO_SNDBUF");
    if (argc > 5 && setsockopt(fds[i].fd, IPPROTO_TCP, TCP_CONGESTION, argv[5],
                               (socklen_t)strlen(argv[5])) != 0)
      die("congestion control %s", argv[5]);
    if (connect(fds[i].fd, (const struct sockaddr*)&address, sizeof address) != 0)
      die("connect to %s", argv[1]);
  }
  static char bytes[1 << 16];
  double left;
  while ((left = end - stopwatch()) > 0) {
    if (poll(fds, (nfds_t)streams, (int)(left * 1e3) + 1) < 0)
      die("poll");
    for (int i = 0; i < streams; i++)
      if (fds[i].revents && send(fds[i].fd, bytes, sizeof bytes, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&
          errno != EAGAIN)
        return 0; /* the sink has seen enough */
  }
  return 0;
}
