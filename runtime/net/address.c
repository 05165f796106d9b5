/* Kinds of addresses, and struct sockaddr_in and sockaddr_in6 as struct stp_endpoint. */
#include "net/address.h"

#include <errno.h>
#include <stddef.h>

bool stp_address_is_loopback(struct in6_addr address) {
  if (stp_address_is4(address))
    return ntohl(stp_address_to4(address).s_addr) >> 24 == IN_LOOPBACKNET;
  return IN6_IS_ADDR_LOOPBACK(&address);
}

struct in6_addr stp_address_loopback(struct in6_addr like) {
  if (stp_address_is4(like))
    return stp_address_of4((struct in_addr){htonl(INADDR_LOOPBACK)});
  return (struct in6_addr)IN6ADDR_LOOPBACK_INIT;
}

bool stp_address_is_multicast(struct in6_addr address) {
  return stp_address_is4(address) ? IN_MULTICAST(ntohl(stp_address_to4(address).s_addr))
                                  : IN6_IS_ADDR_MULTICAST(&address);
}

bool stp_address_is_group(struct in6_addr address) {
  return stp_address_is_multicast(address) ||
         (stp_address_is4(address) && stp_address_to4(address).s_addr == INADDR_BROADCAST);
}

static int endpoint_of4(const struct sockaddr* address, socklen_t length,
                        struct stp_endpoint* endpoint) {
  struct sockaddr_in inet;
  if (length < sizeof inet)
    return -EINVAL;
  memcpy(&inet, address, sizeof inet);
  *endpoint = (struct stp_endpoint){stp_address_of4(inet.sin_addr), inet.sin_port};
  return inet.sin_family == AF_INET ? 0 : -EAFNOSUPPORT;
}

/* Old programs leave out the scope: SIN6_LEN_RFC2133. */
static int endpoint_of6(const struct sockaddr* address, socklen_t length,
                        struct stp_endpoint* endpoint) {
  const socklen_t least = offsetof(struct sockaddr_in6, sin6_scope_id);
  struct sockaddr_in6 inet = {.sin6_family = AF_UNSPEC};
  if (length < least)
    return -EINVAL;
  memcpy(&inet, address, least);
  *endpoint = (struct stp_endpoint){inet.sin6_addr, inet.sin6_port};
  return inet.sin6_family == AF_INET6 ? 0 : -EAFNOSUPPORT;
}

int stp_endpoint_of(int domain, const struct sockaddr* address, socklen_t length,
                    struct stp_endpoint* endpoint) {
  return domain == AF_INET6 ? endpoint_of6(address, length, endpoint)
                            : endpoint_of4(address, length, endpoint);
}

int stp_endpoint_to_bind(int domain, bool v6_only, const struct sockaddr* address, socklen_t length,
                         struct stp_endpoint* endpoint) {
  int error = stp_endpoint_of(domain, address, length, endpoint);
  if (error == -EAFNOSUPPORT && domain == AF_INET && address->sa_family == AF_UNSPEC &&
      stp_address_is_any(endpoint->address))
    error = 0;
  if (!error && v6_only && stp_address_is4(endpoint->address))
    error = -EINVAL;
  return error;
}

void stp_endpoint_store(int domain, struct stp_endpoint endpoint, struct sockaddr_storage* name,
                        socklen_t* length) {
  if (domain == AF_INET6) {
    const struct sockaddr_in6 inet = {
        .sin6_family = AF_INET6, .sin6_port = endpoint.port, .sin6_addr = endpoint.address};
    memcpy(name, &inet, *length = sizeof inet);
    return;
  }
  const struct sockaddr_in inet = {.sin_family = AF_INET,
                                   .sin_port = endpoint.port,
                                   .sin_addr = stp_address_to4(endpoint.address)};
  memcpy(name, &inet, *length = sizeof inet);
}
