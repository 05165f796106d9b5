/* sys/socket.h: sockets of all families (net/socket.h). */
#include "net/socket.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "calls/adapter.h"
#include "file/fdtable.h"
#include "process/signals.h"
#include "time/clock.h"

/* ---- what every call does ---- */

/* The socket that the hold is on, or null with the error. */
static struct stp_socket* socket_in(const struct stp_hold* hold, long* error) {
  struct stp_socket* const socket = stp_socket_of(hold->file);
  *error = socket ? 0 : hold->file ? -ENOTSOCK : -EBADF;
  return socket;
}

/* A name as the kernel gives it: as much as there is room for, and its full length. */
static long give_name(const struct sockaddr_storage* name, socklen_t length, void* to,
                      socklen_t* room) {
  if (!room)
    return -EFAULT;
  if ((int)*room < 0)
    return -EINVAL;
  memcpy(to, name, *room < length ? *room : length);
  *room = length;
  return 0;
}

/* Hands a new socket to the calling process. */
static long install(struct stp_socket* socket, int flags) {
  if (flags & SOCK_NONBLOCK)
    socket->file.flags |= O_NONBLOCK;
  return stp_fd_install(&socket->file, 0, flags & SOCK_CLOEXEC);
}

/* ---- making and naming ---- */

int simterpose_socket(int domain, int type, int protocol) {
  STP_CALL();
  struct stp_socket* socket;
  const int flags = type & (SOCK_NONBLOCK | SOCK_CLOEXEC);
  const int error = stp_socket_create(domain, type & ~flags, protocol, &socket);
  return (int)stp_return(error ? error : install(socket, flags));
}

int simterpose_socketpair(int domain, int type, int protocol, int fds[2]) {
  STP_CALL();
  struct stp_socket* pair[2];
  const int flags = type & (SOCK_NONBLOCK | SOCK_CLOEXEC);
  const int error = stp_socket_create_pair(domain, type & ~flags, protocol, pair);
  if (error)
    return (int)stp_return(error);
  const long first = install(pair[0], flags), second = install(pair[1], flags);
  if (first < 0 || second < 0) {
    if (first >= 0)
      stp_fd_close((int)first);
    return (int)stp_return(first < 0 ? first : second);
  }
  fds[0] = (int)first;
  fds[1] = (int)second;
  return 0;
}

int simterpose_bind(int fd, __CONST_SOCKADDR_ARG address, socklen_t length) {
  STP_CALL();
  STP_HOLD hold = stp_fd_hold(fd);
  long result;
  struct stp_socket* const socket = socket_in(&hold, &result);
  if (socket && length > sizeof(struct sockaddr_storage))
    result = -EINVAL;
  else if (socket)
    result =
        socket->ops->bind ? socket->ops->bind(socket, address.__sockaddr__, length) : -EOPNOTSUPP;
  return (int)stp_return(result);
}

/* getsockname and getpeername: the name of one end. */
static int name_of(int fd, bool peer, struct sockaddr* address, socklen_t* length) {
  STP_HOLD hold = stp_fd_hold(fd);
  long result;
  struct stp_socket* const socket = socket_in(&hold, &result);
  struct sockaddr_storage name;
  socklen_t name_length;
  if (socket)
    result = (peer ? socket->ops->peer_name : socket->ops->local_name)(socket, &name, &name_length);
  if (result == 0)
    result = give_name(&name, name_length, address, length);
  return (int)stp_return(result);
}

int simterpose_getsockname(int fd, __SOCKADDR_ARG address, socklen_t* restrict length) {
  STP_CALL();
  return name_of(fd, false, address.__sockaddr__, length);
}

int simterpose_getpeername(int fd, __SOCKADDR_ARG address, socklen_t* restrict length) {
  STP_CALL();
  return name_of(fd, true, address.__sockaddr__, length);
}

/* ---- connecting ---- */

int simterpose_listen(int fd, int backlog) {
  STP_CALL();
  STP_HOLD hold = stp_fd_hold(fd);
  long result;
  struct stp_socket* const socket = socket_in(&hold, &result);
  if (socket)
    result = socket->ops->listen ? socket->ops->listen(socket, backlog) : -EOPNOTSUPP;
  return (int)stp_return(result);
}

/* Whether the process could open one more descriptor: accept asks before it takes a connection. */
static bool has_free_descriptor(struct stp_file* file) {
  const int fd = stp_fd_install(stp_file_ref(file), 0, true);
  if (fd >= 0)
    stp_fd_close(fd);
  return fd >= 0;
}

