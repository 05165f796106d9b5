/* Route sockets (netlink(7)). Nothing that they could tell of changes: groups may be joined, and
 * are silent. */
#include "net/netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <string.h>
#include <utlist.h>

#include "file/bytes.h"
#include "net/families.h"
#include "net/socket.h"
#include "process/process.h"
#include "trace/log.h"

enum { BUFFER = 212992 /* net.core.rmem_default */ };

struct netlink {
  struct stp_socket socket;
  uint32_t port, groups;
  struct stp_netlink_answer* answers;
};

static struct netlink* netlink_of(struct stp_socket* socket) { return (struct netlink*)socket; }

static void answer_request(struct netlink* netlink, const struct nlmsghdr* request) {
  struct stp_netlink_answer* const answer =
      stp_netlink_serve(request, netlink->socket.host, netlink->port);
  if (!answer)
    return;
  LL_APPEND(netlink->answers, answer);
  stp_socket_notify_readable(&netlink->socket);
}

static int netlink_bind(struct stp_socket* socket, const struct sockaddr* address,
                        socklen_t length) {
  struct sockaddr_nl name;
  if (length < sizeof name)
    return -EINVAL;
  memcpy(&name, address, sizeof name);
  if (name.nl_family != AF_NETLINK)
    return -EINVAL;
  struct netlink* const netlink = netlink_of(socket);
  if (netlink->port && name.nl_pid && name.nl_pid != netlink->port)
    return -EINVAL;
  if (!netlink->port)
    netlink->port = name.nl_pid ? name.nl_pid : (uint32_t)stp_me->pid;
  netlink->groups = name.nl_groups;
  return 0;
}

static int netlink_connect(struct stp_socket* socket, const struct sockaddr* address,
                           socklen_t length) {
  (void)socket;
  return length < sizeof(struct sockaddr_nl) || address->sa_family != AF_NETLINK ? -EINVAL : 0;
}

static ssize_t netlink_send(struct stp_socket* socket, const struct msghdr* message, int flags) {
  struct netlink* const netlink = netlink_of(socket);
  const struct stp_cursor all = {message->msg_iov, (int)message->msg_iovlen, 0};
  const size_t size = stp_cursor_left(&all);
  if (flags & MSG_OOB)
    return -EOPNOTSUPP;
  if (size > STP_NETLINK_ROOM)
    return -EMSGSIZE;
  if (!netlink->port)
    netlink->port = (uint32_t)stp_me->pid;
  _Alignas(NLMSG_ALIGNTO) char request[STP_NETLINK_ROOM];
  struct stp_cursor from = all;
  stp_cursor_load(&from, request, size);
  int left = (int)size;
  for (const struct nlmsghdr* one = (struct nlmsghdr*)request; NLMSG_OK(one, (unsigned)left);
       one = NLMSG_NEXT(one, left))
    if (one->nlmsg_flags & NLM_F_REQUEST)
      answer_request(netlink, one);
  return (ssize_t)size;
}

static ssize_t netlink_receive(struct stp_socket* socket, struct msghdr* message, int flags) {
  struct netlink* const netlink = netlink_of(socket);
  const double deadline = stp_socket_deadline(socket->receive_timeout);
  message->msg_controllen = 0;
  message->msg_flags = 0;
  while (!netlink->answers) {
    const int error = stp_socket_wait(socket, POLLIN, flags, deadline);
    if (error)
      return error;
  }
  struct stp_netlink_answer* const first = netlink->answers;
  const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  struct stp_cursor to = {message->msg_iov, (int)message->msg_iovlen, 0};
  const size_t copied = stp_cursor_store(&to, first->data, first->size);
  const ssize_t result = (ssize_t)(flags & MSG_TRUNC ? first->size : copied);
  if (copied < first->size)
    message->msg_flags |= MSG_TRUNC;
  if (message->msg_name) {
    memcpy(message->msg_name, &kernel,
           message->msg_namelen < sizeof kernel ? message->msg_namelen : sizeof kernel);
    message->msg_namelen = sizeof kernel;
  }
  if (!(flags & MSG_PEEK)) {
    LL_DELETE(netlink->answers, first);
    stp_free(first);
  }
  return result;
}

static int store_name(uint32_t port, uint32_t groups, struct sockaddr_storage* name,
                      socklen_t* length) {
  const struct sockaddr_nl own = {.nl_family = AF_NETLINK, .nl_pid = port, .nl_groups = groups};
  memcpy(name, &own, *length = sizeof own);
  return 0;
}

static int netlink_local_name(struct stp_socket* socket, struct sockaddr_storage* name,
                              socklen_t* length) {
  return store_name(netlink_of(socket)->port, netlink_of(socket)->groups, name, length);
}

static int netlink_peer_name(struct stp_socket* socket, struct sockaddr_storage* name,
                             socklen_t* length) {
  (void)socket;
  return store_name(0, 0, name, length);
}

/* Groups and details of errors: accepted, since nothing is told of them. */
static int netlink_set_option(struct stp_socket* socket, int level, int option, const void* value,
                              socklen_t length) {
  (void)socket, (void)option;
  int number;
  return level == SOL_NETLINK ? stp_option_to_int(value, length, &number) : -ENOPROTOOPT;
}

static int netlink_shutdown(struct stp_socket* socket, int how) {
  (void)socket, (void)how;
  return -EOPNOTSUPP;
}

static unsigned netlink_poll(struct stp_socket* socket) {
  return POLLOUT | POLLWRNORM | (netlink_of(socket)->answers ? POLLIN | POLLRDNORM : 0);
}

static long netlink_unread(struct stp_socket* socket) {
  const struct stp_netlink_answer* const first = netlink_of(socket)->answers;
  return first ? (long)first->size : 0;
}

static long netlink_unsent(struct stp_socket* socket) {
  (void)socket;
  return 0;
}

static void netlink_close(struct stp_socket* socket) {
  struct netlink* const netlink = netlink_of(socket);
  while (netlink->answers) {
    struct stp_netlink_answer* const first = netlink->answers;
    netlink->answers = first->next;
    stp_free(first);
  }
  stp_free(netlink);
}

static const struct stp_socket_ops netlink_ops = {
    .bind = netlink_bind,
    .connect = netlink_connect,
    .send = netlink_send,
    .receive = netlink_receive,
    .shutdown = netlink_shutdown,
    .local_name = netlink_local_name,
    .peer_name = netlink_peer_name,
    .set_option = netlink_set_option,
    .poll = netlink_poll,
    .unread = netlink_unread,
    .unsent = netlink_unsent,
    .close = netlink_close,
};

int stp_netlink_create(int type, int protocol, struct stp_socket** socket) {
  if (type != SOCK_RAW && type != SOCK_DGRAM)
    return -ESOCKTNOSUPPORT;
  if (protocol != NETLINK_ROUTE) {
    stp_refuse("socket", "a protocol of AF_NETLINK");
    return -EPROTONOSUPPORT;
  }
  struct netlink* const netlink = stp_alloc(sizeof *netlink);
  stp_socket_init(&netlink->socket, &netlink_ops, AF_NETLINK, type, protocol);
  netlink->socket.receive_buffer = netlink->socket.send_buffer = BUFFER;
  *socket = &netlink->socket;
  return 0;
}
