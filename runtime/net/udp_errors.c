/* What senders are told of their datagrams: pending errors, and the error queue that IP_RECVERR
 * asks for (net/ipv4/udp.c: __udp4_lib_err; ip_sockglue.c: ip_icmp_error, ip_local_error,
 * ip_recv_error; their sisters in net/ipv6; skbuff.c: sock_dequeue_err_skb). */
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <time.h>

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#include "engine/engine.h"
#include "file/bytes.h"
#include "net/tell.h"
#include "net/udp.h"
#include "process/process.h"

/* One of the queue: a datagram and what happened to it. */
struct stp_udp_report {
  struct stp_udp_report* next;
  struct sock_extended_err error;
  struct stp_datagram* datagram; /* as much as ICMP quotes of it */
};

static bool is_icmp(const struct stp_udp_report* report) {
  return report->error.ee_origin == SO_EE_ORIGIN_ICMP ||
         report->error.ee_origin == SO_EE_ORIGIN_ICMP6;
}

/* ---- the queue ---- */

/* sock_queue_err_skb. */
void stp_udp_report_put(struct stp_udp* udp, struct stp_datagram* datagram,
                        struct sock_extended_err error) {
  datagram->charge = stp_udp_charge(datagram->size, stp_address_is4(datagram->to.address), true);
  if (udp->receive_used + datagram->charge >= (unsigned)udp->socket.receive_buffer) {
    stp_free(datagram);
    return;
  }
  udp->receive_used += datagram->charge;
  struct stp_udp_report* const report = stp_alloc(sizeof *report);
  *report = (struct stp_udp_report){.error = error, .datagram = datagram};
  if (udp->reports)
    udp->last_report->next = report;
  else
    udp->reports = report;
  udp->last_report = report;
}

/* Takes the first one out; null if there is none. */
static struct stp_udp_report* take(struct stp_udp* udp) {
  struct stp_udp_report* const report = udp->reports;
  if (report) {
    udp->reports = report->next;
    udp->receive_used -= report->datagram->charge;
  }
  return report;
}

static void drop(struct stp_udp_report* report) {
  stp_free(report->datagram);
  stp_free(report);
}

void stp_udp_reports_clear(struct stp_udp* udp) {
  while (udp->reports)
    drop(take(udp));
}

/* ---- ICMP ---- */

/* What it says (icmp_err_convert, icmpv6_err_convert), and whether it is fatal. */
static struct sock_extended_err error_of(enum stp_udp_failure failure, bool v4) {
  const bool port = failure == STP_UDP_NO_PORT;
  return (struct sock_extended_err){
      .ee_errno = port ? ECONNREFUSED : EHOSTUNREACH,
      .ee_origin = v4 ? SO_EE_ORIGIN_ICMP : SO_EE_ORIGIN_ICMP6,
      .ee_type = v4 ? ICMP_DEST_UNREACH : ICMP6_DST_UNREACH,
      .ee_code = v4     ? (port ? ICMP_PORT_UNREACH : ICMP_HOST_UNREACH)
                 : port ? ICMP6_DST_UNREACH_NOPORT
                        : ICMP6_DST_UNREACH_ADDR,
  };
}

/* ICMP quotes a packet as far as it then has 576 bytes itself (RFC 1812), that of IPv6 1280 (RFC
 * 4443). */
static void cut(struct stp_datagram* datagram, bool v4) {
  const size_t most = v4 ? 576 - 20 - 8 - 28 : 1280 - 40 - 8 - 48;
  if (datagram->size > most)
    datagram->size = most;
}

struct notice {
  struct stp_host* host;
  struct stp_datagram* datagram;
  enum stp_udp_failure failure;
};

/* For the socket that would get an answer from there. */
static void tell(struct notice notice) {
  struct stp_datagram* const datagram = notice.datagram;
  const bool v4 = stp_address_is4(datagram->to.address);
  struct stp_udp* const udp = stp_udp_ports_find(notice.host, datagram->from, datagram->to);
  const bool wanted = udp && (v4 ? udp->options.receive_errors : udp->options.receive_errors6);
  const bool fatal = notice.failure == STP_UDP_NO_PORT;
  if (stp_observed() && fatal)
    stp_tell_udp_refused(datagram, NULL, notice.host,
                         notice.host->on ? STP_MESSAGE_ARRIVED : STP_MESSAGE_LOST);
  if (!notice.host->on || !udp || (!wanted && !(fatal && udp->connected))) {
    stp_free(datagram);
    return;
  }
  const struct sock_extended_err error = error_of(notice.failure, v4);
  udp->socket.error = (int)error.ee_errno;
  cut(datagram, v4);
  datagram->date = stp_engine_now();
  if (wanted)
    stp_udp_report_put(udp, datagram, error);
  else
    stp_free(datagram);
  stp_socket_notify(&udp->socket);
}

