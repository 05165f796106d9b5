// CALLS: __recv_chk __recvfrom_chk
// RUN: %both
// recv and recvfrom as fortified programs call them, with the size of the buffer.
#define _GNU_SOURCE
#include "tcp.h"

ssize_t __recv_chk(int fd, void* buffer, size_t size, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void* buffer, size_t size, size_t room, int flags,
                       struct sockaddr* address, socklen_t* length);

int main(void) {
  int ends[2];
  tcp_pair(ends);
  CHECK_EQ(send(ends[0], "abcdef", 6, 0), 6);
  char buffer[8];
  CHECK_EQ(__recv_chk(ends[1], buffer, 3, sizeof buffer, MSG_WAITALL), 3);
  CHECK(memcmp(buffer, "abc", 3) == 0);
  CHECK_EQ(__recvfrom_chk(ends[1], buffer, 3, sizeof buffer, MSG_WAITALL, NULL, NULL), 3);
  CHECK(memcmp(buffer, "def", 3) == 0);
  CHECK_ERRNO(__recv_chk(ends[1], buffer, 8, sizeof buffer, MSG_DONTWAIT), EAGAIN);
  return 0;
}
