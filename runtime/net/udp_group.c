/* Multicast groups: a hash table by address, each with one of the hosts and interfaces that are in
 * it, which count their sockets. */
#include <errno.h>
#include <utlist.h>

#include "net/udp.h"
#include "process/process.h"

struct member {
  struct member_key {
    const struct stp_host* host;
    uint64_t interface;
  } key;
  int sockets;
  UT_hash_handle hh;
};

struct stp_group {
  struct in6_addr address;
  struct member* members;
  UT_hash_handle hh;
};

static struct stp_group* groups;

static struct stp_group* group_find(struct in6_addr address) {
  struct stp_group* group;
  HASH_FIND(hh, groups, &address, sizeof address, group);
  return group;
}

static struct member* member_find(const struct stp_group* group, const struct stp_host* host,
                                  int interface) {
  const struct member_key key = {host, (uint64_t)interface};
  struct member* member;
  HASH_FIND(hh, group->members, &key, sizeof key, member);
  return member;
}

static struct stp_membership* membership_find(const struct stp_udp* udp, struct in6_addr address,
                                              int interface) {
  struct stp_membership* membership;
  LL_FOREACH(udp->memberships, membership) {
    if (stp_address_equal(membership->group->address, address) &&
        (interface == 0 || membership->interface == interface))
      return membership;
  }
  return NULL;
}

int stp_group_join(struct stp_udp* udp, struct in6_addr address, int interface) {
  if (membership_find(udp, address, interface))
    return -EADDRINUSE;
  struct stp_group* group = group_find(address);
  if (!group) {
    group = stp_alloc(sizeof *group);
    group->address = address;
    HASH_ADD(hh, groups, address, sizeof group->address, group);
  }
  struct member* member = member_find(group, udp->socket.host, interface);
  if (!member) {
    member = stp_alloc(sizeof *member);
    member->key = (struct member_key){udp->socket.host, (uint64_t)interface};
    HASH_ADD(hh, group->members, key, sizeof member->key, member);
  }
  member->sockets++;
  struct stp_membership* const membership = stp_alloc(sizeof *membership);
  *membership = (struct stp_membership){.group = group, .interface = interface};
  LL_PREPEND(udp->memberships, membership);
  return 0;
}

static void leave(struct stp_udp* udp, struct stp_membership* membership) {
  struct stp_group* const group = membership->group;
  struct member* const member = member_find(group, udp->socket.host, membership->interface);
  LL_DELETE(udp->memberships, membership);
  stp_free(membership);
  if (--member->sockets > 0)
    return;
  HASH_DELETE(hh, group->members, member);
  stp_free(member);
  if (group->members)
    return;
  HASH_DELETE(hh, groups, group);
  stp_free(group);
}

int stp_group_leave(struct stp_udp* udp, struct in6_addr address, int interface) {
  struct stp_membership* const membership = membership_find(udp, address, interface);
  if (!membership)
    return -EADDRNOTAVAIL;
  leave(udp, membership);
  return 0;
}

void stp_group_leave_all(struct stp_udp* udp) {
  while (udp->memberships)
    leave(udp, udp->memberships);
}

/* Every host is in the groups of all nodes: 224.0.0.1 (RFC 1112), ff01::1 and ff02::1 (RFC 4291).
 */
static bool has_everybody(struct in6_addr address) {
  if (stp_address_is4(address))
    return stp_address_to4(address).s_addr == htonl(INADDR_ALLHOSTS_GROUP);
  struct in6_addr nodes = {{{0xff, address.s6_addr[1], [15] = 1}}};
  return (nodes.s6_addr[1] == 1 || nodes.s6_addr[1] == 2) && stp_address_equal(address, nodes);
}

bool stp_group_has_host(struct in6_addr address, const struct stp_host* host, int interface) {
  const struct stp_group* const group = group_find(address);
  return has_everybody(address) || (group && member_find(group, host, interface));
}

bool stp_group_has_socket(const struct stp_udp* udp, struct in6_addr address, int interface) {
  return membership_find(udp, address, interface) != NULL;
}
