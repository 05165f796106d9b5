/* Tells what time it is, by datagram: when the question came, and when the answer left. timeserver
 * PORT */
#include "clock.h"

int main(int argc, char** argv) {
  const int fd = udp_bind(argc > 1 ? atoi(argv[1]) : 7123);
  for (;;) {
    struct question question;
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    if (recvfrom(fd, &question, sizeof question, 0, (struct sockaddr*)&from, &length) !=
        sizeof question)
      continue;
    struct answer answer = {.number = question.number, .received = now()};
    answer.sent = now();
    sendto(fd, &answer, sizeof answer, 0, (const struct sockaddr*)&from, length);
  }
}
