/* Options of SOL_SOCKET, which all families share (net/core/sock.c). */
#include <errno.h>
#include <math.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "net/interfaces.h"
#include "net/socket.h"
#include "trace/log.h"

/* net.core.rmem_max and wmem_max, SOCK_MIN_RCVBUF and SOCK_MIN_SNDBUF. */
enum { BUFFER_MAX = 212992, RECEIVE_MIN = 2304, SEND_MIN = 4608 };

int stp_option_to_int(const void* value, socklen_t length, int* result) {
  if (length < sizeof *result)
    return -EINVAL;
  memcpy(result, value, sizeof *result);
  return 0;
}

int stp_option_from(const void* from, socklen_t size, void* value, socklen_t* length) {
  if ((int)*length < 0)
    return -EINVAL;
  if (*length > size)
    *length = size;
  memcpy(value, from, *length);
  return 0;
}

static int unknown(const char* call, int option) {
  char what[32];
  snprintf(what, sizeof what, "SOL_SOCKET option %d", option);
  stp_refuse(call, what);
  return -ENOPROTOOPT;
}

/* ---- timeouts ---- */

static int set_timeout(double* timeout, const void* value, socklen_t length) {
  struct timeval time;
  if (length < sizeof time)
    return -EINVAL;
  memcpy(&time, value, sizeof time);
  if (time.tv_usec < 0 || time.tv_usec >= 1000000)
    return -EDOM;
  /* A negative time is one that has passed: the next wait does not wait. */
  *timeout = time.tv_sec < 0 ? 1e-9 : (double)time.tv_sec + (double)time.tv_usec * 1e-6;
  return 0;
}

static int get_timeout(double timeout, void* value, socklen_t* length) {
  const long microseconds = lround(timeout * 1e6);
  const struct timeval time = {microseconds / 1000000, microseconds % 1000000};
  return stp_option_from(&time, sizeof time, value, length);
}

/* ---- buffers ---- */

/* Linux doubles what is asked for, to have room for its own book-keeping. */
static int buffer_size(int asked, int minimum, bool force) {
  if (!force && (asked > BUFFER_MAX || asked < 0))
    asked = BUFFER_MAX;
  if (asked < 0)
    asked = 0;
  if (asked > INT32_MAX / 2)
    asked = INT32_MAX / 2;
  return 2 * asked > minimum ? 2 * asked : minimum;
}

static void buffers_changed(struct stp_socket* socket) {
  if (socket->ops->buffers_changed)
    socket->ops->buffers_changed(socket);
}

/* ---- interfaces ---- */

/* By name or, for SO_BINDTOIFINDEX, by number. There is one way to each host, so that nothing
 * depends on it. */
static int set_device(struct stp_socket* socket, const void* value, socklen_t length) {
  char name[IFNAMSIZ] = "";
  memcpy(name, value, length < sizeof name ? length : sizeof name - 1);
  socket->device = 0;
  for (int i = 0; i < STP_INTERFACES; i++)
    if (strcmp(stp_interface_at(socket->host, i).name, name) == 0)
      socket->device = i + 1;
  return name[0] && socket->device == 0 ? -ENODEV : 0;
}

static int get_device(const struct stp_socket* socket, void* value, socklen_t* length) {
  if (socket->device == 0) {
    *length = 0;
    return 0;
  }
  if (*length < IFNAMSIZ)
    return -EINVAL;
  const char* const name = stp_interface_at(socket->host, socket->device - 1).name;
  return stp_option_from(name, (socklen_t)strlen(name) + 1, value, length);
}

/* Those that are on or off, and in socket->flags. */
static bool is_flag(int option) {
  switch (option) {
  case SO_DEBUG:
  case SO_REUSEADDR:
  case SO_DONTROUTE:
  case SO_BROADCAST:
  case SO_KEEPALIVE:
  case SO_OOBINLINE:
  case SO_REUSEPORT:
  case SO_NO_CHECK:
  case SO_SELECT_ERR_QUEUE:
    return true;
  default:
    return false;
  }
}

/* ---- set ---- */

