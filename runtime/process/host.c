/* The host table: made once, in the order of the engine; looked up by name and by address. */
#include "process/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/engine.h"
#include "net/hash.h"
#include "process/process.h"
#include "trace/log.h"

enum { FIRST_PID = 2, FIRST_ADDRESS = 0x0a000001 /* 10.0.0.1 */ };

/* A host with its place in the two hash tables. */
struct entry {
  struct stp_host host; /* first: an entry is a host */
  UT_hash_handle by_name, by_ipv4, by_ipv6;
};

static struct entry *entries, *names, *addresses, *addresses6;
static size_t count;

static bool address_is_taken(in_addr_t address) {
  struct entry* found;
  HASH_FIND(by_ipv4, addresses, &address, sizeof address, found);
  return found != NULL;
}

static void set_address(struct entry* entry, in_addr_t address) {
  entry->host.ipv4.s_addr = address;
  HASH_ADD(by_ipv4, addresses, host.ipv4.s_addr, sizeof(in_addr_t), entry);
}

/* The address that the platform gives to a host; false if it gives none. */
static bool read_address(struct entry* entry) {
  const char* text = stp_engine_host_property(entry->host.engine, "ip");
  if (text == NULL)
    return false;
  struct in_addr address;
  if (inet_pton(AF_INET, text, &address) != 1)
    stp_fatal("host %s: its property ip=\"%s\" is not an IPv4 address like 10.0.0.1",
              entry->host.name, text);
  const uint32_t number = ntohl(address.s_addr);
  if (number >> 24 == 127 || number >> 24 == 0 || number >> 24 >= 224)
    stp_fatal("host %s: %s cannot be the address of a host (its property ip)", entry->host.name,
              text);
  const struct stp_host* const other = stp_host_by_ipv4(address);
  if (other != NULL)
    stp_fatal("hosts %s and %s have the same address %s (property ip)", other->name,
              entry->host.name, text);
  set_address(entry, address.s_addr);
  return true;
}

/* 10.0.0.1 and on by index; past the last host's where another host was given that address. */
static void choose_address(struct entry* entry) {
  uint32_t number = FIRST_ADDRESS + (uint32_t)entry->host.index;
  for (uint32_t next = FIRST_ADDRESS + (uint32_t)count; address_is_taken(htonl(number)); next++)
    number = next;
  set_address(entry, htonl(number));
}

static void set_address6(struct entry* entry, struct in6_addr address) {
  entry->host.ipv6 = address;
  HASH_ADD(by_ipv6, addresses6, host.ipv6, sizeof address, entry);
}

static bool read_address6(struct entry* entry) {
  const char* const text = stp_engine_host_property(entry->host.engine, "ipv6");
  if (text == NULL)
    return false;
  struct in6_addr address;
  if (inet_pton(AF_INET6, text, &address) != 1)
    stp_fatal("host %s: its property ipv6=\"%s\" is not an IPv6 address like fd00::1",
              entry->host.name, text);
  if (IN6_IS_ADDR_UNSPECIFIED(&address) || IN6_IS_ADDR_LOOPBACK(&address) ||
      IN6_IS_ADDR_MULTICAST(&address) || IN6_IS_ADDR_V4MAPPED(&address))
    stp_fatal("host %s: %s cannot be the address of a host (its property ipv6)", entry->host.name,
              text);
  const struct stp_host* const other = stp_host_by_ipv6(address);
  if (other != NULL)
    stp_fatal("hosts %s and %s have the same address %s (property ipv6)", other->name,
              entry->host.name, text);
  set_address6(entry, address);
  return true;
}

/* fd00::1 and on by index, likewise. */
static void choose_address6(struct entry* entry) {
  struct in6_addr address = {.s6_addr = {0xfd}};
  uint32_t number = (uint32_t)entry->host.index + 1;
  for (uint32_t next = (uint32_t)count + 1;; number = next++) {
    address.s6_addr32[3] = htonl(number);
    if (stp_host_by_ipv6(address) == NULL)
      break;
  }
  set_address6(entry, address);
}

