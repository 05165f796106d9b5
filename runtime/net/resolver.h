/* Names and addresses of hosts, as all hosts of the platform know them (one /etc/hosts for all).
 * There is no DNS. */
#ifndef STP_RESOLVER_H
#define STP_RESOLVER_H

#include <netinet/in.h>
#include <stdbool.h>

struct stp_host;

/* The address that a name stands for: "localhost", a host of the platform (case does not matter),
 * or a number in any form of inet_aton. */
bool stp_resolve_name(const char* name, struct in_addr* address);

/* The same for numbers only. */
bool stp_resolve_number(const char* text, struct in_addr* address);

/* The name of an address, or null. Borrowed from the platform. */
const char* stp_resolve_address(struct in_addr address);

#endif
