/* Sockets as open file descriptions, and what all families share. */
#include "net/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <math.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "file/bytes.h"
#include "file/owner.h"
#include "net/families.h"
#include "net/interfaces.h"
#include "process/process.h"
#include "process/signals.h"
#include "time/clock.h"
#include "time/spin.h"
#include "trace/log.h"

/* ---- as a file ---- */

static struct stp_socket* socket_at(struct stp_file* file) { return (struct stp_socket*)file; }

static ssize_t socket_read(struct stp_file* file, const struct iovec* vectors, int count,
                           off_t offset) {
  if (offset != -1)
    return -ESPIPE;
  struct msghdr message = {.msg_iov = (struct iovec*)vectors, .msg_iovlen = (size_t)count};
  const struct stp_cursor all = {vectors, count, 0};
  if (stp_cursor_left(&all) == 0)
    return 0; /* unlike recv, which waits */
  return socket_at(file)->ops->receive(socket_at(file), &message, 0);
}

static ssize_t socket_write(struct stp_file* file, const struct iovec* vectors, int count,
                            off_t offset) {
  if (offset != -1)
    return -ESPIPE;
  const struct msghdr message = {.msg_iov = (struct iovec*)vectors, .msg_iovlen = (size_t)count};
  const ssize_t sent = socket_at(file)->ops->send(socket_at(file), &message, 0);
  if (sent == -EPIPE && socket_at(file)->type == SOCK_STREAM)
    stp_signal_raise(SIGPIPE);
  return sent;
}

static unsigned socket_poll(struct stp_file* file) {
  return socket_at(file)->ops->poll(socket_at(file));
}

static int socket_ioctl(struct stp_file* file, unsigned long request, void* argument) {
  struct stp_socket* const socket = socket_at(file);
  long bytes;
  switch (request) {
  case FIOSETOWN:
  case SIOCSPGRP:
    return stp_owner_set_id(file, *(int*)argument);
  case FIOGETOWN:
  case SIOCGPGRP:
    *(int*)argument = stp_owner_id(file);
    return 0;
  case SIOCATMARK:
    if (!socket->ops->at_mark)
      return -ENOTTY;
    bytes = socket->ops->at_mark(socket);
    break;
  case FIONREAD:
    bytes = socket->ops->unread(socket);
    break;
  case SIOCOUTQ:
    bytes = socket->ops->unsent(socket);
    break;
  default:
    return stp_interface_ioctl(socket->host, request, argument);
  }
  if (bytes < 0)
    return (int)bytes;
  *(int*)argument = (int)bytes;
  return 0;
}

static int socket_stat(struct stp_file* file, struct stat* result) {
  *result = (struct stat){.st_dev = 8, /* sockfs */
                          .st_ino = socket_at(file)->number,
                          .st_mode = S_IFSOCK | 0777,
                          .st_nlink = 1,
                          .st_blksize = 4096};
  return 0;
}

static void socket_close(struct stp_file* file) { socket_at(file)->ops->close(socket_at(file)); }

static const struct stp_file_ops file_ops = {
    .kind = "socket",
    .async = true,
    .read = socket_read,
    .write = socket_write,
    .poll = socket_poll,
    .ioctl = socket_ioctl,
    .stat = socket_stat,
    .close = socket_close,
};

struct stp_socket* stp_socket_of(struct stp_file* file) {
  return file && file->ops == &file_ops ? socket_at(file) : NULL;
}

/* ---- common state ---- */

void stp_socket_init(struct stp_socket* socket, const struct stp_socket_ops* ops, int domain,
                     int type, int protocol) {
  static ino_t last_number = 10000;
  stp_file_init(&socket->file, &file_ops, O_RDWR);
  socket->ops = ops;
  socket->host = stp_self ? stp_me->host : NULL;
  socket->domain = domain;
  socket->type = type;
  socket->protocol = protocol;
  socket->low_water = 1;
  socket->number = ++last_number;
}

