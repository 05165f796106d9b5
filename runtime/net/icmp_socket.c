/* Sockets that ping opens: SOCK_RAW and SOCK_DGRAM of IPPROTO_ICMP and IPPROTO_ICMPV6
 * (net/ipv4/raw.c, ping.c, net/ipv6/raw.c). Raw ones see every message of their host, of IPv4 with
 * its header; datagram ones the answers to what they have sent, whose number is their port. */
#include <errno.h>
#include <linux/capability.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <string.h>
#include <utlist.h>

#include "file/bytes.h"
#include "net/families.h"
#include "net/icmp_socket.h"
#include "net/path.h"
#include "net/udp.h"
#include "process/identity.h"
#include "process/process.h"
#include "time/work.h"
#include "trace/log.h"

enum { HEADER = 8 };

static struct stp_ping* pings;

/* ---- receiving ---- */

static bool filtered(const struct stp_ping* ping, uint8_t type) {
  if (stp_ping_is_v4(ping))
    return type < 32 && ping->filter >> type & 1;
  return ping->filter6[type >> 5] >> (type & 31) & 1;
}

static bool wants(const struct stp_ping* ping, const struct stp_icmp* message) {
  const bool v4 = stp_address_is4(message->to);
  const uint8_t type = message->data[0];
  if (v4 != stp_ping_is_v4(ping) || message->size < HEADER)
    return false;
  if (!stp_address_is_any(ping->local) && !stp_address_equal(ping->local, message->to))
    return false;
  if (ping->connected && !stp_address_equal(ping->remote, message->from))
    return false;
  if (stp_ping_is_raw(ping))
    return !filtered(ping, type);
  return type == (v4 ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY) &&
         memcmp(message->data + 4, &ping->number, sizeof ping->number) == 0;
}

void stp_icmp_deliver(struct stp_host* host, const struct stp_icmp* message) {
  struct stp_ping* ping;
  DL_FOREACH(pings, ping) {
    if (ping->socket.host != host || !wants(ping, message))
      continue;
    const unsigned charge = stp_udp_charge(message->size, stp_ping_is_v4(ping), true);
    if (ping->used > 0 && ping->used + charge > (unsigned)ping->socket.receive_buffer)
      continue;
    struct stp_icmp* const copy = stp_alloc(sizeof *copy + message->size);
    memcpy(copy, message, sizeof *copy + message->size);
    copy->next = NULL;
    copy->charge = charge;
    ping->used += charge;
    LL_APPEND(ping->received, copy);
    stp_socket_notify_readable(&ping->socket);
  }
}

/* The header that raw sockets of IPv4 see. */
static struct iphdr header_of(const struct stp_icmp* message) {
  struct iphdr header = {.ihl = 5,
                         .version = 4,
                         .tos = message->tos,
                         .tot_len = htons((uint16_t)(sizeof header + message->size)),
                         .ttl = message->ttl,
                         .protocol = IPPROTO_ICMP,
                         .saddr = stp_address_to4(message->from).s_addr,
                         .daddr = stp_address_to4(message->to).s_addr};
  header.check = stp_icmp_sum(&header, sizeof header, 0);
  return header;
}

static void tell(const struct stp_ping* ping, const struct stp_icmp* message,
                 struct msghdr* result) {
  struct stp_control control = stp_control_begin(result);
  const int ttl = message->ttl;
  if (ping->stamp)
    stp_control_put_stamp(&control, ping->stamp, message->date);
  if (stp_ping_is_v4(ping) && stp_ping_option(ping, IPPROTO_IP, IP_RECVTTL, 0))
    stp_control_put(&control, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl);
  if (!stp_ping_is_v4(ping) && stp_ping_option(ping, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 0))
    stp_control_put(&control, IPPROTO_IPV6, IPV6_HOPLIMIT, &ttl, sizeof ttl);
  stp_control_end(&control, result);
}

