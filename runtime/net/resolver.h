/* Names and addresses of hosts, as all hosts of the platform know them: what the synthetic
 * /etc/hosts says, and the zone that the runtime serves (zone.h). */
#ifndef STP_RESOLVER_H
#define STP_RESOLVER_H

#include <netinet/in.h>
#include <stdbool.h>

struct stp_names {
  const char* name; /* as the platform has it; borrowed */
  struct in_addr ipv4;
  struct in6_addr ipv6;
};

/* What a name stands for: "localhost" or a host of the platform; case does not matter. */
bool stp_resolve_platform(const char* name, struct stp_names* found);

/* A number in any form of inet_aton, or not. */
bool stp_resolve_number(const char* text, struct in_addr* address);

/* The name of an address (of IPv4: mapped), or null. Borrowed from the platform. */
const char* stp_resolve_address(struct in6_addr address);

#endif