void stp_socket_inherit(struct stp_socket* socket, const struct stp_socket* listening) {
  socket->host = listening->host;
  socket->flags = listening->flags;
  socket->receive_timeout = listening->receive_timeout;
  socket->send_timeout = listening->send_timeout;
  socket->linger = listening->linger;
  socket->low_water = listening->low_water;
  socket->priority = listening->priority;
  socket->mark = listening->mark;
  socket->device = listening->device;
  if (listening->receive_buffer_fixed) {
    socket->receive_buffer = listening->receive_buffer;
    socket->receive_buffer_fixed = true;
  }
  if (listening->send_buffer_fixed) {
    socket->send_buffer = listening->send_buffer;
    socket->send_buffer_fixed = true;
  }
}

bool stp_socket_nonblocking(const struct stp_socket* socket, int flags) {
  return flags & MSG_DONTWAIT || stp_file_nonblocking(&socket->file);
}

/* Calls with a timeout are not restarted after signals (signal(7)). */
double stp_socket_deadline(double timeout) {
  if (timeout <= 0)
    return INFINITY;
  stp_self->interruption = STP_INTERRUPTED;
  return stp_now() + timeout;
}

int stp_socket_take_error(struct stp_socket* socket) {
  const int error = socket->error;
  socket->error = 0;
  return -error;
}

int stp_socket_wait(struct stp_socket* socket, unsigned events, int flags, double deadline) {
  if (stp_socket_nonblocking(socket, flags)) {
    stp_spin_check();
    return -EAGAIN;
  }
  const int result = stp_wait_for(&socket->file.changed, events, deadline);
  return result == -ETIMEDOUT ? -EAGAIN : result;
}

void stp_socket_notify_readable(struct stp_socket* socket) {
  stp_file_notify_for(&socket->file, POLLIN | POLLRDNORM);
}

void stp_socket_notify_writable(struct stp_socket* socket) {
  stp_file_notify_for(&socket->file, POLLOUT | POLLWRNORM);
}

void stp_socket_notify(struct stp_socket* socket) { stp_file_notify(&socket->file); }

/* ---- families ---- */

static int create_inet(int domain, int type, int protocol, struct stp_socket** socket) {
  const bool pings = protocol == (domain == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
  if (pings && (type == SOCK_DGRAM || type == SOCK_RAW))
    return stp_ping_create(domain, type, socket);
  if (type == SOCK_RAW && protocol == 0)
    return -EPROTONOSUPPORT;
  if (type != SOCK_STREAM && type != SOCK_DGRAM) {
    stp_refuse("socket", "a type of the Internet");
    return -ESOCKTNOSUPPORT;
  }
  if (protocol != 0 && protocol != (type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP))
    return -EPROTONOSUPPORT;
  *socket = type == SOCK_STREAM ? stp_tcp_create(domain) : stp_udp_create(domain);
  return 0;
}

/* 0 or -errno. As Linux does, makes a datagram socket of one that asks for SOCK_RAW. */
static int check_unix(int* type, int protocol) {
  if (protocol != 0 && protocol != PF_UNIX)
    return -EPROTONOSUPPORT;
  if (*type == SOCK_RAW)
    *type = SOCK_DGRAM;
  return *type == SOCK_STREAM || *type == SOCK_DGRAM || *type == SOCK_SEQPACKET ? 0
                                                                                : -ESOCKTNOSUPPORT;
}

static int create_unix(int type, int protocol, struct stp_socket** socket) {
  const int error = check_unix(&type, protocol);
  if (!error)
    *socket = stp_unix_create(type);
  return error;
}

int stp_socket_create_pair(int domain, int type, int protocol, struct stp_socket* pair[2]) {
  if (domain != AF_UNIX) {
    const int error = stp_socket_create(domain, type, protocol, pair);
    if (error)
      return error;
    stp_file_unref(&pair[0]->file);
    return -EOPNOTSUPP;
  }
  const int error = check_unix(&type, protocol);
  if (!error)
    stp_unix_create_pair(type, pair);
  return error;
}

int stp_socket_create(int domain, int type, int protocol, struct stp_socket** socket) {
  if (type < 0 || type > SOCK_PACKET)
    return -EINVAL;
  switch (domain) {
  case AF_INET:
  case AF_INET6:
    return create_inet(domain, type, protocol, socket);
  case AF_UNIX:
    return create_unix(type, protocol, socket);
  case AF_UNSPEC:
    return -EAFNOSUPPORT;
  case AF_NETLINK:
    return stp_netlink_create(type, protocol, socket);
  default:
    stp_refuse("socket", "an address family");
    return -EAFNOSUPPORT;
  }
}