static ssize_t ping_receive(struct stp_socket* socket, struct msghdr* message, int flags) {
  struct stp_ping* const ping = stp_ping_of(socket);
  const double deadline = stp_socket_deadline(socket->receive_timeout);
  message->msg_flags = 0;
  if (flags & (MSG_OOB | MSG_ERRQUEUE)) {
    message->msg_controllen = 0;
    return flags & MSG_OOB ? -EOPNOTSUPP : -EAGAIN;
  }
  while (!ping->received) {
    const int error = socket->error ? stp_socket_take_error(socket)
                                    : stp_socket_wait(socket, POLLIN, flags, deadline);
    if (error)
      return error;
  }
  struct stp_icmp* const first = ping->received;
  const struct iphdr header = header_of(first);
  const size_t before = stp_ping_is_raw(ping) && stp_ping_is_v4(ping) ? sizeof header : 0;
  struct stp_cursor to = {message->msg_iov, (int)message->msg_iovlen, 0};
  size_t copied = stp_cursor_store(&to, &header, before);
  copied += stp_cursor_store(&to, first->data, first->size);
  const size_t whole = before + first->size;
  if (copied < whole)
    message->msg_flags |= MSG_TRUNC;
  if (message->msg_name) {
    struct sockaddr_storage name;
    socklen_t length;
    stp_endpoint_store(socket->domain, (struct stp_endpoint){first->from, 0}, &name, &length);
    memcpy(message->msg_name, &name, message->msg_namelen < length ? message->msg_namelen : length);
    message->msg_namelen = length;
  }
  tell(ping, first, message);
  if (!(flags & MSG_PEEK)) {
    LL_DELETE(ping->received, first);
    ping->used -= first->charge;
    stp_free(first);
  }
  return (ssize_t)(flags & MSG_TRUNC ? whole : copied);
}

/* ---- sending ---- */

static struct in6_addr source_of(const struct stp_ping* ping, struct in6_addr to) {
  if (!stp_address_is_any(ping->local))
    return ping->local;
  return stp_address_is_loopback(to) ? stp_address_loopback(to)
                                     : stp_address_of_host(ping->socket.host, to);
}

/* What a datagram socket may send: echo requests, with its own number. */
static int check_echo(struct stp_ping* ping, uint8_t* data, size_t size) {
  if (size < HEADER || data[1] != 0 ||
      data[0] != (stp_ping_is_v4(ping) ? ICMP_ECHO : ICMP6_ECHO_REQUEST))
    return -EINVAL;
  memcpy(data + 4, &ping->number, sizeof ping->number);
  return 0;
}

static int target_of(const struct stp_ping* ping, const struct msghdr* message,
                     struct in6_addr* to) {
  struct stp_endpoint endpoint = {ping->remote, 0};
  if (!message->msg_name || message->msg_namelen == 0) {
    *to = ping->remote;
    return ping->connected ? 0 : -EDESTADDRREQ;
  }
  const int error =
      stp_endpoint_of(ping->socket.domain, message->msg_name, message->msg_namelen, &endpoint);
  *to = endpoint.address;
  if (error)
    return error;
  if (stp_address_is_any(*to))
    *to = stp_address_loopback(*to);
  if (!stp_address_is_group(*to))
    return 0;
  stp_refuse("send", "ICMP to a group");
  return -ENETUNREACH;
}

static ssize_t ping_send(struct stp_socket* socket, const struct msghdr* message, int flags) {
  struct stp_ping* const ping = stp_ping_of(socket);
  const struct stp_cursor all = {message->msg_iov, (int)message->msg_iovlen, 0};
  const size_t size = stp_cursor_left(&all);
  struct in6_addr to;
  stp_work_flush();
  if (flags & MSG_OOB)
    return -EOPNOTSUPP;
  if (size > STP_UDP_MAX4 + HEADER)
    return -EMSGSIZE;
  int error = target_of(ping, message, &to);
  if (error)
    return error;
  struct stp_icmp* const made = stp_alloc(sizeof *made + size);
  struct stp_cursor from = all;
  stp_cursor_load(&from, made->data, size);
  made->size = size;
  made->to = to;
  made->from = source_of(ping, to);
  made->ttl =
      (uint8_t)(stp_ping_is_v4(ping) ? stp_ping_option(ping, IPPROTO_IP, IP_TTL, 64)
                                     : stp_ping_option(ping, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 64));
  made->tos = (uint8_t)stp_ping_option(ping, IPPROTO_IP, IP_TOS, 0);
  error = stp_ping_is_raw(ping) ? 0 : check_echo(ping, made->data, size);
  if (!error)
    stp_icmp_send(socket->host, made);
  stp_free(made);
  return error ? error : (ssize_t)size;
}

/* ---- names ---- */

