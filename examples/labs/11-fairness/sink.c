/* Takes what is sent, and says for each connection how fast it came, second by second.   sink PORT
 * SECONDS */
#include <poll.h>

#include "../common/net.h"

enum { MOST = 64 };

int main(int argc, char** argv) {
  if (argc != 3)
    die("usage: sink PORT SECONDS");
  const int listener = tcp_listen(atoi(argv[1])), seconds = atoi(argv[2]);
  struct pollfd fds[MOST + 1] = {{.fd = listener, .events = POLLIN}};
  double got[MOST] = {0};
  int count = 0;
  const double start = stopwatch();
  for (int second = 1; second <= seconds;) {
    const double left = start + second - stopwatch();
    if (left <= 0) {
      printf("%3d s ", second);
      for (int i = 0; i < count; i++) {
        printf(" %7.2f", got[i] * 8e-6);
        got[i] = 0;
      }
      printf(count > 0 ? " Mbit/s\n" : " nobody yet\n");
      second++;
      continue;
    }
    if (poll(fds, (nfds_t)count + 1, (int)(left * 1e3) + 1) < 0)
      die("poll");
    if (fds[0].revents && count < MOST)
      fds[++count] = (struct pollfd){.fd = accept(listener, NULL, NULL), .events = POLLIN};
    for (int i = 0; i < count; i++)
      if (fds[i + 1].revents) {
        static char bytes[1 << 18];
        const ssize_t size = read(fds[i + 1].fd, bytes, sizeof bytes);
        if (size > 0)
          got[i] += (double)size;
        else
          fds[i + 1].fd = -1; /* poll passes over it */
      }
  }
  return 0;
}
