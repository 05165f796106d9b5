/* netdb.h: hosts by name and address, the older way. The _r forms put everything into the caller's
 * buffer; the others have one buffer per process. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls/adapter.h"
#include "calls/lookup.h"
#include "net/address.h"
#include "net/resolver.h"
#include "process/hidden.h"

/* ---- filling a hostent ---- */

/* What a hostent points to, but for the names, which follow. */
struct contents {
  char* aliases[5];
  char* addresses[STP_FOUND_MAX + 1];
  struct in6_addr address[STP_FOUND_MAX];
  char names[];
};

/* 0 or ERANGE. */
static int fill(const struct stp_found* found, int family, struct hostent* host, char* buffer,
                size_t room) {
  const size_t padding = -(uintptr_t)buffer % _Alignof(struct contents);
  size_t size = strlen(found->name) + 1;
  for (int i = 0; i < found->alias_count; i++)
    size += strlen(found->aliases[i]) + 1;
  if (room < padding + sizeof(struct contents) + size)
    return ERANGE;
  struct contents* const contents = (struct contents*)(buffer + padding);
  memset(contents, 0, sizeof *contents);
  for (int i = 0; i < found->count; i++) {
    const struct in_addr inet = stp_address_to4(found->at[i]);
    contents->addresses[i] = (char*)&contents->address[i];
    if (family == AF_INET)
      memcpy(&contents->address[i], &inet, sizeof inet);
    else
      contents->address[i] = found->at[i];
  }
  char* next = stpcpy(contents->names, found->name) + 1;
  for (int i = 0; i < found->alias_count; i++) {
    contents->aliases[i] = next;
    next = stpcpy(next, found->aliases[i]) + 1;
  }
  *host = (struct hostent){.h_name = contents->names,
                           .h_aliases = contents->aliases,
                           .h_addrtype = family,
                           .h_length = family == AF_INET ? 4 : 16,
                           .h_addr_list = contents->addresses};
  return 0;
}

/* How every _r form returns: ENOENT-like failures are told by *result and *h_error only. As libc's
 * lookups do, all set errno, to 0 too. */
static int answer(int error, int not_found, struct hostent* host, struct hostent** result,
                  int* h_error) {
  errno = error;
  *result = error || not_found ? NULL : host;
  *h_error = error ? NETDB_INTERNAL : not_found;
  return error;
}

/* A number in the family asked for is its own name; one of the other is nothing (1: no number). */
static int find_number(const char* name, int family, struct stp_found* found) {
  struct in_addr inet;
  struct in6_addr inet6;
  const bool v4 = stp_resolve_number(name, &inet), v6 = inet_pton(AF_INET6, name, &inet6) == 1;
  if (!v4 && !v6)
    return -1;
  if (v4 != (family == AF_INET))
    return HOST_NOT_FOUND;
  *found = (struct stp_found){.count = 1, .at = {v4 ? stp_address_of4(inet) : inet6}};
  snprintf(found->name, sizeof found->name, "%s", name);
  return 0;
}

int simterpose_gethostbyname2_r(const char* restrict name, int family,
                                struct hostent* restrict host, char* restrict buffer, size_t room,
                                struct hostent** restrict result, int* restrict h_error) {
  STP_CALL();
  struct stp_found found;
  if (family != AF_INET && family != AF_INET6)
    return answer(EAFNOSUPPORT, 0, host, result, h_error);
  int error = find_number(name, family, &found);
  const int before = errno;
  if (error == 0) {
    error = answer(fill(&found, family, host, buffer, room), 0, host, result, h_error);
    errno = error ? error : before; /* nothing was looked up */
    return error;
  }
  if (error < 0)
    error = stp_lookup_name(name, family == AF_INET, family == AF_INET6, &found);
  if (error)
    return answer(0, error, host, result, h_error);
  return answer(fill(&found, family, host, buffer, room), 0, host, result, h_error);
}

int simterpose_gethostbyname_r(const char* restrict name, struct hostent* restrict host,
                               char* restrict buffer, size_t room, struct hostent** restrict result,
                               int* restrict h_error) {
  return simterpose_gethostbyname2_r(name, AF_INET, host, buffer, room, result, h_error);
}

int simterpose_gethostbyaddr_r(const void* restrict address, socklen_t length, int family,
                               struct hostent* restrict host, char* restrict buffer, size_t room,
                               struct hostent** restrict result, int* restrict h_error) {
  STP_CALL();
  struct stp_found found;
  struct in_addr inet;
  struct in6_addr wanted;
  if (family != AF_INET && family != AF_INET6)
    return answer(EAFNOSUPPORT, 0, host, result, h_error);
  if (length != (family == AF_INET ? sizeof inet : sizeof wanted))
    return answer(EINVAL, 0, host, result, h_error);
  if (family == AF_INET)
    wanted = stp_address_of4(*(struct in_addr*)memcpy(&inet, address, sizeof inet));
  else
    memcpy(&wanted, address, sizeof wanted);
  const int error = stp_lookup_address(wanted, &found);
  if (error)
    return answer(0, error, host, result, h_error);
  return answer(fill(&found, family, host, buffer, room), 0, host, result, h_error);
}

/* ---- one buffer per process ---- */

struct kept {
  struct hostent host;
  size_t next; /* of gethostent */
  char buffer[8192];
};

static struct kept* kept(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct kept));
}

struct hostent* simterpose_gethostbyname2(const char* name, int family) {
  struct kept* const own = kept();
  struct hostent* result;
  simterpose_gethostbyname2_r(name, family, &own->host, own->buffer, sizeof own->buffer, &result,
                              simterpose___h_errno_location());
  return result;
}

struct hostent* simterpose_gethostbyname(const char* name) {
  return simterpose_gethostbyname2(name, AF_INET);
}

struct hostent* simterpose_gethostbyaddr(const void* address, socklen_t length, int family) {
  struct kept* const own = kept();
  struct hostent* result;
  simterpose_gethostbyaddr_r(address, length, family, &own->host, own->buffer, sizeof own->buffer,
                             &result, simterpose___h_errno_location());
  return result;
}

/* ---- all hosts ---- */

int simterpose_gethostent_r(struct hostent* restrict host, char* restrict buffer, size_t room,
                            struct hostent** restrict result, int* restrict h_error) {
  struct kept* const own = kept();
  *result = NULL;
  if (own->next > stp_host_count()) {
    *h_error = HOST_NOT_FOUND;
    return ENOENT;
  }
  const struct stp_host* const next = own->next > 0 ? stp_host_at(own->next - 1) : NULL;
  const struct in_addr loopback = {htonl(INADDR_LOOPBACK)};
  struct stp_found found = {.count = 1, .at = {stp_address_of4(next ? next->ipv4 : loopback)}};
  snprintf(found.name, sizeof found.name, "%s", next ? next->name : "localhost");
  const int error = fill(&found, AF_INET, host, buffer, room);
  own->next += error == 0;
  return answer(error, 0, host, result, h_error);
}

struct hostent* simterpose_gethostent(void) {
  struct kept* const own = kept();
  struct hostent* result;
  simterpose_gethostent_r(&own->host, own->buffer, sizeof own->buffer, &result,
                          simterpose___h_errno_location());
  return result;
}

void simterpose_sethostent(int stay_open) {
  (void)stay_open;
  kept()->next = 0;
}

void simterpose_endhostent(void) { kept()->next = 0; }

void simterpose_herror(const char* text) {
  const char* const separator = text && *text ? ": " : "";
  simterpose_fprintf(stp_me->libc->stderr_, "%s%s%s\n", text ? text : "", separator,
                     hstrerror(*simterpose___h_errno_location()));
}