static void tell_later(void* argument) {
  tell(*(struct notice*)argument);
  stp_free(argument);
}

void stp_udp_unreachable(struct stp_host* host, struct stp_datagram* datagram,
                         enum stp_udp_failure failure, double delay) {
  const struct notice notice = {host, datagram, failure};
  /* Who tells it: the other host of its port, the own one of a neighbour that does not answer. */
  datagram->landed = failure == STP_UDP_NO_PORT ? datagram->to.address : datagram->from.address;
  if (delay <= 0) {
    tell(notice);
    return;
  }
  struct notice* const kept = stp_alloc(sizeof *kept);
  *kept = notice;
  stp_engine_timer(stp_engine_now() + delay, tell_later, kept);
}

/* ---- the host itself ---- */

void stp_udp_too_large(struct stp_udp* udp, struct stp_endpoint to, uint32_t mtu) {
  const bool v4 = stp_address_is4(to.address);
  if (!(v4 ? udp->options.receive_errors : udp->options.receive_errors6))
    return;
  if (v4) /* ip_local_error tells the port that the socket is connected to */
    to.port = udp->remote.port;
  struct stp_datagram* const datagram = stp_alloc(sizeof *datagram);
  *datagram = (struct stp_datagram){.to = to, .date = stp_engine_now()};
  stp_udp_report_put(udp, datagram,
                     (struct sock_extended_err){
                         .ee_errno = EMSGSIZE, .ee_origin = SO_EE_ORIGIN_LOCAL, .ee_info = mtu});
  stp_socket_notify(&udp->socket);
}

/* ---- reading ---- */

/* The packet that the report is about, as options of the socket would have it described: that of
 * ICMP, or the one that was sent. */
static struct stp_datagram packet_of(const struct stp_udp_report* report) {
  const struct stp_datagram* const quoted = report->datagram;
  struct stp_datagram packet = *quoted;
  if (is_icmp(report)) {
    packet.to = quoted->from;
    packet.ttl = 64;
    packet.tos = 0;
  }
  packet.landed = quoted->from.address;
  return packet;
}

/* Whether there is a packet to tell more of (ipv4_datagram_support_cmsg). */
static bool has_packet(const struct stp_udp* udp, const struct stp_udp_report* report) {
  return is_icmp(report) ||
         (report->error.ee_origin == SO_EE_ORIGIN_TIMESTAMPING &&
          udp->options.stamping & SOF_TIMESTAMPING_OPT_CMSG && report->datagram->size > 0);
}

static void tell_error(struct stp_control* control, const struct stp_udp* udp,
                       const struct stp_udp_report* report) {
  struct {
    struct sock_extended_err error;
    struct sockaddr_storage offender;
  } told = {.error = report->error};
  const bool v6 = udp->socket.domain == AF_INET6;
  const struct in6_addr offender =
      is_icmp(report) ? report->datagram->landed : report->datagram->from.address;
  socklen_t length = v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
  if (has_packet(udp, report))
    stp_endpoint_store(udp->socket.domain, (struct stp_endpoint){.address = offender},
                       &told.offender, &length);
  stp_control_put(control, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVERR : IP_RECVERR, &told,
                  offsetof(typeof(told), offender) + length);
}

/* The next one is pending now; the last takes the pending error along. */
static void update_error(struct stp_udp* udp, const struct stp_udp_report* taken) {
  if (udp->reports && is_icmp(udp->reports))
    udp->socket.error = (int)udp->reports->error.ee_errno;
  else if (is_icmp(taken))
    udp->socket.error = 0;
}

ssize_t stp_udp_receive_report(struct stp_udp* udp, struct msghdr* message) {
  struct stp_udp_report* const report = take(udp);
  if (!report) {
    message->msg_controllen = 0;
    return -EAGAIN;
  }
  update_error(udp, report);
  const bool sent = report->error.ee_origin == SO_EE_ORIGIN_TIMESTAMPING;
  const struct stp_datagram* const datagram = report->datagram;
  struct stp_cursor to = {message->msg_iov, (int)message->msg_iovlen, 0};
  const size_t copied = stp_cursor_store(&to, datagram->data, datagram->size);
  message->msg_flags = MSG_ERRQUEUE | (copied < datagram->size ? MSG_TRUNC : 0);
  if (sent)
    message->msg_namelen = 0;
  else
    stp_udp_give_name(udp, datagram->to, message);

  struct stp_control control = stp_control_begin(message);
  stp_udp_tell_date(&control, udp, datagram->date, sent);
  const struct stp_datagram packet = packet_of(report);
  if (has_packet(udp, report))
    stp_udp_tell_packet(&control, udp, &packet);
  tell_error(&control, udp, report);
  stp_control_end(&control, message);
  drop(report);
  return (ssize_t)copied;
}
