/* Options of TCP sockets at the levels TCP and IP, and TCP_INFO. Those that only matter where
 * segments are lost or the peer's host vanishes are recorded and have no effect. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "net/kept.h"
#include "net/tcp.h"
#include "trace/log.h"

static struct stp_tcp_socket* tcp_of(struct stp_socket* socket) {
  return (struct stp_tcp_socket*)socket;
}

/* Linux's defaults: net.ipv4.tcp_keepalive_*, tcp_syn_retries, tcp_fin_timeout, ip_default_ttl. */
void stp_tcp_options_init(struct stp_tcp_options* options) {
  *options = (struct stp_tcp_options){
      .keep_idle = 7200,
      .keep_interval = 75,
      .keep_count = 9,
      .syn_count = 6,
      .linger2 = 60,
      .quick_ack = 1,
      .ttl = 64,
      .hops = 64,
      .mtu_discover = IP_PMTUDISC_WANT,
      .congestion = "cubic",
  };
}

enum { LEAST_CLAMP = 1152 /* SOCK_MIN_RCVBUF / 2 */ };

static int refuse(const char* call, const char* level, int option) {
  char what[32];
  snprintf(what, sizeof what, "%s option %d", level, option);
  stp_refuse(call, what);
  return -ENOPROTOOPT;
}

/* ---- integers that are kept, with their bounds ---- */

#define KEPT(level, option, lowest, highest, member)                                               \
  { level, option, lowest, highest, -1, offsetof(struct stp_tcp_options, member) }
#define WITH_DEFAULT(level, option, lowest, highest, standard, member)                             \
  { level, option, lowest, highest, standard, offsetof(struct stp_tcp_options, member) }

static const struct stp_kept kept[] = {
    KEPT(IPPROTO_TCP, TCP_NODELAY, 0, 1, no_delay),
    KEPT(IPPROTO_TCP, TCP_CORK, 0, 1, cork),
    KEPT(IPPROTO_TCP, TCP_QUICKACK, 0, 1, quick_ack),
    KEPT(IPPROTO_TCP, TCP_KEEPIDLE, 1, 32767, keep_idle),
    KEPT(IPPROTO_TCP, TCP_KEEPINTVL, 1, 32767, keep_interval),
    KEPT(IPPROTO_TCP, TCP_KEEPCNT, 1, 127, keep_count),
    KEPT(IPPROTO_TCP, TCP_USER_TIMEOUT, 0, 0x7fffffff, user_timeout),
    KEPT(IPPROTO_TCP, TCP_SYNCNT, 1, 127, syn_count),
    KEPT(IPPROTO_TCP, TCP_LINGER2, -1, 120, linger2),
    KEPT(IPPROTO_TCP, TCP_DEFER_ACCEPT, 0, 0x7fffffff, defer_accept),
    KEPT(IPPROTO_TCP, TCP_FASTOPEN, 0, 0x7fffffff, fast_open),
    KEPT(IPPROTO_TCP, TCP_MAXSEG, 88, 32767, mss),
    KEPT(IPPROTO_TCP, TCP_WINDOW_CLAMP, 0, 0x7fffffff, window_clamp),
    KEPT(IPPROTO_TCP, TCP_NOTSENT_LOWAT, 0, 0x7fffffff, notsent_low_water),
    KEPT(IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 0, 1, thin),
    KEPT(IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 0, 1, fast_open_without_cookie),
    KEPT(IPPROTO_TCP, TCP_SAVE_SYN, 0, 2, saved_syn),
    KEPT(IPPROTO_IP, IP_MINTTL, 0, 255, least_ttl),
    KEPT(IPPROTO_IP, IP_PKTINFO, 0, 1, packet_info),
    KEPT(IPPROTO_IP, IP_RECVTTL, 0, 1, received_ttl),
    KEPT(IPPROTO_IP, IP_RECVTOS, 0, 1, received_tos),
    KEPT(IPPROTO_IP, IP_RECVOPTS, 0, 1, received_options),
    KEPT(IPPROTO_IP, IP_RETOPTS, 0, 1, returned_options),
    KEPT(IPPROTO_IPV6, IPV6_RECVPKTINFO, 0, 1, packet_info),
    KEPT(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 0, 1, received_ttl),
    KEPT(IPPROTO_IPV6, IPV6_RECVTCLASS, 0, 1, received_tos),
    KEPT(IPPROTO_IPV6, IPV6_MINHOPCOUNT, 0, 255, least_ttl),
    KEPT(IPPROTO_IP, IP_TOS, 0, 255, tos),
    WITH_DEFAULT(IPPROTO_IP, IP_TTL, 1, 255, 64, ttl),
    KEPT(IPPROTO_IP, IP_MTU_DISCOVER, 0, 5, mtu_discover),
    KEPT(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 0, 1, bind_no_port),
    KEPT(IPPROTO_IP, IP_RECVERR, 0, 1, receive_errors),
    KEPT(IPPROTO_IPV6, IPV6_V6ONLY, 0, 1, v6_only),
    WITH_DEFAULT(IPPROTO_IPV6, IPV6_TCLASS, 0, 255, 0, traffic_class),
    WITH_DEFAULT(IPPROTO_IPV6, IPV6_UNICAST_HOPS, 0, 255, 64, hops),
    KEPT(IPPROTO_IPV6, IPV6_RECVERR, 0, 1, receive_errors),
    KEPT(IPPROTO_IPV6, IPV6_MTU_DISCOVER, 0, 5, mtu_discover),
};

