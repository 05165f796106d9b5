/* Options of sockets of ICMP: most are kept only. */
#include <errno.h>
#include <netinet/icmp6.h>
#include <string.h>

#include "net/icmp_socket.h"
#include "trace/log.h"

int stp_ping_option(const struct stp_ping* ping, int level, int option, int standard) {
  for (int i = 0; i < ping->kept_count; i++)
    if (ping->kept[i].level == level && ping->kept[i].option == option)
      return ping->kept[i].value;
  return standard;
}

/* Those that are kept; those of sending and receiving above look at some. */
static bool is_known(int level, int option) {
  static const int v4[] = {IP_TTL,           IP_TOS,
                           IP_RECVERR,       IP_RECVTTL,
                           IP_RECVTOS,       IP_MTU_DISCOVER,
                           IP_RETOPTS,       IP_PKTINFO,
                           IP_MULTICAST_TTL, IP_MULTICAST_LOOP,
                           IP_FREEBIND},
                   v6[] = {IPV6_UNICAST_HOPS, IPV6_RECVHOPLIMIT,   IPV6_RECVERR,
                           IPV6_RECVPKTINFO,  IPV6_MTU_DISCOVER,   IPV6_V6ONLY,
                           IPV6_TCLASS,       IPV6_MULTICAST_HOPS, IPV6_MULTICAST_LOOP,
                           IPV6_CHECKSUM,     IPV6_RECVTCLASS};
  const int* const list = level == IPPROTO_IP ? v4 : v6;
  const size_t count = level == IPPROTO_IP ? sizeof v4 / sizeof *v4 : sizeof v6 / sizeof *v6;
  for (size_t i = 0; (level == IPPROTO_IP || level == IPPROTO_IPV6) && i < count; i++)
    if (list[i] == option)
      return true;
  return level == SOL_RAW && option == IPV6_CHECKSUM;
}

static int keep(struct stp_ping* ping, int level, int option, int value) {
  int i = 0;
  while (i < ping->kept_count && (ping->kept[i].level != level || ping->kept[i].option != option))
    i++;
  if (i == STP_PING_KEPT)
    return -ENOBUFS;
  ping->kept[i].level = level;
  ping->kept[i].option = option;
  ping->kept[i].value = value;
  ping->kept_count = i == ping->kept_count ? i + 1 : ping->kept_count;
  return 0;
}

static bool is_filter(const struct stp_ping* ping, int level, int option) {
  return stp_ping_is_raw(ping) && option == 1 &&
         level == (stp_ping_is_v4(ping) ? SOL_RAW : IPPROTO_ICMPV6);
}

int stp_ping_set_option(struct stp_socket* socket, int level, int option, const void* value,
                        socklen_t length) {
  struct stp_ping* const ping = stp_ping_of(socket);
  int number = 0;
  if (is_filter(ping, level, option)) {
    const size_t size = stp_ping_is_v4(ping) ? sizeof ping->filter : sizeof ping->filter6;
    memcpy(stp_ping_is_v4(ping) ? (void*)&ping->filter : ping->filter6, value,
           length < size ? length : size);
    return 0;
  }
  if (level == SOL_SOCKET && option != SO_TIMESTAMP && option != SO_TIMESTAMPNS)
    return -ENOPROTOOPT;
  const int error = stp_option_to_int(value, length, &number);
  if (error)
    return error;
  if (level == SOL_SOCKET) {
    ping->stamp = number ? option : 0;
    return 0;
  }
  if (is_known(level, option))
    return keep(ping, level, option, number);
  stp_refuse("setsockopt", "an option of ICMP sockets");
  return -ENOPROTOOPT;
}

int stp_ping_get_option(struct stp_socket* socket, int level, int option, void* value,
                        socklen_t* length) {
  const struct stp_ping* const ping = stp_ping_of(socket);
  if (is_filter(ping, level, option))
    return stp_option_from(stp_ping_is_v4(ping) ? (const void*)&ping->filter : ping->filter6,
                           stp_ping_is_v4(ping) ? sizeof ping->filter : sizeof ping->filter6, value,
                           length);
  if (level == SOL_SOCKET && option != SO_TIMESTAMP && option != SO_TIMESTAMPNS)
    return -ENOPROTOOPT;
  if (level != SOL_SOCKET && !is_known(level, option))
    return -ENOPROTOOPT;
  const bool hops = (level == IPPROTO_IP && option == IP_TTL) ||
                    (level == IPPROTO_IPV6 && option == IPV6_UNICAST_HOPS);
  const int number = level == SOL_SOCKET ? ping->stamp == option
                                         : stp_ping_option(ping, level, option, hops ? 64 : 0);
  return stp_option_from(&number, sizeof number, value, length);
}
