/* Names of hosts and their addresses, for getaddrinfo and gethostbyname and their like: what the
 * calling process's /etc/hosts says, then DNS ("hosts: files dns"). Where those files are the
 * synthetic ones, the platform is asked directly, without time or traffic. */
#ifndef STP_LOOKUP_H
#define STP_LOOKUP_H

#include <arpa/nameser.h>
#include <netinet/in.h>
#include <stdbool.h>

enum { STP_FOUND_MAX = 32 };

struct stp_found {
  int count;
  struct in6_addr at[STP_FOUND_MAX]; /* of IPv4: mapped; in order */
  char name[NS_MAXDNAME];            /* the canonical one */
  int alias_count;
  char aliases[4][NS_MAXDNAME];
};

/* The addresses of a name in the families asked for (those of IPv4 first). May block. 0,
 * HOST_NOT_FOUND, TRY_AGAIN, NO_RECOVERY or NO_DATA. */
int stp_lookup_name(const char* name, bool inet, bool inet6, struct stp_found* found);

/* The name of an address, likewise. */
int stp_lookup_address(struct in6_addr address, struct stp_found* found);

#endif
