/* netdb.h: getaddrinfo and getnameinfo. Names come from the platform (net/resolver.h). IPv6
 * addresses are only known as numbers: hosts have none yet. */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls/adapter.h"
#include "net/resolver.h"
#include "net/services.h"
#include "process/hidden.h"

/* ---- getaddrinfo ---- */

/* What one combination of type and protocol stands for in hints (glibc's gaih_inet_typeproto). */
struct kind {
  int type, protocol;
  const char* name; /* of the protocol, in the services; null: services do not matter */
};

static const struct kind kinds[] = {
    {SOCK_STREAM, IPPROTO_TCP, "tcp"},
    {SOCK_DGRAM, IPPROTO_UDP, "udp"},
    {SOCK_RAW, 0, NULL},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static bool kind_fits(const struct kind* kind, const struct addrinfo* hints) {
  if (hints->ai_socktype && hints->ai_socktype != kind->type)
    return false;
  return !hints->ai_protocol || kind->type == SOCK_RAW || hints->ai_protocol == kind->protocol;
}

/* The port for one kind (network byte order), or -1 if the service does not exist for it. */
static int port_of(const char* service, const struct kind* kind) {
  char* end;
  const unsigned long number = strtoul(service, &end, 10);
  if (isdigit((unsigned char)*service) && *end == '\0')
    return htons((uint16_t)number);
  const struct stp_service* const found =
      kind->name ? stp_service_by_name(service, kind->name) : NULL;
  return found ? htons((uint16_t)found->port) : -1;
}

/* What the node stands for. Both families are possible for numbers and for no node. */
struct target {
  bool inet, inet6;
  struct in_addr address;
  struct in6_addr address6;
};

static int find_node(const char* node, const struct addrinfo* hints, struct target* target) {
  const int family = hints->ai_family;
  if (!node) {
    const bool any = hints->ai_flags & AI_PASSIVE;
    target->inet = family != AF_INET6;
    target->inet6 = family == AF_INET6;
    target->address.s_addr = htonl(any ? INADDR_ANY : INADDR_LOOPBACK);
    target->address6 = any ? in6addr_any : in6addr_loopback;
    return 0;
  }
  target->inet6 = inet_pton(AF_INET6, node, &target->address6) == 1;
  target->inet = !target->inet6 &&
                 (hints->ai_flags & AI_NUMERICHOST ? stp_resolve_number(node, &target->address)
                                                   : stp_resolve_name(node, &target->address));
  if (!target->inet && !target->inet6)
    return EAI_NONAME;
  if (target->inet && family == AF_INET6 && hints->ai_flags & AI_V4MAPPED) {
    target->inet = false;
    target->inet6 = true;
    target->address6 = (struct in6_addr){.s6_addr = {[10] = 0xff, [11] = 0xff}};
    memcpy(&target->address6.s6_addr[12], &target->address, sizeof target->address);
  }
  if ((family == AF_INET && !target->inet) || (family == AF_INET6 && !target->inet6))
    return EAI_ADDRFAMILY;
  return 0;
}

struct result {
  struct addrinfo head;
  union {
    struct sockaddr_in inet;
    struct sockaddr_in6 inet6;
  } name;
};

static struct addrinfo* make_result(const struct target* target, const struct addrinfo* hints,
                                    const struct kind* kind, in_port_t port) {
  struct result* const result = stp_heap_alloc_zeroed(stp_me->heap, sizeof *result);
  if (!result)
    return NULL;
  result->head = (struct addrinfo){
      .ai_flags = hints->ai_flags,
      .ai_family = target->inet ? AF_INET : AF_INET6,
      .ai_socktype = kind->type,
      .ai_protocol = kind->type == SOCK_RAW ? hints->ai_protocol : kind->protocol,
      .ai_addrlen = target->inet ? sizeof result->name.inet : sizeof result->name.inet6,
      .ai_addr = (struct sockaddr*)&result->name,
  };
  if (target->inet)
    result->name.inet =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_port = port, .sin_addr = target->address};
  else
    result->name.inet6 = (struct sockaddr_in6){
        .sin6_family = AF_INET6, .sin6_port = port, .sin6_addr = target->address6};
  return &result->head;
}

void simterpose_freeaddrinfo(struct addrinfo* list) {
  while (list) {
    struct addrinfo* const next = list->ai_next;
    stp_process_free(list->ai_canonname);
    stp_heap_free(stp_me->heap, list);
    list = next;
  }
}

/* A name's canonical form is the platform's; a number's is itself. */
static const char* canonical_name(const char* node, const struct target* target) {
  struct in_addr number;
  if (!target->inet || stp_resolve_number(node, &number))
    return node;
  const char* const name = stp_resolve_address(target->address);
  return name ? name : node;
}

