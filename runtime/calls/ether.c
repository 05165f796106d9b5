/* Ethernet addresses as text (netinet/ether.h), in a buffer of the process. */
#include <netinet/ether.h>

#include "calls/adapter.h"
#include "process/hidden.h"

char* simterpose_ether_ntoa(const struct ether_addr* address) {
  static const char key;
  return ether_ntoa_r(address, stp_hidden_block(&key, 18));
}

struct ether_addr* simterpose_ether_aton(const char* text) {
  static const char key;
  return ether_aton_r(text, stp_hidden_block(&key, sizeof(struct ether_addr)));
}
