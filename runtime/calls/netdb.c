/* netdb.h: getaddrinfo and getnameinfo. Of a name's addresses those of IPv4 come first, as if
 * gai.conf said "precedence ::ffff:0:0/96 100". */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls/adapter.h"
#include "calls/lookup.h"
#include "net/address.h"
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

/* The port for one kind (network byte order), or -1 if the service does not exist for it. Who asks
 * for raw sockets cannot have a port, who gets them with all others can. */
static int port_of(const char* service, const struct kind* kind, bool asked) {
  char* end;
  const unsigned long number = strtoul(service, &end, 10);
  if (isdigit((unsigned char)*service) && *end == '\0')
    return kind->name || !asked ? htons((uint16_t)number) : -1;
  const struct stp_service* const found =
      kind->name ? stp_service_by_name(service, kind->name) : NULL;
  return found ? htons((uint16_t)found->port) : -1;
}

static struct in6_addr mapped(in_addr_t address) {
  return stp_address_of4((struct in_addr){htonl(address)});
}

/* No node: any address to bind to, or the loopback one to connect to. */
static void find_own(const struct addrinfo* hints, struct stp_found* found) {
  const bool any = hints->ai_flags & AI_PASSIVE;
  if (hints->ai_family != AF_INET6)
    found->at[found->count++] = mapped(any ? INADDR_ANY : INADDR_LOOPBACK);
  if (hints->ai_family != AF_INET)
    found->at[found->count++] = any ? in6addr_any : in6addr_loopback;
}

/* "eth0" or "2" after the % of an address of one link: 0 if there is no such interface. */
static uint32_t scope_of(const char* text, struct in6_addr address) {
  char* end;
  const bool named = IN6_IS_ADDR_LINKLOCAL(&address) || IN6_IS_ADDR_MC_LINKLOCAL(&address);
  const uint32_t index = named ? simterpose_if_nametoindex(text) : 0;
  const unsigned long number = strtoul(text, &end, 10);
  return index ? index : isdigit((unsigned char)*text) && *end == '\0' ? (uint32_t)number : 0;
}

/* A number of either family: whether it is one. */
static bool find_number(const char* node, struct stp_found* found, uint32_t* scope) {
  struct in_addr inet;
  char text[INET6_ADDRSTRLEN];
  const size_t length = strcspn(node, "%");
  *found = (struct stp_found){.count = 1};
  if (stp_resolve_number(node, &inet)) {
    found->at[0] = stp_address_of4(inet);
    return true;
  }
  snprintf(text, sizeof text, "%.*s", (int)length, node);
  if (length >= sizeof text || inet_pton(AF_INET6, text, &found->at[0]) != 1)
    return false;
  *scope = node[length] ? scope_of(node + length + 1, found->at[0]) : 0;
  return !node[length] || *scope > 0;
}

static int error_of(int host_error) {
  switch (host_error) {
  case 0:
    return 0;
  case TRY_AGAIN:
    return EAI_AGAIN;
  case NO_RECOVERY:
    return EAI_FAIL;
  case NO_DATA:
    return EAI_NODATA;
  default:
    return EAI_NONAME;
  }
}

/* Numbers of one family for those who want the other: mapped, if they may be. */
static int fit_number(const struct addrinfo* hints, struct stp_found* found) {
  const bool v4 = stp_address_is4(found->at[0]), maps = hints->ai_flags & AI_V4MAPPED;
  const bool fits = hints->ai_family == AF_UNSPEC || v4 == (hints->ai_family == AF_INET);
  return fits || (v4 && maps) ? 0 : EAI_ADDRFAMILY;
}

/* AI_V4MAPPED: addresses of IPv4 for those who want IPv6, if there are no others or with AI_ALL. */
static int find_name(const char* node, const struct addrinfo* hints, struct stp_found* found) {
  const bool only6 = hints->ai_family == AF_INET6, maps = hints->ai_flags & AI_V4MAPPED;
  int error = stp_lookup_name(node, !only6, hints->ai_family != AF_INET, found);
  if (!only6 || !maps || (found->count > 0 && !(hints->ai_flags & AI_ALL)))
    return error_of(error);
  struct stp_found more;
  error = stp_lookup_name(node, true, false, &more);
  if (found->count == 0)
    *found = more;
  else
    for (int i = 0; i < more.count && found->count < STP_FOUND_MAX; i++)
      found->at[found->count++] = more.at[i];
  return found->count > 0 ? 0 : error_of(error);
}