static int ping_bind(struct stp_socket* socket, const struct sockaddr* address, socklen_t length) {
  struct stp_ping* const ping = stp_ping_of(socket);
  struct stp_endpoint local;
  const int error = stp_endpoint_to_bind(socket->domain, true, address, length, &local);
  if (error)
    return error;
  if (!stp_address_is_any(local.address) && !stp_address_is_local(socket->host, local.address))
    return -EADDRNOTAVAIL;
  ping->local = local.address;
  if (!stp_ping_is_raw(ping) && local.port)
    ping->number = local.port;
  return 0;
}

static int ping_connect(struct stp_socket* socket, const struct sockaddr* address,
                        socklen_t length) {
  struct stp_ping* const ping = stp_ping_of(socket);
  struct stp_endpoint remote;
  if (length < sizeof address->sa_family)
    return -EINVAL;
  ping->connected = false;
  if (address->sa_family == AF_UNSPEC)
    return 0;
  const int error = stp_endpoint_of(socket->domain, address, length, &remote);
  if (error)
    return error;
  ping->remote = remote.address;
  ping->connected = true;
  ping->local = source_of(ping, remote.address);
  return 0;
}

static int ping_local_name(struct stp_socket* socket, struct sockaddr_storage* name,
                           socklen_t* length) {
  const struct stp_ping* const ping = stp_ping_of(socket);
  const in_port_t port = stp_ping_is_raw(ping) ? htons((uint16_t)socket->protocol) : ping->number;
  stp_endpoint_store(socket->domain, (struct stp_endpoint){ping->local, port}, name, length);
  return 0;
}

static int ping_peer_name(struct stp_socket* socket, struct sockaddr_storage* name,
                          socklen_t* length) {
  const struct stp_ping* const ping = stp_ping_of(socket);
  if (!ping->connected)
    return -ENOTCONN;
  stp_endpoint_store(socket->domain, (struct stp_endpoint){ping->remote, 0}, name, length);
  return 0;
}

/* ---- the rest ---- */

static int ping_shutdown(struct stp_socket* socket, int how) {
  (void)how;
  return stp_ping_of(socket)->connected ? 0 : -ENOTCONN;
}

static unsigned ping_poll(struct stp_socket* socket) {
  return POLLOUT | POLLWRNORM | (stp_ping_of(socket)->received ? POLLIN | POLLRDNORM : 0) |
         (socket->error ? POLLERR : 0);
}

static long ping_unread(struct stp_socket* socket) {
  const struct stp_ping* const ping = stp_ping_of(socket);
  const size_t before = stp_ping_is_raw(ping) && stp_ping_is_v4(ping) ? sizeof(struct iphdr) : 0;
  return ping->received ? (long)(before + ping->received->size) : 0;
}

static long ping_unsent(struct stp_socket* socket) {
  (void)socket;
  return 0;
}

static void ping_close(struct stp_socket* socket) {
  struct stp_ping* const ping = stp_ping_of(socket);
  DL_DELETE(pings, ping);
  while (ping->received) {
    struct stp_icmp* const first = ping->received;
    ping->received = first->next;
    stp_free(first);
  }
  stp_free(ping);
}

static const struct stp_socket_ops ping_ops = {
    .bind = ping_bind,
    .connect = ping_connect,
    .send = ping_send,
    .receive = ping_receive,
    .shutdown = ping_shutdown,
    .local_name = ping_local_name,
    .peer_name = ping_peer_name,
    .get_option = stp_ping_get_option,
    .set_option = stp_ping_set_option,
    .poll = ping_poll,
    .unread = ping_unread,
    .unsent = ping_unsent,
    .close = ping_close,
};

int stp_ping_create(int domain, int type, struct stp_socket** socket) {
  static uint16_t last_number;
  if (type == SOCK_RAW && !stp_capable(CAP_NET_RAW))
    return -EPERM;
  struct stp_ping* const ping = stp_alloc(sizeof *ping);
  stp_socket_init(&ping->socket, &ping_ops, domain, type,
                  domain == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
  ping->socket.receive_buffer = ping->socket.send_buffer = STP_UDP_BUFFER;
  ping->local = stp_address_any(domain);
  ping->number = htons(++last_number);
  DL_APPEND(pings, ping);
  *socket = &ping->socket;
  return 0;
}