static long accept_on(int fd, struct sockaddr* address, socklen_t* length, int flags) {
  STP_HOLD hold = stp_fd_hold(fd);
  long error;
  struct stp_socket *const socket = socket_in(&hold, &error), *accepted;
  if (!socket)
    return error;
  if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
    return -EINVAL;
  if (!socket->ops->accept)
    return -EOPNOTSUPP;
  if (!has_free_descriptor(hold.file))
    return -EMFILE;
  struct sockaddr_storage name;
  socklen_t name_length;
  error = socket->ops->accept(socket, &accepted, &name, &name_length);
  if (error)
    return error;
  error = address ? give_name(&name, name_length, address, length) : 0;
  if (error) {
    stp_file_unref(&accepted->file);
    return error;
  }
  return install(accepted, flags);
}

int simterpose_accept4(int fd, __SOCKADDR_ARG address, socklen_t* restrict length, int flags) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return (int)stp_return(accept_on(fd, address.__sockaddr__, length, flags));
}

int simterpose_accept(int fd, __SOCKADDR_ARG address, socklen_t* restrict length) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return (int)stp_return(accept_on(fd, address.__sockaddr__, length, 0));
}

int simterpose_connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t length) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  STP_HOLD hold = stp_fd_hold(fd);
  long result;
  struct stp_socket* const socket = socket_in(&hold, &result);
  if (socket && length > sizeof(struct sockaddr_storage))
    result = -EINVAL;
  else if (socket)
    result = socket->ops->connect ? socket->ops->connect(socket, address.__sockaddr__, length)
                                  : -EOPNOTSUPP;
  return (int)stp_return(result);
}

int simterpose_shutdown(int fd, int how) {
  STP_CALL();
  STP_HOLD hold = stp_fd_hold(fd);
  long result;
  struct stp_socket* const socket = socket_in(&hold, &result);
  if (socket && (how < SHUT_RD || how > SHUT_RDWR))
    result = -EINVAL;
  else if (socket)
    result = socket->ops->shutdown ? socket->ops->shutdown(socket, how) : -EOPNOTSUPP;
  return (int)stp_return(result);
}

/* ---- sending ---- */

static long send_message(int fd, const struct msghdr* message, int flags) {
  STP_HOLD hold = stp_fd_hold(fd);
  long result;
  struct stp_socket* const socket = socket_in(&hold, &result);
  if (!socket)
    return result;
  if (message->msg_iovlen > IOV_MAX)
    return -EMSGSIZE;
  result = socket->ops->send(socket, message, flags);
  if (result == -EPIPE && socket->type == SOCK_STREAM && !(flags & MSG_NOSIGNAL))
    stp_signal_raise(SIGPIPE);
  return result;
}

static long send_to(int fd, const void* buffer, size_t size, int flags,
                    const struct sockaddr* address, socklen_t length) {
  struct iovec vector = {(void*)buffer, size};
  const struct msghdr message = {.msg_name = (void*)address,
                                 .msg_namelen = address ? length : 0,
                                 .msg_iov = &vector,
                                 .msg_iovlen = 1};
  return send_message(fd, &message, flags);
}

ssize_t simterpose_send(int fd, const void* buffer, size_t size, int flags) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return stp_return(send_to(fd, buffer, size, flags, NULL, 0));
}

ssize_t simterpose_sendto(int fd, const void* buffer, size_t size, int flags,
                          __CONST_SOCKADDR_ARG address, socklen_t length) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return stp_return(send_to(fd, buffer, size, flags, address.__sockaddr__, length));
}

ssize_t simterpose_sendmsg(int fd, const struct msghdr* message, int flags) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return stp_return(send_message(fd, message, flags));
}

int simterpose_sendmmsg(int fd, struct mmsghdr* messages, unsigned count, int flags) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  if (count > IOV_MAX)
    count = IOV_MAX;
  unsigned done = 0;
  long result = 0;
  for (; done < count; done++) {
    result = send_message(fd, &messages[done].msg_hdr, flags);
    if (result < 0)
      break;
    messages[done].msg_len = (unsigned)result;
  }
  return (int)stp_return(done > 0 || result >= 0 ? (long)done : result);
}

/* ---- receiving ---- */

static long receive_message(int fd, struct msghdr* message, int flags) {
  STP_HOLD hold = stp_fd_hold(fd);
  long result;
  struct stp_socket* const socket = socket_in(&hold, &result);
  if (!socket)
    return result;
  if (message->msg_iovlen > IOV_MAX)
    return -EMSGSIZE;
  return socket->ops->receive(socket, message, flags);
}