/* Linux has the options of IPv6 for its sockets only. */
static const struct stp_kept* find_kept(const struct stp_tcp_socket* tcp, int level, int option) {
  if (level == IPPROTO_IPV6 && tcp->socket.domain != AF_INET6)
    return NULL;
  return stp_kept_find(kept, sizeof kept / sizeof *kept, level, option);
}

/* ---- set ---- */

static int set_congestion(struct stp_tcp_socket* tcp, const char* value, socklen_t length) {
  char name[sizeof tcp->options.congestion] = "";
  memcpy(name, value, length < sizeof name ? length : sizeof name - 1);
  if (strcmp(name, "cubic") != 0 && strcmp(name, "reno") != 0)
    return -ENOENT;
  memcpy(tcp->options.congestion, name, sizeof name);
  return 0;
}

static int set_kept(struct stp_tcp_socket* tcp, const struct stp_kept* entry, const void* value,
                    socklen_t length) {
  int number;
  const int error = stp_kept_read(entry, value, length, &number);
  if (error)
    return error;
  if (entry->option == TCP_MAXSEG && entry->level == IPPROTO_TCP && number == 0) {
    tcp->options.mss = 0;
    return 0;
  }
  if (entry->option == TCP_FASTOPEN && entry->level == IPPROTO_TCP) {
    if (tcp->phase != STP_TCP_UNCONNECTED)
      return -EINVAL;
    number = number > STP_BACKLOG_MAX ? STP_BACKLOG_MAX : number;
  }
  if (entry->level == IPPROTO_TCP && entry->option == TCP_WINDOW_CLAMP && number > 0 &&
      number < LEAST_CLAMP)
    number = LEAST_CLAMP;
  if ((entry->level == IPPROTO_IP && entry->option == IP_TOS) ||
      (entry->level == IPPROTO_IPV6 && entry->option == IPV6_TCLASS && number > 0))
    number &= ~3; /* the bits of ECN are TCP's own */
  return stp_kept_set(entry, &tcp->options, number);
}

static int set_stamp(struct stp_tcp_socket* tcp, int option, const void* value, socklen_t length) {
  int on;
  const int error = stp_option_to_int(value, length, &on);
  if (!error)
    tcp->options.stamp = on ? option : 0;
  return error;
}

int stp_tcp_set_option(struct stp_socket* socket, int level, int option, const void* value,
                       socklen_t length) {
  if (level == SOL_SOCKET)
    return option == SO_TIMESTAMP || option == SO_TIMESTAMPNS
               ? set_stamp(tcp_of(socket), option, value, length)
               : -ENOPROTOOPT;
  if (level == IPPROTO_IPV6 && tcp_of(socket)->socket.domain != AF_INET6)
    return -ENOPROTOOPT;
  if (level != IPPROTO_TCP && level != IPPROTO_IP && level != IPPROTO_IPV6)
    return refuse("setsockopt", "level", level);
  const struct stp_kept* const entry = find_kept(tcp_of(socket), level, option);
  if (level == IPPROTO_IPV6 && option == IPV6_V6ONLY && tcp_of(socket)->binding)
    return -EINVAL;
  if (entry)
    return set_kept(tcp_of(socket), entry, value, length);
  if (level == IPPROTO_TCP && option == TCP_CONGESTION)
    return length < 1 ? -EINVAL : set_congestion(tcp_of(socket), value, length);
  return refuse("setsockopt",
                level == IPPROTO_TCP  ? "TCP"
                : level == IPPROTO_IP ? "IP"
                                      : "IPv6",
                option);
}

/* ---- get ---- */