static bool is_ascii(const char* text) {
  while (*text > 0)
    text++;
  return *text == '\0';
}

static int find_node(const char* node, const struct addrinfo* hints, struct stp_found* found,
                     uint32_t* scope) {
  *scope = 0;
  *found = (struct stp_found){0};
  if (!node) {
    find_own(hints, found);
    return 0;
  }
  if (!is_ascii(node)) {
    if (hints->ai_flags & AI_IDN)
      stp_refuse("getaddrinfo", "a name that is not ASCII");
    return hints->ai_flags & AI_IDN ? EAI_IDN_ENCODE : EAI_NONAME;
  }
  if (find_number(node, found, scope)) {
    snprintf(found->name, sizeof found->name, "%s", node);
    return fit_number(hints, found);
  }
  return hints->ai_flags & AI_NUMERICHOST ? EAI_NONAME : find_name(node, hints, found);
}

struct result {
  struct addrinfo head;
  union {
    struct sockaddr_in inet;
    struct sockaddr_in6 inet6;
  } name;
};

/* What is shared by all results of a call. */
struct request {
  const struct addrinfo* hints;
  uint32_t scope;
};

static struct addrinfo* make_result(const struct request* request, struct in6_addr address,
                                    const struct kind* kind, in_port_t port) {
  const struct addrinfo* const hints = request->hints;
  const bool inet = stp_address_is4(address) && hints->ai_family != AF_INET6;
  struct result* const result = stp_heap_alloc_zeroed(stp_me->heap, sizeof *result);
  if (!result)
    return NULL;
  result->head = (struct addrinfo){
      .ai_flags = hints->ai_flags,
      .ai_family = inet ? AF_INET : AF_INET6,
      .ai_socktype = kind->type,
      .ai_protocol = kind->type == SOCK_RAW ? hints->ai_protocol : kind->protocol,
      .ai_addrlen = inet ? sizeof result->name.inet : sizeof result->name.inet6,
      .ai_addr = (struct sockaddr*)&result->name,
  };
  if (inet)
    result->name.inet = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = port, .sin_addr = stp_address_to4(address)};
  else
    result->name.inet6 = (struct sockaddr_in6){.sin6_family = AF_INET6,
                                               .sin6_port = port,
                                               .sin6_addr = address,
                                               .sin6_scope_id = request->scope};
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

static int check_hints(const char* node, const char* service, const struct addrinfo* hints) {
  const int known = AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_ADDRCONFIG | AI_V4MAPPED |
                    AI_NUMERICSERV | AI_ALL | AI_IDN | AI_CANONIDN;
  if (!node && !service)
    return EAI_NONAME;
  if (hints->ai_flags & ~known || (hints->ai_flags & AI_CANONNAME && !node))
    return EAI_BADFLAGS;
  if (hints->ai_family != AF_UNSPEC && hints->ai_family != AF_INET && hints->ai_family != AF_INET6)
    return EAI_FAMILY;
  if (service && hints->ai_flags & AI_NUMERICSERV && service[strspn(service, "0123456789")] != '\0')
    return EAI_NONAME;
  return 0;
}

/* The port for each kind, -1 for those that are not wanted: of hints about type or protocol only
 * the first kind that fits counts. */
static int find_ports(const char* service, const struct addrinfo* hints, int ports[KINDS]) {
  const bool asked = hints->ai_socktype || hints->ai_protocol;
  bool fits = false, found = false;
  for (int i = 0; i < KINDS; i++) {
    ports[i] = -1;
    if ((asked && fits) || !kind_fits(&kinds[i], hints))
      continue;
    fits = true;
    ports[i] = service ? port_of(service, &kinds[i], asked) : 0;
    found |= ports[i] >= 0;
  }
  if (!fits && hints->ai_socktype)
    return EAI_SOCKTYPE;
  return found ? 0 : EAI_SERVICE;
}

