/* Ethernet addresses as text (netinet/ether.h), in a buffer of the process. */
#include <netinet/ether.h>

#include <stdio.h>
#include <string.h>

#include "calls/adapter.h"
#include "calls/etc_files.h"
#include "process/hidden.h"

char* simterpose_ether_ntoa(const struct ether_addr* address) {
  static const char key;
  return ether_ntoa_r(address, stp_hidden_block(&key, 18));
}

struct ether_addr* simterpose_ether_aton(const char* text) {
  static const char key;
  return ether_aton_r(text, stp_hidden_block(&key, sizeof(struct ether_addr)));
}

/* ---- /etc/ethers: "ADDRESS NAME", of the host's own ---- */

/* Gives the name of an address (`known` is null) or the address of a name. 0, or -1: not found. */
static int find(char* name, const char* known, struct ether_addr* address) {
  char* const text = stp_etc_read_own("/etc/ethers");
  char* lines = text;
  int result = -1;
  for (char* line; result != 0 && (line = strsep(&lines, "\n"));) {
    char host[256];
    struct ether_addr one;
    char number[32];
    line[strcspn(line, "#")] = '\0';
    if (sscanf(line, "%31s %255s", number, host) != 2 || !ether_aton_r(number, &one))
      continue;
    if (known ? strcmp(host, known) == 0 : memcmp(&one, address, sizeof one) == 0) {
      result = 0;
      if (known)
        *address = one;
      else
        strcpy(name, host);
    }
  }
  if (text)
    stp_process_free(text);
  return result;
}

int simterpose_ether_ntohost(char* name, const struct ether_addr* address) {
  struct ether_addr wanted = *address;
  return find(name, NULL, &wanted);
}

int simterpose_ether_hostton(const char* name, struct ether_addr* address) {
  return find(NULL, name, address);
}
