/* Sends back what it gets, one connection after the other.   server PORT */
#include "../common/net.h"

int main(int argc, char** argv) {
  if (argc != 2)
    die("usage: server PORT");
  const int listener = tcp_listen(atoi(argv[1]));
  for (;;) {
    const int connection = accept(listener, NULL, NULL);
    if (connection < 0)
      die("accept");
    char bytes[65536];
    ssize_t got;
    while ((got = read(connection, bytes, sizeof bytes)) > 0 &&
           write_all(connection, bytes, (size_t)got))
      ;
    close(connection);
  }
}
