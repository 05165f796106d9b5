/* netdb.h: networks and programs of RPC (calls/numbered.h). The _r forms put everything into the
 * caller's buffer; the others have one per process. */
#include <netdb.h>
#include <rpc/netdb.h>

#include "calls/adapter.h"
#include "calls/numbered.h"
#include "process/hidden.h"

struct kept {
  union {
    struct netent network;
    struct rpcent rpc;
  } entry;
  int index; /* of the next get...ent */
  char buffer[4096];
};

static struct kept* kept_of(const struct stp_numbered* database) {
  return stp_hidden_block(database, sizeof(struct kept));
}

/* As libc's lookups do, sets errno to what it returns. */
static int answer(int error) {
  const int result = error == ENOENT ? 0 : error;
  errno = result;
  return result;
}

/* ---- networks ---- */

static int find_network(struct stp_numbered_question question, int family, struct netent* network,
                        char* buffer, size_t room, struct netent** result) {
  struct stp_numbered_entry entry;
  *result = NULL;
  const int error = family != AF_INET && family != AF_UNSPEC
                        ? ENOENT
                        : stp_numbered_find(&stp_networks, &question, &entry, buffer, room);
  if (error)
    return error;
  *network = (struct netent){entry.name, entry.aliases, AF_INET, entry.number};
  *result = network;
  return 0;
}

static int tell(int error, int* host_error) {
  if (error)
    *host_error = error == ERANGE ? NETDB_INTERNAL : HOST_NOT_FOUND;
  return answer(error);
}

int simterpose_getnetbyname_r(const char* restrict name, struct netent* restrict network,
                              char* restrict buffer, size_t room, struct netent** restrict result,
                              int* restrict host_error) {
  const struct stp_numbered_question question = {.name = name};
  return tell(find_network(question, AF_INET, network, buffer, room, result), host_error);
}

int simterpose_getnetbyaddr_r(uint32_t number, int family, struct netent* restrict network,
                              char* restrict buffer, size_t room, struct netent** restrict result,
                              int* restrict host_error) {
  const struct stp_numbered_question question = {.index = -1, .number = number};
  return tell(find_network(question, family, network, buffer, room, result), host_error);
}

int simterpose_getnetent_r(struct netent* restrict network, char* restrict buffer, size_t room,
                           struct netent** restrict result, int* restrict host_error) {
  int* const index = &kept_of(&stp_networks)->index;
  const int error = find_network((struct stp_numbered_question){.index = *index}, AF_INET, network,
                                 buffer, room, result);
  *index += *result != NULL;
  if (error)
    *host_error = NETDB_INTERNAL;
  return error;
}

static struct netent* keep_network(struct stp_numbered_question question, int family) {
  struct kept* const own = kept_of(&stp_networks);
  struct netent* result;
  const int error =
      find_network(question, family, &own->entry.network, own->buffer, sizeof own->buffer, &result);
  if (error)
    h_errno = HOST_NOT_FOUND;
  answer(error);
  return result;
}

struct netent* simterpose_getnetbyname(const char* name) {
  return keep_network((struct stp_numbered_question){.name = name}, AF_INET);
}

struct netent* simterpose_getnetbyaddr(uint32_t number, int family) {
  return keep_network((struct stp_numbered_question){.index = -1, .number = number}, family);
}

struct netent* simterpose_getnetent(void) {
  int* const index = &kept_of(&stp_networks)->index;
  struct netent* const found =
      keep_network((struct stp_numbered_question){.index = *index}, AF_INET);
  *index += found != NULL;
  return found;
}

void simterpose_setnetent(int stay_open) {
  (void)stay_open;
  kept_of(&stp_networks)->index = 0;
}

void simterpose_endnetent(void) { kept_of(&stp_networks)->index = 0; }

/* ---- programs of RPC ---- */

static int find_rpc(struct stp_numbered_question question, struct rpcent* rpc, char* buffer,
                    size_t room, struct rpcent** result) {
  struct stp_numbered_entry entry;
  *result = NULL;
  const int error = stp_numbered_find(&stp_rpcs, &question, &entry, buffer, room);
  if (error)
    return error;
  *rpc = (struct rpcent){entry.name, entry.aliases, (int)entry.number};
  *result = rpc;
  return 0;
}

int simterpose_getrpcbyname_r(const char* name, struct rpcent* rpc, char* buffer, size_t room,
                              struct rpcent** result) {
  return answer(find_rpc((struct stp_numbered_question){.name = name}, rpc, buffer, room, result));
}

int simterpose_getrpcbynumber_r(int number, struct rpcent* rpc, char* buffer, size_t room,
                                struct rpcent** result) {
  const struct stp_numbered_question question = {.index = -1, .number = (uint32_t)number};
  return answer(find_rpc(question, rpc, buffer, room, result));
}

int simterpose_getrpcent_r(struct rpcent* rpc, char* buffer, size_t room, struct rpcent** result) {
  int* const index = &kept_of(&stp_rpcs)->index;
  const int error =
      find_rpc((struct stp_numbered_question){.index = *index}, rpc, buffer, room, result);
  *index += *result != NULL;
  return error;
}

static struct rpcent* keep_rpc(struct stp_numbered_question question) {
  struct kept* const own = kept_of(&stp_rpcs);
  struct rpcent* result;
  answer(find_rpc(question, &own->entry.rpc, own->buffer, sizeof own->buffer, &result));
  return result;
}

struct rpcent* simterpose_getrpcbyname(const char* name) {
  return keep_rpc((struct stp_numbered_question){.name = name});
}

struct rpcent* simterpose_getrpcbynumber(int number) {
  return keep_rpc((struct stp_numbered_question){.index = -1, .number = (uint32_t)number});
}

struct rpcent* simterpose_getrpcent(void) {
  int* const index = &kept_of(&stp_rpcs)->index;
  struct rpcent* const found = keep_rpc((struct stp_numbered_question){.index = *index});
  *index += found != NULL;
  return found;
}

void simterpose_setrpcent(int stay_open) {
  (void)stay_open;
  kept_of(&stp_rpcs)->index = 0;
}

void simterpose_endrpcent(void) { kept_of(&stp_rpcs)->index = 0; }