static long receive_from(int fd, void* buffer, size_t size, int flags, struct sockaddr* address,
                         socklen_t* length) {
  struct iovec vector = {buffer, size};
  struct sockaddr_storage name;
  struct msghdr message = {
      .msg_name = &name, .msg_namelen = sizeof name, .msg_iov = &vector, .msg_iovlen = 1};
  const long received = receive_message(fd, &message, flags);
  if (received < 0 || !address)
    return received;
  const long error = give_name(&name, message.msg_namelen, address, length);
  return error ? error : received;
}

ssize_t simterpose_recv(int fd, void* buffer, size_t size, int flags) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return stp_return(receive_from(fd, buffer, size, flags, NULL, NULL));
}

ssize_t simterpose_recvfrom(int fd, void* restrict buffer, size_t size, int flags,
                            __SOCKADDR_ARG address, socklen_t* restrict length) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return stp_return(receive_from(fd, buffer, size, flags, address.__sockaddr__, length));
}

ssize_t simterpose_recvmsg(int fd, struct msghdr* message, int flags) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return stp_return(receive_message(fd, message, flags));
}

/* As Linux does, looks at the timeout only after a message has come. */
int simterpose_recvmmsg(int fd, struct mmsghdr* messages, unsigned count, int flags,
                        struct timespec* timeout) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  if (timeout && (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= 1000000000))
    return (int)stp_return(-EINVAL);
  const double deadline = timeout ? stp_now() + stp_timespec_to_delay(timeout) : 0;
  if (count > IOV_MAX)
    count = IOV_MAX;
  unsigned done = 0;
  long result = 0;
  while (done < count) {
    result = receive_message(fd, &messages[done].msg_hdr, flags & ~MSG_WAITFORONE);
    if (result < 0)
      break;
    messages[done++].msg_len = (unsigned)result;
    if (flags & MSG_WAITFORONE)
      flags |= MSG_DONTWAIT;
    if (timeout && stp_now() >= deadline)
      break;
  }
  return (int)stp_return(done > 0 || result >= 0 ? (long)done : result);
}

/* ---- fortified forms ---- */

ssize_t simterpose___recv_chk(int fd, void* buffer, size_t size, size_t room, int flags) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  if (size > room)
    simterpose___chk_fail();
  return stp_return(receive_from(fd, buffer, size, flags, NULL, NULL));
}

ssize_t simterpose___recvfrom_chk(int fd, void* restrict buffer, size_t size, size_t room,
                                  int flags, __SOCKADDR_ARG address, socklen_t* restrict length) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  if (size > room)
    simterpose___chk_fail();
  return stp_return(receive_from(fd, buffer, size, flags, address.__sockaddr__, length));
}

/* ---- options ---- */

int simterpose_getsockopt(int fd, int level, int option, void* restrict value,
                          socklen_t* restrict length) {
  STP_CALL();
  STP_HOLD hold = stp_fd_hold(fd);
  long result;
  struct stp_socket* const socket = socket_in(&hold, &result);
  if (socket && (!length || (!value && *length > 0)))
    result = -EFAULT;
  else if (socket)
    result = stp_socket_get_option(socket, level, option, value, length);
  return (int)stp_return(result);
}

int simterpose_setsockopt(int fd, int level, int option, const void* value, socklen_t length) {
  STP_CALL();
  STP_HOLD hold = stp_fd_hold(fd);
  long result;
  struct stp_socket* const socket = socket_in(&hold, &result);
  if (socket && !value && length > 0)
    result = -EFAULT;
  else if (socket)
    result = stp_socket_set_option(socket, level, option, value, length);
  return (int)stp_return(result);
}

/* ioctl(SIOCATMARK). */
int simterpose_sockatmark(int fd) {
  STP_CALL();
  STP_HOLD hold = stp_fd_hold(fd);
  struct stp_socket* const socket = stp_socket_of(hold.file);
  if (!socket || !socket->ops->at_mark)
    return (int)stp_return(hold.file ? -ENOTTY : -EBADF);
  return socket->ops->at_mark(socket);
}

/* Leaves errno alone, as glibc's does. */
int simterpose_isfdtype(int fd, int type) {
  STP_CALL();
  struct stat status;
  struct stp_file* const file = stp_fd_get(fd);
  if (!file || stp_file_stat(file, &status) != 0)
    return -1;
  return (status.st_mode & S_IFMT) == (mode_t)type;
}
