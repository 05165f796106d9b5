/* Asking a server for the time, and a clock of one's own that is corrected. Both machines have the
 * same byte order: one of many things that NTP does not assume. */
#ifndef LAB_CLOCK_H
#define LAB_CLOCK_H

#include <sys/time.h>

#include "../common/net.h"

struct question {
  int number;
};

struct answer {
  int number;
  double received, sent; /* by the server's clock */
};

/* One exchange: four readings of two clocks. */
struct exchange {
  double asked, answered; /* by our clock */
  double received, sent;  /* by the server's */
};

/* Asks once. False if there is no answer within a second. */
__attribute__((unused)) static bool ask(int fd, const struct sockaddr_in* server,
                                        struct exchange* exchange) {
  static int number;
  const struct question question = {++number};
  const struct timeval second = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
  exchange->asked = now();
  if (sendto(fd, &question, sizeof question, 0, (const struct sockaddr*)server, sizeof *server) < 0)
    die("sendto");
  struct answer answer;
  do
    if (recv(fd, &answer, sizeof answer, 0) != sizeof answer)
      return false;
  while (answer.number != number); /* an old one, late */
  exchange->answered = now();
  exchange->received = answer.received;
  exchange->sent = answer.sent;
  return true;
}

#endif
