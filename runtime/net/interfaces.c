/* lo and eth0, and the ioctl requests about them. */
#include "net/interfaces.h"

#include <errno.h>
#include <linux/capability.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "process/host.h"
#include "process/identity.h"
#include "trace/log.h"

enum { PREFIX6 = 64 };

/* The network that an address is in: the block of RFC 1918 it belongs to, else 24 bits. All hosts
 * are neighbours, so nothing depends on it but what programs are told. */
static uint32_t netmask_of(uint32_t address) {
  if (address >> 24 == 10)
    return 0xff000000;
  if (address >> 20 == 0xac1)
    return 0xfff00000;
  if (address >> 16 == 0xc0a8)
    return 0xffff0000;
  return 0xffffff00;
}

struct stp_interface stp_interface_at(const struct stp_host* host, int i) {
  if (i == 0)
    return (struct stp_interface){.name = "lo",
                                  .index = 1,
                                  .flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING,
                                  .mtu = 65536,
                                  .type = ARPHRD_LOOPBACK,
                                  .address = {htonl(INADDR_LOOPBACK)},
                                  .netmask = {htonl(0xff000000)},
                                  .broadcast = {0},
                                  .address6 = IN6ADDR_LOOPBACK_INIT,
                                  .prefix6 = 128};
  const uint32_t netmask = htonl(netmask_of(ntohl(host->ipv4.s_addr)));
  struct stp_interface eth = {.name = "eth0",
                              .index = 2,
                              .flags = IFF_UP | IFF_BROADCAST | IFF_RUNNING | IFF_MULTICAST,
                              .mtu = 1500,
                              .type = ARPHRD_ETHER,
                              .address = host->ipv4,
                              .netmask = {netmask},
                              .broadcast = {host->ipv4.s_addr | ~netmask},
                              .address6 = host->ipv6,
                              .prefix6 = PREFIX6,
                              .hardware = {0x02, 0x00}}; /* locally administered */
  memcpy(eth.hardware + 2, &host->ipv4, sizeof host->ipv4);
  return eth;
}

static int find(const struct stp_host* host, const char* name, struct stp_interface* found) {
  char wanted[IFNAMSIZ];
  memcpy(wanted, name, sizeof wanted);
  wanted[sizeof wanted - 1] = '\0';
  for (int i = 0; i < STP_INTERFACES; i++) {
    *found = stp_interface_at(host, i);
    if (strcmp(found->name, wanted) == 0)
      return 0;
  }
  return -ENODEV;
}

static void store(struct sockaddr* to, struct in_addr address) {
  const struct sockaddr_in inet = {.sin_family = AF_INET, .sin_addr = address};
  memcpy(to, &inet, sizeof inet);
}

static int list_all(const struct stp_host* host, struct ifconf* list) {
  const int room = list->ifc_len / (int)sizeof(struct ifreq);
  int count = 0;
  for (int i = 0; i < STP_INTERFACES; i++) {
    const struct stp_interface interface = stp_interface_at(host, i);
    if (list->ifc_req && count == room)
      break;
    if (list->ifc_req) {
      struct ifreq* const request = &list->ifc_req[count];
      *request = (struct ifreq){0};
      snprintf(request->ifr_name, sizeof request->ifr_name, "%s", interface.name);
      store(&request->ifr_addr, interface.address);
    }
    count++;
  }
  list->ifc_len = count * (int)sizeof(struct ifreq);
  return 0;
}

static int name_of_index(const struct stp_host* host, struct ifreq* request) {
  if (request->ifr_ifindex < 1 || request->ifr_ifindex > STP_INTERFACES)
    return -ENODEV;
  const struct stp_interface interface = stp_interface_at(host, request->ifr_ifindex - 1);
  snprintf(request->ifr_name, sizeof request->ifr_name, "%s", interface.name);
  return 0;
}

/* Requests that change interfaces, routes or the tables of neighbours. */
static bool changes(unsigned long request) {
  switch (request) {
  case SIOCADDRT:
  case SIOCDELRT:
  case SIOCSIFADDR:
  case SIOCSIFBRDADDR:
  case SIOCSIFDSTADDR:
  case SIOCSIFFLAGS:
  case SIOCSIFHWADDR:
  case SIOCSIFMETRIC:
  case SIOCSIFMTU:
  case SIOCSIFNAME:
  case SIOCSIFNETMASK:
  case SIOCSIFTXQLEN:
  case SIOCDIFADDR:
  case SIOCADDMULTI:
  case SIOCDELMULTI:
  case SIOCDARP:
  case SIOCSARP:
    return true;
  default:
    return false;
  }
}

int stp_interface_ioctl(const struct stp_host* host, unsigned long request, void* argument) {
  struct ifreq* const asked = argument;
  struct stp_interface interface;
  if (changes(request)) {
    if (stp_capable(CAP_NET_ADMIN))
      stp_refuse("ioctl", "a change of interfaces, routes or neighbours, which are the platform's");
    return -EPERM;
  }
  switch (request) {
  case SIOCGARP:
    return -ENXIO;
  case SIOCGIFCONF:
    return list_all(host, argument);
  case SIOCGIFNAME:
    return name_of_index(host, argument);
  case SIOCGIFADDR:
  case SIOCGIFNETMASK:
  case SIOCGIFBRDADDR:
  case SIOCGIFDSTADDR:
  case SIOCGIFFLAGS:
  case SIOCGIFMTU:
  case SIOCGIFINDEX:
  case SIOCGIFHWADDR:
  case SIOCGIFMETRIC:
  case SIOCGIFTXQLEN:
    break;
  default:
    return -ENOTTY;
  }
  const int error = find(host, asked->ifr_name, &interface);
  if (error)
    return error;
  switch (request) {
  case SIOCGIFADDR:
  case SIOCGIFDSTADDR:
    store(&asked->ifr_addr, interface.address);
    break;
  case SIOCGIFNETMASK:
    store(&asked->ifr_netmask, interface.netmask);
    break;
  case SIOCGIFBRDADDR:
    store(&asked->ifr_broadaddr, interface.broadcast);
    break;
  case SIOCGIFFLAGS:
    asked->ifr_flags = (short)interface.flags;
    break;
  case SIOCGIFMTU:
    asked->ifr_mtu = interface.mtu;
    break;
  case SIOCGIFINDEX:
    asked->ifr_ifindex = (int)interface.index;
    break;
  case SIOCGIFMETRIC:
    asked->ifr_metric = 0;
    break;
  case SIOCGIFTXQLEN:
    asked->ifr_qlen = 1000;
    break;
  default:
    asked->ifr_hwaddr = (struct sockaddr){.sa_family = (sa_family_t)interface.type};
    memcpy(asked->ifr_hwaddr.sa_data, interface.hardware, sizeof interface.hardware);
  }
  return 0;
}
