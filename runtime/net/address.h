/* Addresses of the Internet: those of IPv6; one of IPv4 is the address mapped to it
 * (::ffff:10.0.0.1, RFC 4291), as dual-stack sockets show it. Ports are in network byte order. */
#ifndef STP_ADDRESS_H
#define STP_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

struct stp_endpoint {
  struct in6_addr address;
  in_port_t port;
};

#define STP_ANY4 ((struct in6_addr){{{[10] = 0xff, [11] = 0xff}}})
#define STP_ANY6 ((struct in6_addr){{{0}}})

static inline struct in6_addr stp_address_of4(struct in_addr address) {
  struct in6_addr mapped = STP_ANY4;
  mapped.s6_addr32[3] = address.s_addr;
  return mapped;
}

static inline struct in_addr stp_address_to4(struct in6_addr address) {
  return (struct in_addr){address.s6_addr32[3]};
}

static inline bool stp_address_is4(struct in6_addr address) {
  return IN6_IS_ADDR_V4MAPPED(&address);
}

static inline bool stp_address_equal(struct in6_addr a, struct in6_addr b) {
  return memcmp(&a, &b, sizeof a) == 0;
}

/* 0.0.0.0 or ::. */
static inline bool stp_address_is_any(struct in6_addr address) {
  return stp_address_equal(address, STP_ANY4) || stp_address_equal(address, STP_ANY6);
}

/* The unspecified address of AF_INET or AF_INET6. */
static inline struct in6_addr stp_address_any(int domain) {
  return domain == AF_INET6 ? STP_ANY6 : STP_ANY4;
}

/* 127.0.0.0/8 or ::1; 127.0.0.1 or ::1 as the family of `like` has it. */
bool stp_address_is_loopback(struct in6_addr address);
struct in6_addr stp_address_loopback(struct in6_addr like);

bool stp_address_is_multicast(struct in6_addr address);

/* Whether it names no single host: multicast or broadcast. */
bool stp_address_is_group(struct in6_addr address);

/* What a program gives as the address of a socket of `domain` (AF_INET, AF_INET6). 0, -EINVAL (too
 * short) or -EAFNOSUPPORT (the endpoint is then filled in as far as it is understood). */
int stp_endpoint_of(int domain, const struct sockaddr* address, socklen_t length,
                    struct stp_endpoint* endpoint);

/* The same for bind: AF_UNSPEC with 0.0.0.0 will do for IPv4, and a socket for IPv6 only takes no
 * address of IPv4 (-EINVAL). */
int stp_endpoint_to_bind(int domain, bool v6_only, const struct sockaddr* address, socklen_t length,
                         struct stp_endpoint* endpoint);

/* And what it is shown. */
void stp_endpoint_store(int domain, struct stp_endpoint endpoint, struct sockaddr_storage* name,
                        socklen_t* length);

#endif
