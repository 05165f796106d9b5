// CALLS: if_nametoindex if_indextoname if_nameindex if_freenameindex getifaddrs freeifaddrs
// CALLS: __res_init __res_ninit __res_nclose
// RUN: %both
//
// Network interfaces, and the resolver's state.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "child.h"

static void test_names(void) {
  const unsigned index = if_nametoindex("lo");
  CHECK_EQ(index, 1);
  char name[IF_NAMESIZE];
  CHECK(if_indextoname(index, name) == name);
  CHECK(strcmp(name, "lo") == 0);
  errno = 0;
  CHECK_EQ(if_nametoindex("none"), 0);
  CHECK_EQ(errno, ENODEV);
  CHECK_EQ(if_indextoname(9999, name), NULL);
  CHECK_EQ(errno, ENXIO);
  struct if_nameindex* const list = if_nameindex();
  CHECK(list);
  CHECK_EQ(list[0].if_index, 1);
  CHECK(strcmp(list[0].if_name, "lo") == 0);
  int count = 0;
  while (list[count].if_index != 0)
    count++;
  CHECK_EQ(list[count].if_name, NULL);
  if_freenameindex(list);
}

static void test_addresses(void) {
  struct ifaddrs* list;
  CHECK_EQ(getifaddrs(&list), 0);
  int links = 0, found = 0;
  for (const struct ifaddrs* one = list; one; one = one->ifa_next) {
    if (one->ifa_addr == NULL || strcmp(one->ifa_name, "lo") != 0)
      continue;
    CHECK(one->ifa_flags & IFF_LOOPBACK);
    links += one->ifa_addr->sa_family == AF_PACKET;
    if (one->ifa_addr->sa_family == AF_INET6 && one->ifa_netmask) {
      const struct sockaddr_in6* const name = (struct sockaddr_in6*)one->ifa_addr;
      const struct sockaddr_in6* const mask = (struct sockaddr_in6*)one->ifa_netmask;
      CHECK(IN6_IS_ADDR_LOOPBACK(&name->sin6_addr));
      CHECK_EQ(mask->sin6_family, AF_INET6);
      CHECK_EQ(mask->sin6_addr.s6_addr[15], 0xff);
    }
    if (one->ifa_addr->sa_family != AF_INET)
      continue;
    CHECK_EQ(((struct sockaddr_in*)one->ifa_addr)->sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    CHECK_EQ(((struct sockaddr_in*)one->ifa_netmask)->sin_addr.s_addr, htonl(0xff000000));
    found++;
  }
  CHECK_EQ(links, 1);
  CHECK_EQ(found, 1);
  freeifaddrs(list);
}

static void test_ioctl(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct ifreq request = {.ifr_name = "lo"};
  CHECK_EQ(ioctl(fd, SIOCGIFADDR, &request), 0);
  CHECK_EQ(((struct sockaddr_in*)&request.ifr_addr)->sin_addr.s_addr, htonl(INADDR_LOOPBACK));
  CHECK_EQ(ioctl(fd, SIOCGIFFLAGS, &request), 0);
  CHECK(request.ifr_flags & IFF_UP);
  CHECK_EQ(ioctl(fd, SIOCGIFINDEX, &request), 0);
  CHECK_EQ(request.ifr_ifindex, 1);
  CHECK_EQ(ioctl(fd, SIOCGIFMTU, &request), 0);
  CHECK_EQ(request.ifr_mtu, 65536);
  strcpy(request.ifr_name, "none");
  CHECK_ERRNO(ioctl(fd, SIOCGIFADDR, &request), ENODEV);
  struct ifreq requests[8];
  struct ifconf list = {.ifc_len = sizeof requests, .ifc_req = requests};
  CHECK_EQ(ioctl(fd, SIOCGIFCONF, &list), 0);
  CHECK(list.ifc_len >= (int)sizeof *requests);
  CHECK(strcmp(requests[0].ifr_name, "lo") == 0);
  CHECK_EQ(list.ifc_len % (int)sizeof *requests, 0);
  list = (struct ifconf){.ifc_len = 0, .ifc_req = NULL};
  CHECK_EQ(ioctl(fd, SIOCGIFCONF, &list), 0);
  CHECK(list.ifc_len >= (int)sizeof *requests);
  request = (struct ifreq){.ifr_ifindex = 1};
  CHECK_EQ(ioctl(fd, SIOCGIFNAME, &request), 0);
  CHECK(strcmp(request.ifr_name, "lo") == 0);
  CHECK_EQ(ioctl(fd, SIOCGIFNETMASK, &request), 0);
  CHECK_EQ(((struct sockaddr_in*)&request.ifr_netmask)->sin_addr.s_addr, htonl(0xff000000));
  CHECK_EQ(ioctl(fd, SIOCGIFHWADDR, &request), 0);
  CHECK_EQ(request.ifr_hwaddr.sa_family, ARPHRD_LOOPBACK);
  request.ifr_ifindex = 9999;
  CHECK_ERRNO(ioctl(fd, SIOCGIFNAME, &request), ENODEV);
  CHECK_EQ(close(fd), 0);
}

/* Nobody who is not root may change anything. */
static void set_as_nobody(void* unused) {
  (void)unused;
  CHECK_EQ(setuid(65534), 0);
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct ifreq request = {.ifr_name = "lo"};
  CHECK_ERRNO(ioctl(fd, SIOCSIFFLAGS, &request), EPERM);
  CHECK_ERRNO(ioctl(fd, SIOCSIFADDR, &request), EPERM);
  CHECK_ERRNO(ioctl(fd, SIOCSIFMTU, &request), EPERM);
}

int main(void) {
  test_names();
  test_addresses();
  test_ioctl();
  if (geteuid() == 0)
    in_child(set_as_nobody, NULL);
  CHECK_EQ(res_init(), 0);
  struct __res_state state;
  memset(&state, 0, sizeof state);
  CHECK_EQ(res_ninit(&state), 0);
  CHECK(state.options & RES_INIT);
  res_nclose(&state);
  return 0;
}
