/* Names come from the platform. */
#include "net/resolver.h"

#include <arpa/inet.h>
#include <string.h>

#include "net/address.h"
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

bool stp_resolve_platform(const char* name, struct stp_names* found) {
  if (strcasecmp(name, "localhost") == 0 || strcasecmp(name, "localhost.localdomain") == 0) {
    *found = (struct stp_names){"localhost", {htonl(INADDR_LOOPBACK)}, in6addr_loopback};
    return true;
  }
  const struct stp_host* const host = host_named(name);
  if (host)
    *found = (struct stp_names){host->name, host->ipv4, host->ipv6};
  return host;
}

const char* stp_resolve_address(struct in6_addr address) {
  if (stp_address_equal(address, in6addr_loopback) ||
      stp_address_equal(address, stp_address_of4((struct in_addr){htonl(INADDR_LOOPBACK)})))
    return "localhost";
  const struct stp_host* const host = stp_address_is4(address)
                                          ? stp_host_by_ipv4(stp_address_to4(address))
                                          : stp_host_by_ipv6(address);
  return host ? host->name : NULL;
}
