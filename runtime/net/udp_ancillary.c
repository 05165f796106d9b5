/* Control messages of UDP: what sendmsg asks for one datagram, what recvmsg tells of one
 * (net/ipv4/ip_sockglue.c, net/ipv6/datagram.c, __sock_recv_timestamp). */
#include <errno.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include <linux/net_tstamp.h>

#include "net/interfaces.h"
#include "net/udp.h"
#include "process/process.h"
#include "time/clock.h"
#include "trace/log.h"

/* ---- sendmsg ---- */

static size_t data_size(const struct cmsghdr* header) { return header->cmsg_len - CMSG_LEN(0); }

/* An integer between 0 and 255 in a control message, or -1. */
static int small_int(const struct cmsghdr* header) {
  int number = -1;
  if (data_size(header) == 1)
    return CMSG_DATA(header)[0];
  if (data_size(header) == sizeof number)
    memcpy(&number, CMSG_DATA(header), sizeof number);
  return number >= 0 && number <= 255 ? number : -1;
}

static int asked_info(const struct stp_udp* udp, const struct cmsghdr* header,
                      struct stp_udp_asked* asked) {
  struct in_pktinfo four;
  struct in6_pktinfo six;
  if (header->cmsg_level == IPPROTO_IP) {
    if (data_size(header) < sizeof four)
      return -EINVAL;
    memcpy(&four, CMSG_DATA(header), sizeof four);
    asked->interface = four.ipi_ifindex;
    asked->source = four.ipi_spec_dst.s_addr ? stp_address_of4(four.ipi_spec_dst) : STP_ANY6;
  } else {
    if (data_size(header) < sizeof six)
      return -EINVAL;
    memcpy(&six, CMSG_DATA(header), sizeof six);
    asked->interface = (int)six.ipi6_ifindex;
    asked->source = six.ipi6_addr;
  }
  if (asked->interface < 0 || asked->interface > STP_INTERFACES)
    return -ENODEV;
  if (!stp_address_is_any(asked->source) && !udp->options.free_bind &&
      !stp_address_is_local(udp->socket.host, asked->source))
    return -EINVAL;
  return 0;
}

/* __sock_cmsg_send. */
static int asked_of_socket(const struct cmsghdr* header, struct stp_udp_asked* asked) {
  unsigned flags;
  if (header->cmsg_type != SO_TIMESTAMPING || data_size(header) != sizeof flags)
    return -EINVAL;
  memcpy(&flags, CMSG_DATA(header), sizeof flags);
  asked->stamps = (int)flags;
  return stp_udp_stamps_asked(flags);
}

/* __udp_cmsg_send. */
static int asked_of_udp(const struct cmsghdr* header, struct stp_udp_asked* asked) {
  uint16_t segment;
  if (header->cmsg_type != UDP_SEGMENT || data_size(header) != sizeof segment)
    return -EINVAL;
  memcpy(&segment, CMSG_DATA(header), sizeof segment);
  asked->segment = segment;
  return 0;
}

static int asked_one(const struct stp_udp* udp, const struct cmsghdr* header,
                     struct stp_udp_asked* asked) {
  const bool v4 = header->cmsg_level == IPPROTO_IP;
  if (header->cmsg_level == SOL_SOCKET)
    return asked_of_socket(header, asked);
  if (header->cmsg_level == IPPROTO_UDP)
    return asked_of_udp(header, asked);
  if (!v4 && (header->cmsg_level != IPPROTO_IPV6 || udp->socket.domain != AF_INET6)) {
    return 0;
  }
  if (header->cmsg_type == (v4 ? IP_PKTINFO : IPV6_PKTINFO))
    return asked_info(udp, header, asked);
  if (header->cmsg_type == (v4 ? IP_TTL : IPV6_HOPLIMIT)) {
    asked->ttl = small_int(header);
    return asked->ttl < (v4 ? 1 : 0) ? -EINVAL : 0;
  }
  if (header->cmsg_type == (v4 ? IP_TOS : IPV6_TCLASS)) {
    asked->tos = small_int(header);
    return asked->tos < 0 ? -EINVAL : 0;
  }
  return -EINVAL;
}

int stp_udp_asked(const struct stp_udp* udp, const struct msghdr* message,
                  struct stp_udp_asked* asked) {
  *asked = (struct stp_udp_asked){.ttl = -1, .tos = -1, .stamps = -1, .segment = -1};
  const char* const start = message->msg_control;
  size_t at = 0;
  while (start && message->msg_controllen - at >= sizeof(struct cmsghdr) &&
         at < message->msg_controllen) {
    const struct cmsghdr* const header = (const struct cmsghdr*)(start + at);
    if (header->cmsg_len < sizeof *header || header->cmsg_len > message->msg_controllen - at)
      return -EINVAL;
    const int error = asked_one(udp, header, asked);
    if (error)
      return error;
    at += CMSG_ALIGN(header->cmsg_len);
  }
  return 0;
}

/* ---- recvmsg ---- */

static void put_int(struct stp_control* control, int level, int type, int number) {
  stp_control_put(control, level, type, &number, sizeof number);
}

/* __sock_recv_timestamp. */
void stp_udp_tell_date(struct stp_control* control, const struct stp_udp* udp, double date,
                       bool sent) {
  const unsigned stamping = udp->options.stamping;
  const bool full =
      stamping & SOF_TIMESTAMPING_SOFTWARE && (sent || stamping & SOF_TIMESTAMPING_RX_SOFTWARE);
  if (!udp->options.stamp && !full)
    return;
  const struct timespec time = stp_date_to_timespec(date, CLOCK_REALTIME);
  const struct timespec stamps[3] = {time}; /* the others are the hardware's */
  if (udp->options.stamp)
    stp_control_put_stamp(control, udp->options.stamp, date);
  if (full)
    stp_control_put(control, SOL_SOCKET, SCM_TIMESTAMPING, stamps, sizeof stamps);
}

static void put_v4(const struct stp_udp_options* options, const struct stp_datagram* datagram,
                   struct stp_control* control) {
  if (options->receive_info) {
    const struct in_pktinfo info = {.ipi_ifindex = datagram->interface,
                                    .ipi_spec_dst = stp_address_to4(datagram->landed),
                                    .ipi_addr = stp_address_to4(datagram->to.address)};
    stp_control_put(control, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
  }
  if (options->receive_ttl)
    put_int(control, IPPROTO_IP, IP_TTL, datagram->ttl);
  if (options->receive_tos)
    stp_control_put(control, IPPROTO_IP, IP_TOS, &datagram->tos, 1);
}

static void put_v6(const struct stp_udp_options* options, const struct stp_datagram* datagram,
                   struct stp_control* control) {
  if (options->receive_info6) {
    const struct in6_pktinfo info = {.ipi6_ifindex = datagram->interface,
                                     .ipi6_addr = datagram->to.address};
    stp_control_put(control, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
  }
  if (stp_address_is4(datagram->to.address))
    return;
  if (options->receive_hops)
    put_int(control, IPPROTO_IPV6, IPV6_HOPLIMIT, datagram->ttl);
  if (options->receive_class)
    put_int(control, IPPROTO_IPV6, IPV6_TCLASS, datagram->tos);
}

void stp_udp_tell_packet(struct stp_control* control, const struct stp_udp* udp,
                         const struct stp_datagram* datagram) {
  if (datagram->segment)
    put_int(control, IPPROTO_UDP, UDP_GRO, datagram->segment);
  if (udp->socket.domain == AF_INET6)
    put_v6(&udp->options, datagram, control);
  if (stp_address_is4(datagram->to.address))
    put_v4(&udp->options, datagram, control);
}