/* For each address, one of each kind that has a port. */
static int make_results(const struct request* request, const struct stp_found* found,
                        const int ports[KINDS], struct addrinfo** results) {
  struct addrinfo *first = NULL, **last = &first;
  for (int i = 0; i < found->count * KINDS; i++) {
    const int port = ports[i % KINDS];
    if (port < 0)
      continue;
    *last = make_result(request, found->at[i / KINDS], &kinds[i % KINDS], (in_port_t)port);
    if (!*last) {
      simterpose_freeaddrinfo(first);
      return EAI_MEMORY;
    }
    last = &(*last)->ai_next;
  }
  *results = first;
  return 0;
}

int simterpose_getaddrinfo(const char* restrict node, const char* restrict service,
                           const struct addrinfo* restrict hints,
                           struct addrinfo** restrict results) {
  STP_CALL();
  const int before = errno;
  static const struct addrinfo no_hints = {.ai_flags = AI_V4MAPPED | AI_ADDRCONFIG};
  if (!hints)
    hints = &no_hints;
  if (node && strcmp(node, "*") == 0)
    node = NULL;
  if (service && strcmp(service, "*") == 0)
    service = NULL;
  struct request request = {.hints = hints};
  struct stp_found found;
  int ports[KINDS], error = check_hints(node, service, hints);
  if (!error)
    error = find_ports(service, hints, ports);
  if (!error)
    error = find_node(node, hints, &found, &request.scope);
  if (!error)
    error = make_results(&request, &found, ports, results);
  if (!error && hints->ai_flags & AI_CANONNAME)
    (*results)->ai_canonname = stp_process_strdup(found.name[0] ? found.name : node);
  if (error != EAI_SYSTEM)
    errno = before;
  return error;
}

/* ---- getnameinfo ---- */

static int give(char* to, size_t room, const char* text) {
  const size_t size = strlen(text) + 1;
  if (size > room)
    return EAI_OVERFLOW;
  memcpy(to, text, size);
  return 0;
}

static struct in6_addr address_in(const struct sockaddr* address) {
  if (address->sa_family == AF_INET)
    return stp_address_of4(((const struct sockaddr_in*)address)->sin_addr);
  return ((const struct sockaddr_in6*)address)->sin6_addr;
}

/* The number, with the link that an address of one link belongs to. */
static int give_number(const struct sockaddr* address, char* to, size_t room) {
  char text[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE];
  if (address->sa_family == AF_INET) {
    inet_ntop(AF_INET, &((const struct sockaddr_in*)address)->sin_addr, text, sizeof text);
    return give(to, room, text);
  }
  const struct sockaddr_in6* const inet6 = (const struct sockaddr_in6*)address;
  inet_ntop(AF_INET6, &inet6->sin6_addr, text, sizeof text);
  const bool named =
      IN6_IS_ADDR_LINKLOCAL(&inet6->sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&inet6->sin6_addr);
  char* const end = text + strlen(text);
  if (inet6->sin6_scope_id != 0 &&
      (!named || !simterpose_if_indextoname(inet6->sin6_scope_id, end + 1)))
    sprintf(end + 1, "%u", (unsigned)inet6->sin6_scope_id);
  if (inet6->sin6_scope_id != 0)
    *end = '%';
  return give(to, room, text);
}

/* NI_NOFQDN: without the domain of this host. */
static void drop_domain(char* name) {
  const char* const own = strchr(stp_me->host->name, '.');
  char* const domain = strchr(name, '.');
  if (own && domain && strcasecmp(own, domain) == 0)
    *domain = '\0';
}

static int give_host(const struct sockaddr* address, char* to, size_t room, unsigned flags) {
  struct stp_found found;
  const int error =
      flags & NI_NUMERICHOST ? HOST_NOT_FOUND : stp_lookup_address(address_in(address), &found);
  if (error && flags & NI_NAMEREQD)
    return error == TRY_AGAIN ? EAI_AGAIN : EAI_NONAME;
  if (error == TRY_AGAIN)
    return EAI_AGAIN;
  if (error)
    return give_number(address, to, room);
  if (flags & NI_NOFQDN)
    drop_domain(found.name);
  return give(to, room, found.name);
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

/* Where names come from is the platform's business. */
int simterpose___nss_configure_lookup(const char* database, const char* services) {
  (void)database, (void)services;
  return 0;
}
