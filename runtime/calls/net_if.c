/* net/if.h and ifaddrs.h: the interfaces of the host (net/interfaces.h). */
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <string.h>

#include "calls/adapter.h"
#include "net/interfaces.h"

unsigned simterpose_if_nametoindex(const char* name) {
  for (int i = 0; i < STP_INTERFACES; i++) {
    const struct stp_interface interface = stp_interface_at(stp_me->host, i);
    if (strcmp(interface.name, name) == 0)
      return interface.index;
  }
  errno = ENODEV;
  return 0;
}

char* simterpose_if_indextoname(unsigned index, char* name) {
  if (index >= 1 && index <= STP_INTERFACES)
    return strcpy(name, stp_interface_at(stp_me->host, (int)index - 1).name);
  errno = ENXIO;
  return NULL;
}

/* One block holds the list and the names. */
struct if_nameindex* simterpose_if_nameindex(void) {
  struct list {
    struct if_nameindex entries[STP_INTERFACES + 1];
    char names[STP_INTERFACES][IF_NAMESIZE];
  }* const list = stp_heap_alloc_zeroed(stp_me->heap, sizeof *list);
  if (!list) {
    errno = ENOBUFS;
    return NULL;
  }
  for (int i = 0; i < STP_INTERFACES; i++) {
    const struct stp_interface interface = stp_interface_at(stp_me->host, i);
    list->entries[i] = (struct if_nameindex){interface.index, list->names[i]};
    strcpy(list->names[i], interface.name);
  }
  return list->entries;
}

void simterpose_if_freenameindex(struct if_nameindex* list) {
  if (list)
    stp_heap_free(stp_me->heap, list);
}

/* ---- getifaddrs ---- */

struct listed {
  struct ifaddrs head;
  char name[IF_NAMESIZE];
  union {
    struct sockaddr_in inet;
    struct sockaddr_in6 inet6;
    struct sockaddr_ll link;
  } address, netmask, broadcast;
  struct rtnl_link_stats counts; /* of AF_PACKET; nothing is counted */
};

static struct sockaddr* give_inet(struct sockaddr_in* to, struct in_addr address) {
  *to = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = address};
  return (struct sockaddr*)to;
}

static struct sockaddr* give_link(struct sockaddr_ll* to, const struct stp_interface* interface,
                                  bool broadcast) {
  *to = (struct sockaddr_ll){.sll_family = AF_PACKET,
                             .sll_ifindex = (int)interface->index,
                             .sll_hatype = (unsigned short)interface->type,
                             .sll_halen = sizeof interface->hardware};
  if (!broadcast)
    memcpy(to->sll_addr, interface->hardware, sizeof interface->hardware);
  else if (interface->flags & IFF_BROADCAST)
    memset(to->sll_addr, 0xff, sizeof interface->hardware);
  return (struct sockaddr*)to;
}

static struct sockaddr* give_inet6(struct sockaddr_in6* to, struct in6_addr address) {
  *to = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_addr = address};
  return (struct sockaddr*)to;
}

static struct in6_addr netmask6(unsigned prefix) {
  struct in6_addr mask = {0};
  memset(&mask, 0xff, prefix / 8); /* whole bytes are all there are */
  return mask;
}

static void fill(struct listed* entry, const struct stp_interface* interface, sa_family_t family) {
  entry->head.ifa_name = strcpy(entry->name, interface->name);
  entry->head.ifa_flags = interface->flags;
  if (family == AF_INET) {
    entry->head.ifa_addr = give_inet(&entry->address.inet, interface->address);
    entry->head.ifa_netmask = give_inet(&entry->netmask.inet, interface->netmask);
    entry->head.ifa_broadaddr =
        give_inet(&entry->broadcast.inet,
                  interface->flags & IFF_BROADCAST ? interface->broadcast : interface->address);
  } else if (family == AF_INET6) {
    entry->head.ifa_addr = give_inet6(&entry->address.inet6, interface->address6);
    entry->head.ifa_netmask = give_inet6(&entry->netmask.inet6, netmask6(interface->prefix6));
  } else {
    entry->head.ifa_addr = give_link(&entry->address.link, interface, false);
    entry->head.ifa_broadaddr = give_link(&entry->broadcast.link, interface, true);
    entry->head.ifa_data = &entry->counts;
  }
}

/* The links first, then the addresses, as glibc lists them; all in one block. */
int simterpose_getifaddrs(struct ifaddrs** list) {
  static const sa_family_t families[] = {AF_PACKET, AF_INET, AF_INET6};
  enum { ENTRIES = sizeof families / sizeof *families * STP_INTERFACES };
  struct listed* const entries = stp_heap_alloc_zeroed(stp_me->heap, ENTRIES * sizeof *entries);
  if (!entries)
    return (int)stp_return(-ENOMEM);
  for (int i = 0; i < ENTRIES; i++) {
    const struct stp_interface interface = stp_interface_at(stp_me->host, i % STP_INTERFACES);
    fill(&entries[i], &interface, families[i / STP_INTERFACES]);
    if (i > 0)
      entries[i - 1].head.ifa_next = &entries[i].head;
  }
  *list = &entries[0].head;
  return 0;
}

void simterpose_freeifaddrs(struct ifaddrs* list) {
  if (list)
    stp_heap_free(stp_me->heap, list);
}
