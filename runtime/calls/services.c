/* netdb.h: services and protocols, from fixed tables (net/services.h). The _r forms put everything
 * into the caller's buffer; the others have one buffer per process. */
#include "net/services.h"

#include <stdint.h>
#include <string.h>

#include "calls/adapter.h"
#include "process/hidden.h"

/* ---- lists of aliases ---- */

/* Copies aliases to the buffer; null if it is too small. The strings are those of the tables,
 * copied as well, for programs may write to them. */
static char** copy_aliases(const char* const aliases[3], char** buffer, size_t* room) {
  const size_t padding = -(uintptr_t)*buffer % _Alignof(char*);
  if (*room < padding + 4 * sizeof(char*))
    return NULL;
  char** const list = (char**)(*buffer + padding);
  *buffer += padding + 4 * sizeof(char*);
  *room -= padding + 4 * sizeof(char*);
  int count = 0;
  for (; count < 3 && aliases[count]; count++) {
    const size_t size = strlen(aliases[count]) + 1;
    if (*room < size)
      return NULL;
    list[count] = memcpy(*buffer, aliases[count], size);
    *buffer += size;
    *room -= size;
  }
  list[count] = NULL;
  return list;
}

static char* copy_string(const char* string, char** buffer, size_t* room) {
  const size_t size = strlen(string) + 1;
  if (*room < size)
    return NULL;
  char* const copy = memcpy(*buffer, string, size);
  *buffer += size;
  *room -= size;
  return copy;
}

/* Lookups of libc set errno to what they return, be it 0. */
static int answer(int error) {
  errno = error;
  return error;
}

/* ---- services ---- */

static int give_service(const struct stp_service* found, struct servent* service, char* buffer,
                        size_t room, struct servent** result) {
  *result = NULL;
  if (!found)
    return 0;
  service->s_aliases = copy_aliases(found->aliases, &buffer, &room);
  service->s_name = service->s_aliases ? copy_string(found->name, &buffer, &room) : NULL;
  service->s_proto = service->s_name ? copy_string(found->protocol, &buffer, &room) : NULL;
  if (!service->s_proto)
    return ERANGE;
  service->s_port = htons((uint16_t)found->port);
  *result = service;
  return 0;
}

int simterpose_getservbyname_r(const char* restrict name, const char* restrict protocol,
                               struct servent* restrict service, char* restrict buffer, size_t room,
                               struct servent** restrict result) {
  return answer(give_service(stp_service_by_name(name, protocol), service, buffer, room, result));
}

int simterpose_getservbyport_r(int port, const char* restrict protocol,
                               struct servent* restrict service, char* restrict buffer, size_t room,
                               struct servent** restrict result) {
  return answer(give_service(stp_service_by_port(ntohs((uint16_t)port), protocol), service, buffer,
                             room, result));
}

struct kept_service {
  struct servent service;
  size_t next;
  char buffer[512];
};

static struct kept_service* kept_service(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct kept_service));
}

static struct servent* keep_service(const struct stp_service* found) {
  struct kept_service* const own = kept_service();
  struct servent* result;
  give_service(found, &own->service, own->buffer, sizeof own->buffer, &result);
  return result;
}

struct servent* simterpose_getservbyname(const char* name, const char* protocol) {
  errno = 0;
  return keep_service(stp_service_by_name(name, protocol));
}

struct servent* simterpose_getservbyport(int port, const char* protocol) {
  errno = 0;
  return keep_service(stp_service_by_port(ntohs((uint16_t)port), protocol));
}

int simterpose_getservent_r(struct servent* restrict service, char* restrict buffer, size_t room,
                            struct servent** restrict result) {
  struct kept_service* const own = kept_service();
  const struct stp_service* const found = stp_service_at(own->next);
  const int error = give_service(found, service, buffer, room, result);
  own->next += *result != NULL;
  return error ? error : found ? 0 : ENOENT;
}

struct servent* simterpose_getservent(void) {
  struct kept_service* const own = kept_service();
  const struct stp_service* const found = stp_service_at(own->next);
  own->next += found != NULL;
  return keep_service(found);
}

void simterpose_setservent(int stay_open) {
  (void)stay_open;
  kept_service()->next = 0;
}

void simterpose_endservent(void) { kept_service()->next = 0; }

/* ---- protocols ---- */

static int give_protocol(const struct stp_protocol* found, struct protoent* protocol, char* buffer,
                         size_t room, struct protoent** result) {
  *result = NULL;
  if (!found)
    return 0;
  protocol->p_aliases = copy_aliases(found->aliases, &buffer, &room);
  protocol->p_name = protocol->p_aliases ? copy_string(found->name, &buffer, &room) : NULL;
  if (!protocol->p_name)
    return ERANGE;
  protocol->p_proto = found->number;
  *result = protocol;
  return 0;
}

int simterpose_getprotobyname_r(const char* restrict name, struct protoent* restrict protocol,
                                char* restrict buffer, size_t room,
                                struct protoent** restrict result) {
  return answer(give_protocol(stp_protocol_by_name(name), protocol, buffer, room, result));
}

int simterpose_getprotobynumber_r(int number, struct protoent* restrict protocol,
                                  char* restrict buffer, size_t room,
                                  struct protoent** restrict result) {
  return answer(give_protocol(stp_protocol_by_number(number), protocol, buffer, room, result));
}

struct kept_protocol {
  struct protoent protocol;
  size_t next;
  char buffer[256];
};

static struct kept_protocol* kept_protocol(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct kept_protocol));
}

static struct protoent* keep_protocol(const struct stp_protocol* found) {
  struct kept_protocol* const own = kept_protocol();
  struct protoent* result;
  give_protocol(found, &own->protocol, own->buffer, sizeof own->buffer, &result);
  return result;
}

struct protoent* simterpose_getprotobyname(const char* name) {
  errno = 0;
  return keep_protocol(stp_protocol_by_name(name));
}

struct protoent* simterpose_getprotobynumber(int number) {
  errno = 0;
  return keep_protocol(stp_protocol_by_number(number));
}

int simterpose_getprotoent_r(struct protoent* restrict protocol, char* restrict buffer, size_t room,
                             struct protoent** restrict result) {
  struct kept_protocol* const own = kept_protocol();
  const struct stp_protocol* const found = stp_protocol_at(own->next);
  const int error = give_protocol(found, protocol, buffer, room, result);
  own->next += *result != NULL;
  return error ? error : found ? 0 : ENOENT;
}

struct protoent* simterpose_getprotoent(void) {
  struct kept_protocol* const own = kept_protocol();
  const struct stp_protocol* const found = stp_protocol_at(own->next);
  own->next += found != NULL;
  return keep_protocol(found);
}

void simterpose_setprotoent(int stay_open) {
  (void)stay_open;
  kept_protocol()->next = 0;
}

void simterpose_endprotoent(void) { kept_protocol()->next = 0; }
