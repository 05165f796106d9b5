/* Names come from the platform. */
#include "net/resolver.h"

#include <arpa/inet.h>
#include <string.h>

#include "process/host.h"

bool stp_resolve_number(const char* text, struct in_addr* address) {
  /* inet_aton accepts what follows a space. */
  return *text != '\0' && strpbrk(text, " \t\n") == NULL && inet_aton(text, address);
}

static struct stp_host* host_named(const char* name) {
  struct stp_host* const exact = stp_host_by_name(name);
  if (exact)
    return exact;
  /* Names are mostly written as the platform has them: only others are looked for one by one. */
  for (size_t i = 0; i < stp_host_count(); i++)
    if (strcasecmp(stp_host_at(i)->name, name) == 0)
      return stp_host_at(i);
  return NULL;
}

bool stp_resolve_name(const char* name, struct in_addr* address) {
  if (stp_resolve_number(name, address))
    return true;
  if (strcasecmp(name, "localhost") == 0 || strcasecmp(name, "localhost.localdomain") == 0) {
    address->s_addr = htonl(INADDR_LOOPBACK);
    return true;
  }
  const struct stp_host* const host = host_named(name);
  if (host)
    *address = host->ipv4;
  return host;
}

const char* stp_resolve_address(struct in_addr address) {
  if (address.s_addr == htonl(INADDR_LOOPBACK))
    return "localhost";
  const struct stp_host* const host = stp_host_by_ipv4(address);
  return host ? host->name : NULL;
}