static void prepare(struct entry* entry, size_t index, const char* output) {
  struct stp_host* const host = &entry->host;
  host->engine = stp_engine_host_at(index);
  host->index = index;
  host->name = stp_strdup(stp_engine_host_name(host->engine));
  if (strchr(host->name, '/') != NULL || strcmp(host->name, ".") == 0 ||
      strcmp(host->name, "..") == 0 || strlen(host->name) > HOST_NAME_MAX)
    stp_fatal("host \"%s\": a host's name must do as the name of its directory (no slash, at most "
              "%d bytes)",
              host->name, HOST_NAME_MAX);
  char path[PATH_MAX + HOST_NAME_MAX + 2];
  snprintf(path, sizeof path, "%s/%s", output, host->name);
  host->directory = stp_strdup(path);
  host->directory_fd = -1;
  host->next_pid = FIRST_PID;
  HASH_ADD_KEYPTR(by_name, names, host->name, strlen(host->name), entry);
}

void stp_hosts_start(const char* output) {
  /* It may not exist yet: nothing is written before all input has been checked. */
  char path[PATH_MAX] = "", *const here = output[0] == '/' ? NULL : getcwd(NULL, 0);
  snprintf(path, sizeof path, "%s%s%s", here == NULL ? "" : here, here == NULL ? "" : "/", output);
  free(here);
  count = stp_engine_host_count();
  entries = stp_alloc((count + 1) * sizeof *entries);
  struct given {
    bool ipv4, ipv6;
  }* const given = stp_alloc((count + 1) * sizeof *given);
  for (size_t i = 0; i < count; i++) {
    prepare(&entries[i], i, path);
    given[i] = (struct given){read_address(&entries[i]), read_address6(&entries[i])};
  }
  for (size_t i = 0; i < count; i++) {
    if (!given[i].ipv4)
      choose_address(&entries[i]);
    if (!given[i].ipv6)
      choose_address6(&entries[i]);
  }
  stp_free(given);
}

size_t stp_host_count(void) { return count; }

struct stp_host* stp_host_at(size_t index) {
  return &entries[index].host;
}

struct stp_host* stp_host_by_name(const char* name) {
  struct entry* entry;
  HASH_FIND(by_name, names, name, strlen(name), entry);
  return entry == NULL ? NULL : &entry->host;
}

struct stp_host* stp_host_by_ipv4(struct in_addr address) {
  const size_t index = ntohl(address.s_addr) - FIRST_ADDRESS; /* that of choose_address, mostly */
  if (index < count && entries[index].host.ipv4.s_addr == address.s_addr)
    return &entries[index].host;
  struct entry* entry;
  HASH_FIND(by_ipv4, addresses, &address.s_addr, sizeof address.s_addr, entry);
  return entry == NULL ? NULL : &entry->host;
}

struct stp_host* stp_host_by_ipv6(struct in6_addr address) {
  struct entry* entry;
  HASH_FIND(by_ipv6, addresses6, &address, sizeof address, entry);
  return entry == NULL ? NULL : &entry->host;
}

void stp_host_set_base(struct stp_host* host, const char* base, const char* where) {
  struct stat status;
  char* const path = realpath(base, NULL);
  if (path == NULL || stat(path, &status) != 0)
    stp_fatal("%s: host %s cannot start from %s: %s", where, host->name, base, strerror(errno));
  if (!S_ISDIR(status.st_mode))
    stp_fatal("%s: host %s cannot start from %s: it is not a directory", where, host->name, base);
  const size_t output = strlen(host->directory) - strlen(host->name) - 1;
  if (strncmp(path, host->directory, output) == 0 && (path[output] == '/' || path[output] == '\0'))
    stp_fatal("%s: host %s cannot start from %s: it lies in the output, which is replaced", where,
              host->name, base);
  if (host->base != NULL && strcmp(host->base, path) != 0)
    stp_fatal("%s: host %s starts from %s already", where, host->name, host->base);
  if (host->base == NULL)
    host->base = strcmp(path, "/") == 0 ? stp_strdup("") : stp_strdup(path);
  free(path);
}

int stp_host_directory_fd(struct stp_host* host) {
  if (host->directory_fd >= 0)
    return host->directory_fd;
  if (mkdir(host->directory, 0777) != 0 && errno != EEXIST)
    stp_fatal("cannot make the directory %s of host %s: %s", host->directory, host->name,
              strerror(errno));
  host->directory_fd = open(host->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (host->directory_fd < 0)
    stp_fatal("cannot open the directory %s of host %s: %s", host->directory, host->name,
              strerror(errno));
  return host->directory_fd;
}

void stp_host_forget_names(struct stp_host* host) {
  stp_free(host->node_name);
  stp_free(host->domain_name);
  host->node_name = host->domain_name = NULL;
}
