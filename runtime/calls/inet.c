/* arpa/inet.h: the one function that keeps its result. */
#include <stdio.h>

#include "calls/adapter.h"
#include "process/hidden.h"

char* simterpose_inet_ntoa(struct in_addr address) {
  static const char key;
  char* const text = stp_hidden_block(&key, INET_ADDRSTRLEN);
  const unsigned char* const part = (const unsigned char*)&address.s_addr;
  snprintf(text, INET_ADDRSTRLEN, "%u.%u.%u.%u", part[0], part[1], part[2], part[3]);
  return text;
}
