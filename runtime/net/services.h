/* Well-known services and protocols by name and number: what programs commonly ask for of
 * /etc/services and /etc/protocols. */
#ifndef STP_SERVICES_H
#define STP_SERVICES_H

#include <stddef.h>

struct stp_service {
  const char* name;
  const char* aliases[3]; /* up to a null */
  int port;               /* host byte order */
  const char* protocol;   /* "tcp" or "udp" */
};

struct stp_protocol {
  const char* name;
  const char* aliases[3];
  int number;
};

/* By position (null after the last), by name or alias, by number. A null protocol is any. */
const struct stp_service* stp_service_at(size_t index);
const struct stp_service* stp_service_by_name(const char* name, const char* protocol);
const struct stp_service* stp_service_by_port(int port, const char* protocol);

const struct stp_protocol* stp_protocol_at(size_t index);
const struct stp_protocol* stp_protocol_by_name(const char* name);
const struct stp_protocol* stp_protocol_by_number(int number);

#endif
