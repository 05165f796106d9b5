/* netdb.h: hosts by name and address, the older way. The _r forms put everything into the caller's
 * buffer; the others have one buffer per process. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls/adapter.h"
#include "net/resolver.h"
#include "process/hidden.h"

/* ---- filling a hostent ---- */

/* What a hostent points to, for one address without aliases. */
struct contents {
  char* aliases[1];
  char* addresses[2];
  struct in_addr address;
  char name[];
};

/* 0 or ERANGE. */
static int fill(const char* name, struct in_addr address, struct hostent* host, char* buffer,
                size_t room) {
  const size_t padding = -(uintptr_t)buffer % _Alignof(struct contents);
  const size_t length = strlen(name) + 1;
  if (room < padding + sizeof(struct contents) + length)
    return ERANGE;
  struct contents* const contents = (struct contents*)(buffer + padding);
  memset(contents, 0, sizeof *contents);
  contents->address = address;
  contents->addresses[0] = (char*)&contents->address;
  memcpy(contents->name, name, length);
  *host = (struct hostent){.h_name = contents->name,
                           .h_aliases = contents->aliases,
                           .h_addrtype = AF_INET,
                           .h_length = sizeof address,
                           .h_addr_list = contents->addresses};
  return 0;
}

/* How every _r form returns: ENOENT-like failures are told by *result and *h_error only. */
static int answer(int error, int not_found, struct hostent* host, struct hostent** result,
                  int* h_error) {
  *result = error || not_found ? NULL : host;
  *h_error = error ? NETDB_INTERNAL : not_found;
  return error;
}

int simterpose_gethostbyname2_r(const char* restrict name, int family,
                                struct hostent* restrict host, char* restrict buffer, size_t room,
                                struct hostent** restrict result, int* restrict h_error) {
  STP_CALL();
  struct in_addr address, number;
  if (family != AF_INET && family != AF_INET6)
    return answer(EAFNOSUPPORT, 0, host, result, h_error);
  if (!stp_resolve_name(name, &address))
    return answer(0, HOST_NOT_FOUND, host, result, h_error);
  if (family != AF_INET)
    return answer(0, NO_DATA, host, result, h_error);
  const char* official = stp_resolve_number(name, &number) ? name : stp_resolve_address(address);
  return answer(fill(official ? official : name, address, host, buffer, room), 0, host, result,
                h_error);
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
  if (family == AF_INET6)
    return answer(0, HOST_NOT_FOUND, host, result, h_error);
  if (family != AF_INET)
    return answer(EAFNOSUPPORT, 0, host, result, h_error);
  struct in_addr wanted;
  if (length != sizeof wanted)
    return answer(EINVAL, 0, host, result, h_error);
  memcpy(&wanted, address, sizeof wanted);
  const char* const name = stp_resolve_address(wanted);
  if (!name)
    return answer(0, HOST_NOT_FOUND, host, result, h_error);
  return answer(fill(name, wanted, host, buffer, room), 0, host, result, h_error);
}

/* ---- one buffer per process ---- */

struct kept {
  struct hostent host;
  size_t next; /* of gethostent */
  char buffer[1024];
};

static struct kept* kept(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct kept));
}

/* The result of a form without _r. */
static struct hostent* told(int error, struct hostent* result) {
  if (error)
    errno = error;
  return result;
}

struct hostent* simterpose_gethostbyname2(const char* name, int family) {
  struct kept* const own = kept();
  struct hostent* result;
  const int error = simterpose_gethostbyname2_r(name, family, &own->host, own->buffer,
                                                sizeof own->buffer, &result, &h_errno);
  return told(error, result);
}

struct hostent* simterpose_gethostbyname(const char* name) {
  return simterpose_gethostbyname2(name, AF_INET);
}

struct hostent* simterpose_gethostbyaddr(const void* address, socklen_t length, int family) {
  struct kept* const own = kept();
  struct hostent* result;
  const int error = simterpose_gethostbyaddr_r(address, length, family, &own->host, own->buffer,
                                               sizeof own->buffer, &result, &h_errno);
  return told(error, result);
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
  const int error =
      fill(next ? next->name : "localhost", next ? next->ipv4 : loopback, host, buffer, room);
  own->next += error == 0;
  return answer(error, 0, host, result, h_error);
}

struct hostent* simterpose_gethostent(void) {
  struct kept* const own = kept();
  struct hostent* result;
  simterpose_gethostent_r(&own->host, own->buffer, sizeof own->buffer, &result, &h_errno);
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
                     hstrerror(h_errno));
}

/* ---- netgroups: there are none ---- */

int simterpose_innetgr(const char* group, const char* host, const char* user, const char* domain) {
  (void)group, (void)host, (void)user, (void)domain;
  return 0;
}
