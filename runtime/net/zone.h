/* The zone of all names of the platform, as a name server would serve it (RFC 1035): A and AAAA of
 * hosts and localhost, PTR of their addresses. */
#ifndef STP_ZONE_H
#define STP_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stp_datagram;
struct stp_endpoint;
struct stp_host;
struct stp_tcp_end;

/* Where every host finds it, as systemd-resolved is found: 127.0.0.53, port 53 of UDP and TCP. */
enum { STP_ZONE_ADDRESS = 0x7f000035, STP_ZONE_PORT = 53 };

/* The answer to a message of DNS: its size; 0 for what is not to be answered. */
size_t stp_zone_answer(const uint8_t* query, size_t size, uint8_t* answer, size_t room);

/* Answers a datagram that has arrived at a host, if it is for the zone. It stays the caller's. */
bool stp_zone_serve(struct stp_host* host, const struct stp_datagram* datagram);

/* Whether connections to there are for the zone; answers what has come over one (zone_stream.c). */
bool stp_zone_listens(struct stp_endpoint local);
void stp_zone_read(struct stp_tcp_end* end);

#endif
