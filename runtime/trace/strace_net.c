/* Addresses, messages and options of sockets, as strace shows them. */
#include <arpa/inet.h>
#include <limits.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "trace/strace_flags.h"
#include "trace/strace_structs.h"

/* ---- addresses ---- */

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  struct sockaddr_un local;
  struct sockaddr_nl netlink;
  struct sockaddr_storage storage;
};

static void put_v4(struct stp_text* text, const struct in_addr* address) {
  char name[INET_ADDRSTRLEN];
  stp_text_put(text, "inet_addr(\"%s\")", inet_ntop(AF_INET, address, name, sizeof name));
}

static void put_v6(struct stp_text* text, const char* what, const struct in6_addr* address) {
  char name[INET6_ADDRSTRLEN];
  stp_text_put(text, "inet_pton(AF_INET6, \"%s\", %s)",
               inet_ntop(AF_INET6, address, name, sizeof name), what);
}

/* The name of a Unix socket lies in the program's memory, where it can be quoted. */
static void put_local(struct stp_text* text, uintptr_t from, size_t size) {
  const uintptr_t path = from + offsetof(struct sockaddr_un, sun_path);
  const size_t length = size - offsetof(struct sockaddr_un, sun_path);
  char first = 0;
  if (length == 0)
    return;
  stp_text_put(text, ", sun_path=");
  if (stp_text_read(&first, path, 1) && first == '\0') {
    stp_text_put(text, "@");
    stp_text_quoted(text, path + 1, length - 1, sizeof(struct sockaddr_un));
  } else {
    struct sockaddr_un copy = {0};
    const size_t most = length < sizeof copy.sun_path ? length : sizeof copy.sun_path;
    const bool read = stp_text_read(copy.sun_path, path, most);
    stp_text_quoted(text, path, read ? strnlen(copy.sun_path, most) : length, PATH_MAX);
  }
}

void stp_show_address(struct stp_text* text, uintptr_t from, size_t size) {
  union address address = {.any.sa_family = AF_UNSPEC};
  if (from == 0 || (int)size < (int)sizeof(sa_family_t) ||
      !stp_text_read(&address, from, size < sizeof address ? size : sizeof address)) {
    stp_text_pointer(text, from);
    return;
  }
  stp_text_put(text, "{sa_family=");
  stp_text_enum(text, &stp_flags_family, address.any.sa_family);
  if (address.any.sa_family == AF_INET && size >= sizeof address.v4) {
    stp_text_put(text, ", sin_port=htons(%d), sin_addr=", ntohs(address.v4.sin_port));
    put_v4(text, &address.v4.sin_addr);
  } else if (address.any.sa_family == AF_INET6 && size >= sizeof address.v6) {
    stp_text_put(text, ", sin6_port=htons(%d), sin6_flowinfo=htonl(%u), ",
                 ntohs(address.v6.sin6_port), ntohl(address.v6.sin6_flowinfo));
    put_v6(text, "&sin6_addr", &address.v6.sin6_addr);
    stp_text_put(text, ", sin6_scope_id=%u", address.v6.sin6_scope_id);
  } else if (address.any.sa_family == AF_UNIX) {
    put_local(text, from, size);
  } else if (address.any.sa_family == AF_NETLINK && size >= sizeof address.netlink) {
    stp_text_put(text, ", nl_pid=%u, nl_groups=%08x", address.netlink.nl_pid,
                 address.netlink.nl_groups);
  } else if (size > sizeof(sa_family_t)) {
    stp_text_put(text, ", sa_data=");
    stp_text_quoted(text, from + sizeof(sa_family_t), size - sizeof(sa_family_t), STP_TEXT_CUT);
  }
  stp_text_put(text, "}");
}

/* ---- messages ---- */

/* struct msghdr and what it points to; cmsghdr's kinds by name, the rest by its size. */
static void put_control(struct stp_text* text, uintptr_t from, size_t size) {
  _Alignas(struct cmsghdr) char buffer[512];
  if (size > sizeof buffer || !stp_text_read(buffer, from, size)) {
    stp_text_pointer(text, from);
    return;
  }
  struct msghdr header = {.msg_control = buffer, .msg_controllen = size};
  stp_text_put(text, "[");
  const char* comma = "";
  for (struct cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
    stp_text_put(text, "%s{cmsg_len=%zu, cmsg_level=", comma, c->cmsg_len);
    stp_text_enum(text, &stp_flags_level, (unsigned)c->cmsg_level);
    comma = ", ";
    const size_t data = c->cmsg_len > CMSG_LEN(0) ? c->cmsg_len - CMSG_LEN(0) : 0;
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
      stp_text_put(text, ", cmsg_type=SCM_RIGHTS, cmsg_data=[");
      int fd;
      for (size_t i = 0; (i + 1) * sizeof fd <= data; i++) {
        memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
        stp_text_put(text, i == 0 ? "%d" : ", %d", fd);
      }
      stp_text_put(text, "]}");
    } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS &&
               data >= sizeof(struct ucred)) {
      struct ucred who;
      memcpy(&who, CMSG_DATA(c), sizeof who);
      stp_text_put(text, ", cmsg_type=SCM_CREDENTIALS, cmsg_data={pid=%d, uid=%u, gid=%u}}",
                   who.pid, who.uid, who.gid);
    } else {
      stp_text_put(text, ", cmsg_type=%#x}", (unsigned)c->cmsg_type);
    }
  }
  stp_text_put(text, "]");
}