static int check_hints(const char* node, const char* service, const struct addrinfo* hints) {
  const int known = AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_ADDRCONFIG | AI_V4MAPPED |
                    AI_NUMERICSERV | AI_ALL | AI_IDN | AI_CANONIDN;
  if (!node && !service)
    return EAI_NONAME;
  if (hints->ai_flags & ~known || (hints->ai_flags & AI_CANONNAME && !node))
    return EAI_BADFLAGS;
  if (hints->ai_family != AF_UNSPEC && hints->ai_family != AF_INET && hints->ai_family != AF_INET6)
    return EAI_FAMILY;
  bool fits = false;
  for (int i = 0; i < KINDS; i++)
    fits |= kind_fits(&kinds[i], hints);
  if (!fits)
    return EAI_SOCKTYPE;
  if (service && hints->ai_flags & AI_NUMERICSERV && service[strspn(service, "0123456789")] != '\0')
    return EAI_NONAME;
  return 0;
}

int simterpose_getaddrinfo(const char* restrict node, const char* restrict service,
                           const struct addrinfo* restrict hints,
                           struct addrinfo** restrict results) {
  STP_CALL();
  static const struct addrinfo no_hints = {.ai_flags = AI_V4MAPPED | AI_ADDRCONFIG};
  if (!hints)
    hints = &no_hints;
  if (node && strcmp(node, "*") == 0)
    node = NULL;
  if (service && strcmp(service, "*") == 0)
    service = NULL;
  struct target target = {0};
  int error = check_hints(node, service, hints);
  if (!error)
    error = find_node(node, hints, &target);
  if (error)
    return error;
  struct addrinfo *first = NULL, **last = &first;
  for (int i = 0; i < KINDS; i++) {
    const int port = service ? port_of(service, &kinds[i]) : 0;
    if (!kind_fits(&kinds[i], hints) || port < 0)
      continue;
    *last = make_result(&target, hints, &kinds[i], (in_port_t)port);
    if (!*last) {
      simterpose_freeaddrinfo(first);
      return EAI_MEMORY;
    }
    last = &(*last)->ai_next;
  }
  if (!first)
    return EAI_SERVICE;
  if (hints->ai_flags & AI_CANONNAME)
    first->ai_canonname = stp_process_strdup(canonical_name(node, &target));
  *results = first;
  return 0;
}

/* ---- getnameinfo ---- */

static int give(char* to, size_t room, const char* text) {
  const size_t size = strlen(text) + 1;
  if (size > room)
    return EAI_OVERFLOW;
  memcpy(to, text, size);
  return 0;
}

static int give_host(const struct sockaddr* address, char* to, size_t room, unsigned flags) {
  const void* const number = address->sa_family == AF_INET
                                 ? (const void*)&((const struct sockaddr_in*)address)->sin_addr
                                 : &((const struct sockaddr_in6*)address)->sin6_addr;
  const char* const name = address->sa_family == AF_INET && !(flags & NI_NUMERICHOST)
                               ? stp_resolve_address(*(const struct in_addr*)number)
                               : NULL;
  if (name)
    return give(to, room, name);
  if (flags & NI_NAMEREQD)
    return EAI_NONAME;
  char text[INET6_ADDRSTRLEN];
  inet_ntop(address->sa_family, number, text, sizeof text);
  return give(to, room, text);
}

static int give_service(in_port_t port, char* to, size_t room, unsigned flags) {
  const struct stp_service* const service =
      flags & NI_NUMERICSERV ? NULL
                             : stp_service_by_port(ntohs(port), flags & NI_DGRAM ? "udp" : "tcp");
  char text[sizeof "65535"];
  snprintf(text, sizeof text, "%u", (unsigned)ntohs(port));
  return give(to, room, service ? service->name : text);
}

static int give_local(const struct sockaddr* address, socklen_t length, char* host,
                      socklen_t host_room, char* service, socklen_t service_room) {
  int error = host ? give(host, host_room, "localhost") : 0;
  if (!error && service) {
    const size_t size = length - offsetof(struct sockaddr_un, sun_path);
    char path[sizeof((struct sockaddr_un*)0)->sun_path + 1] = "";
    memcpy(path, ((const struct sockaddr_un*)address)->sun_path,
           size < sizeof path - 1 ? size : sizeof path - 1);
    error = give(service, service_room, path);
  }
  return error;
}

int simterpose_getnameinfo(const struct sockaddr* restrict address, socklen_t length,
                           char* restrict host, socklen_t host_room, char* restrict service,
                           socklen_t service_room, int flags) {
  STP_CALL();
  const int known = NI_NUMERICHOST | NI_NUMERICSERV | NI_NOFQDN | NI_NAMEREQD | NI_DGRAM | NI_IDN;
  if (flags & ~known)
    return EAI_BADFLAGS;
  if (!address || length < sizeof(sa_family_t))
    return EAI_FAMILY;
  host = host_room ? host : NULL;
  service = service_room ? service : NULL;
  if (!host && !service && flags & NI_NAMEREQD)
    return EAI_NONAME;
  if (address->sa_family == AF_UNIX)
    return give_local(address, length, host, host_room, service, service_room);
  const bool inet = address->sa_family == AF_INET, inet6 = address->sa_family == AF_INET6;
  if ((!inet && !inet6) ||
      length < (inet ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6)))
    return EAI_FAMILY;
  int error = host ? give_host(address, host, host_room, (unsigned)flags) : 0;
  /* The port lies at the same place in both. */
  if (!error && service)
    error = give_service(((const struct sockaddr_in*)address)->sin_port, service, service_room,
                         (unsigned)flags);
  return error;
}