static int set_int(struct stp_socket* socket, int option, int value) {
  if (is_flag(option)) {
    socket->flags = (socket->flags & ~(UINT64_C(1) << option)) | (uint64_t) !!value << option;
    return 0;
  }
  switch (option) {
  case SO_RCVBUF:
  case SO_RCVBUFFORCE:
    socket->receive_buffer = buffer_size(value, RECEIVE_MIN, option == SO_RCVBUFFORCE);
    socket->receive_buffer_fixed = true;
    buffers_changed(socket);
    return 0;
  case SO_SNDBUF:
  case SO_SNDBUFFORCE:
    socket->send_buffer = buffer_size(value, SEND_MIN, option == SO_SNDBUFFORCE);
    socket->send_buffer_fixed = true;
    buffers_changed(socket);
    return 0;
  case SO_RCVLOWAT:
    socket->low_water = value < 0 ? INT32_MAX : value == 0 ? 1 : value;
    return 0;
  case SO_PRIORITY:
    socket->priority = value;
    return 0;
  case SO_MARK:
    socket->mark = value;
    return 0;
  case SO_BSDCOMPAT:
    return 0;
  case SO_BUSY_POLL:
    socket->busy_poll = value;
    return value < 0 ? -EINVAL : 0;
  case SO_INCOMING_CPU:
    socket->incoming_cpu = value + 1;
    return 0;
  case SO_BINDTOIFINDEX:
    if (value < 0 || value > STP_INTERFACES)
      return value < 0 ? -EINVAL : -ENODEV;
    socket->device = value;
    return 0;
  case SO_PEERCRED:
  case SO_TYPE:
  case SO_PROTOCOL:
  case SO_DOMAIN:
  case SO_ERROR:
  case SO_ACCEPTCONN:
  case SO_SNDLOWAT:
    return -ENOPROTOOPT;
  default:
    return unknown("setsockopt", option);
  }
}

static int set_socket_option(struct stp_socket* socket, int option, const void* value,
                             socklen_t length) {
  int number = 0;
  switch (option) {
  case SO_BINDTODEVICE:
    return set_device(socket, value, length);
  case SO_RCVTIMEO:
    return set_timeout(&socket->receive_timeout, value, length);
  case SO_SNDTIMEO:
    return set_timeout(&socket->send_timeout, value, length);
  case SO_LINGER:
    if (length < sizeof socket->linger)
      return -EINVAL;
    memcpy(&socket->linger, value, sizeof socket->linger);
    return 0;
  default:;
    const int error = stp_option_to_int(value, length, &number);
    return error ? error : set_int(socket, option, number);
  }
}

int stp_socket_set_option(struct stp_socket* socket, int level, int option, const void* value,
                          socklen_t length) {
  if ((int)length < 0)
    return -EINVAL;
  if (level != SOL_SOCKET)
    return socket->ops->set_option ? socket->ops->set_option(socket, level, option, value, length)
                                   : -EOPNOTSUPP;
  if (socket->ops->set_option) {
    const int result = socket->ops->set_option(socket, level, option, value, length);
    if (result != -ENOPROTOOPT)
      return result;
  }
  return set_socket_option(socket, option, value, length);
}

/* ---- get ---- */

static int get_int(struct stp_socket* socket, int option, int* value) {
  if (is_flag(option)) {
    *value = stp_socket_flag(socket, option);
    return 0;
  }
  switch (option) {
  case SO_TYPE:
    *value = socket->type;
    return 0;
  case SO_PROTOCOL:
    *value = socket->protocol;
    return 0;
  case SO_DOMAIN:
    *value = socket->domain;
    return 0;
  case SO_ERROR:
    *value = -stp_socket_take_error(socket);
    return 0;
  case SO_RCVBUF:
    *value = socket->receive_buffer;
    return 0;
  case SO_SNDBUF:
    *value = socket->send_buffer;
    return 0;
  case SO_RCVLOWAT:
    *value = socket->low_water;
    return 0;
  case SO_SNDLOWAT:
    *value = 1;
    return 0;
  case SO_PRIORITY:
    *value = socket->priority;
    return 0;
  case SO_MARK:
    *value = socket->mark;
    return 0;
  case SO_BSDCOMPAT:
    *value = 0;
    return 0;
  case SO_BUSY_POLL:
    *value = socket->busy_poll;
    return 0;
  case SO_INCOMING_CPU:
    *value = socket->incoming_cpu - 1;
    return 0;
  case SO_BINDTOIFINDEX:
    *value = socket->device;
    return 0;
  case SO_ACCEPTCONN:
    *value = 0; /* those that listen have said so in their own get_option */
    return 0;
  default:
    return unknown("getsockopt", option);
  }
}

int stp_socket_get_option(struct stp_socket* socket, int level, int option, void* value,
                          socklen_t* length) {
  if (socket->ops->get_option) {
    const int result = socket->ops->get_option(socket, level, option, value, length);
    if (result != -ENOPROTOOPT || level != SOL_SOCKET)
      return result;
  }
  if (level != SOL_SOCKET)
    return -EOPNOTSUPP;
  int number = 0;
  switch (option) {
  case SO_RCVTIMEO:
    return get_timeout(socket->receive_timeout, value, length);
  case SO_SNDTIMEO:
    return get_timeout(socket->send_timeout, value, length);
  case SO_BINDTODEVICE:
    return get_device(socket, value, length);
  case SO_PEERCRED: { /* those of Unix have said it */
    const struct ucred nobody = {0, (uid_t)-1, (gid_t)-1};
    return stp_option_from(&nobody, sizeof nobody, value, length);
  }
  case SO_LINGER:
    return stp_option_from(&socket->linger, sizeof socket->linger, value, length);
  default:;
    const int error = get_int(socket, option, &number);
    return error ? error : stp_option_from(&number, sizeof number, value, length);
  }
}