static void fill_info(struct stp_tcp_socket* tcp, struct tcp_info* info) {
  struct stp_tcp_end* const end = tcp->end;
  *info = (struct tcp_info){.tcpi_state = (uint8_t)stp_tcp_state(tcp), .tcpi_snd_mss = 536};
  info->tcpi_rto = 1000000;
  info->tcpi_snd_cwnd = 10;
  info->tcpi_snd_ssthresh = 0x7fffffff;
  if (tcp->listener) {
    info->tcpi_unacked = (uint32_t)tcp->listener->ready_count;
    info->tcpi_sacked = (uint32_t)tcp->listener->backlog;
    return;
  }
  if (!end || !end->path)
    return;
  stp_tcp_settle(end);
  const uint64_t mss = stp_tcp_mss(end);
  const double round_trip = stp_tcp_round_trip(end);
  info->tcpi_options = TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK | TCPI_OPT_WSCALE;
  info->tcpi_snd_wscale = info->tcpi_rcv_wscale = 7;
  info->tcpi_rto = (uint32_t)((round_trip + 0.2) * 1e6);
  info->tcpi_snd_mss = info->tcpi_rcv_mss = info->tcpi_advmss = (uint32_t)mss;
  info->tcpi_pmtu = (uint32_t)mss + 52;
  info->tcpi_unacked = (uint32_t)((end->started - end->acknowledged + mss - 1) / mss);
  info->tcpi_rtt = info->tcpi_rcv_rtt = (uint32_t)(round_trip * 1e6);
  info->tcpi_snd_cwnd = (uint32_t)(end->congestion.window / mss);
  if (end->congestion.threshold < UINT32_MAX)
    info->tcpi_snd_ssthresh = (uint32_t)(end->congestion.threshold / mss);
  info->tcpi_rcv_space = (uint32_t)end->window;
}

/* Of an established connection the segment size in use, before that the one asked for. */
static int segment_size(const struct stp_tcp_socket* tcp) {
  if (tcp->end && tcp->end->path && tcp->end->state != TCP_SYN_SENT)
    return (int)stp_tcp_mss(tcp->end);
  return tcp->options.mss ? tcp->options.mss : 536;
}

static int get_tcp(struct stp_tcp_socket* tcp, int option, void* value, socklen_t* length) {
  struct tcp_info info;
  switch (option) {
  case TCP_INFO:
    fill_info(tcp, &info);
    return stp_option_from(&info, sizeof info, value, length);
  case TCP_CONGESTION:
    return stp_option_from(tcp->options.congestion, sizeof tcp->options.congestion, value, length);
  case TCP_MAXSEG:
    return stp_option_from(&(int){segment_size(tcp)}, sizeof(int), value, length);
  default:
    return refuse("getsockopt", "TCP", option);
  }
}

static int get_ip(struct stp_tcp_socket* tcp, int option, void* value, socklen_t* length) {
  if (option == IP_MTU) {
    if (!tcp->end || !tcp->end->path || tcp->end->state == TCP_CLOSE)
      return -ENOTCONN;
    return stp_option_from(&(int){tcp->end->path->loopback ? 65536 : 1500}, sizeof(int), value,
                           length);
  }
  if (option == IP_OPTIONS) {
    *length = 0;
    return 0;
  }
  return refuse("getsockopt", "IP", option);
}

int stp_tcp_get_option(struct stp_socket* socket, int level, int option, void* value,
                       socklen_t* length) {
  struct stp_tcp_socket* const tcp = tcp_of(socket);
  if (level == SOL_SOCKET) {
    if (option == SO_TIMESTAMP || option == SO_TIMESTAMPNS)
      return stp_option_from(&(int){tcp->options.stamp == option}, sizeof(int), value, length);
    if (option != SO_ACCEPTCONN)
      return -ENOPROTOOPT;
    return stp_option_from(&(int){tcp->listener != NULL}, sizeof(int), value, length);
  }
  const struct stp_kept* const entry = find_kept(tcp, level, option);
  if (entry && (level != IPPROTO_TCP || option != TCP_MAXSEG))
    return stp_option_from(stp_kept_in(entry, &tcp->options), sizeof(int), value, length);
  if (level == IPPROTO_TCP)
    return get_tcp(tcp, option, value, length);
  if (level == IPPROTO_IP)
    return get_ip(tcp, option, value, length);
  if (level != IPPROTO_IPV6)
    return refuse("getsockopt", "level", level);
  if (socket->domain != AF_INET6)
    return -ENOPROTOOPT;
  return option == IPV6_MTU ? get_ip(tcp, IP_MTU, value, length)
                            : refuse("getsockopt", "IPv6", option);
}