static void put_message(struct stp_text* text, const struct msghdr* message, size_t bytes) {
  stp_text_put(text, "{msg_name=");
  stp_show_address(text, (uintptr_t)message->msg_name, message->msg_namelen);
  stp_text_put(text, ", msg_namelen=%u, msg_iov=", message->msg_namelen);
  stp_show_iovec(text, (uintptr_t)message->msg_iov, message->msg_iovlen, bytes);
  stp_text_put(text, ", msg_iovlen=%zu", message->msg_iovlen);
  if (message->msg_controllen > 0) {
    stp_text_put(text, ", msg_control=");
    put_control(text, (uintptr_t)message->msg_control, message->msg_controllen);
  }
  stp_text_put(text, ", msg_controllen=%zu, msg_flags=", message->msg_controllen);
  stp_text_flags(text, &stp_flags_msg, (unsigned)message->msg_flags);
  stp_text_put(text, "}");
}

void stp_show_message(struct stp_text* text, uintptr_t from, size_t bytes) {
  struct msghdr message;
  if (from == 0 || !stp_text_read(&message, from, sizeof message))
    stp_text_pointer(text, from);
  else
    put_message(text, &message, bytes);
}

void stp_show_messages(struct stp_text* text, uintptr_t from, size_t count) {
  struct mmsghdr one;
  stp_text_put(text, "[");
  for (size_t i = 0; i < count && stp_text_read(&one, from + i * sizeof one, sizeof one); i++) {
    stp_text_put(text, i == 0 ? "{msg_hdr=" : ", {msg_hdr=");
    put_message(text, &one.msg_hdr, one.msg_len);
    stp_text_put(text, ", msg_len=%u}", one.msg_len);
  }
  stp_text_put(text, "]");
}

/* ---- kinds and options ---- */

void stp_show_socket_type(struct stp_text* text, int type) {
  const int flags = type & (SOCK_CLOEXEC | SOCK_NONBLOCK);
  stp_text_enum(text, &stp_flags_socket_type, (unsigned)(type & ~flags));
  if (flags != 0) {
    stp_text_put(text, "|");
    stp_text_flags(text, &stp_flags_socket, (unsigned)flags);
  }
}

void stp_show_option(struct stp_text* text, int level, int option) {
  const struct stp_flags* const names = level == SOL_SOCKET     ? &stp_flags_socket_option
                                        : level == SOL_TCP      ? &stp_flags_tcp
                                        : level == SOL_IP       ? &stp_flags_ip
                                        : level == IPPROTO_IPV6 ? &stp_flags_ipv6
                                                                : NULL;
  if (names)
    stp_text_enum(text, names, (unsigned)option);
  else
    stp_text_put(text, "%d", option);
}

static bool is_time(int level, int option) {
  return level == SOL_SOCKET && (option == SO_RCVTIMEO || option == SO_SNDTIMEO);
}

static bool is_text(int level, int option) {
  return (level == SOL_SOCKET && option == SO_BINDTODEVICE) ||
         (level == SOL_TCP && option == TCP_CONGESTION);
}

static bool is_membership(int level, int option) {
  return level == SOL_IP && (option == IP_ADD_MEMBERSHIP || option == IP_DROP_MEMBERSHIP);
}

void stp_show_option_value(struct stp_text* text, int level, int option, uintptr_t from,
                           size_t size) {
  struct linger linger;
  struct ucred who;
  struct ip_mreq group;
  int number;
  if (is_time(level, option) && size >= sizeof(struct timeval)) {
    stp_show_timeval(text, from);
  } else if (level == SOL_SOCKET && option == SO_LINGER && size >= sizeof linger &&
             stp_text_read(&linger, from, sizeof linger)) {
    stp_text_put(text, "{l_onoff=%d, l_linger=%d}", linger.l_onoff, linger.l_linger);
  } else if (level == SOL_SOCKET && option == SO_PEERCRED && size >= sizeof who &&
             stp_text_read(&who, from, sizeof who)) {
    stp_text_put(text, "{pid=%d, uid=%u, gid=%u}", who.pid, who.uid, who.gid);
  } else if (is_membership(level, option) && size >= sizeof group &&
             stp_text_read(&group, from, sizeof group)) {
    stp_text_put(text, "{imr_multiaddr=");
    put_v4(text, &group.imr_multiaddr);
    stp_text_put(text, ", imr_interface=");
    put_v4(text, &group.imr_interface);
    stp_text_put(text, "}");
  } else if (!is_text(level, option) && size == sizeof number &&
             stp_text_read(&number, from, sizeof number)) {
    stp_text_put(text, "[%d]", number);
  } else {
    stp_text_quoted(text, from, size, STP_TEXT_CUT);
  }
}
