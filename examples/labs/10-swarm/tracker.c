/* Knows who takes part: each peer says at which port it can be reached, and gets the list of those
 * that came before it.   tracker PORT */
#include "content.h"

enum { MOST = 1000 };

int main(int argc, char** argv) {
  const int listener = tcp_listen(argc > 1 ? atoi(argv[1]) : 7000);
  static struct sockaddr_in peers[MOST];
  for (uint32_t count = 0; count < MOST;) {
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    const int fd = accept(listener, (struct sockaddr*)&from, &length);
    if (fd < 0 || !read_all(fd, &from.sin_port, sizeof from.sin_port) ||
        !write_all(fd, &count, sizeof count) || !write_all(fd, peers, count * sizeof *peers))
      die("a peer");
    close(fd);
    peers[count++] = from;
  }
  return 0;
}
