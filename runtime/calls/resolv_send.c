/* resolv.h: asking servers of DNS, by the process's own sockets, as libc does: datagrams first, a
 * connection for what is truncated, each server in turn. */
#include <arpa/nameser.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "net/dns.h"
#include "time/clock.h"

enum { TRUNCATED = 2 };

union server {
  struct sockaddr any;
  struct sockaddr_in inet;
  struct sockaddr_in6 inet6;
};

static union server server_at(res_state state, int index, socklen_t* length) {
  const struct sockaddr_in6* const inet6 = state->_u._ext.nsaddrs[index];
  const bool v6 = state->nsaddr_list[index].sin_family != AF_INET && inet6;
  *length = v6 ? sizeof *inet6 : sizeof(struct sockaddr_in);
  union server server = {.inet = state->nsaddr_list[index]};
  if (v6)
    server.inet6 = *inet6;
  return server;
}

/* Whether an answer is one to the query: its number, and its question if it has one. */
static bool fits(const u_char* query, int query_size, const u_char* answer, int size) {
  char asked[NS_MAXDNAME], told[NS_MAXDNAME];
  if (query_size < STP_DNS_HEADER || size < STP_DNS_HEADER || memcmp(query, answer, 2) != 0 ||
      !(answer[2] & 0x80))
    return false;
  if (stp_dns_get(answer + 4) == 0)
    return (answer[3] & 15) != ns_r_noerror;
  const int at = dn_expand(query, query + query_size, query + STP_DNS_HEADER, asked, sizeof asked);
  const int end = dn_expand(answer, answer + size, answer + STP_DNS_HEADER, told, sizeof told);
  return at > 0 && end > 0 && STP_DNS_HEADER + at + 4 <= query_size &&
         STP_DNS_HEADER + end + 4 <= size && strcasecmp(asked, told) == 0 &&
         memcmp(query + STP_DNS_HEADER + at, answer + STP_DNS_HEADER + end, 4) == 0;
}

static int connect_to(res_state state, int index, int type) {
  socklen_t length;
  const union server server = server_at(state, index, &length);
  const int fd = simterpose_socket(server.any.sa_family, type | SOCK_CLOEXEC, 0);
  if (fd >= 0 && simterpose_connect(fd, (__CONST_SOCKADDR_ARG){&server.any}, length) != 0) {
    const int error = errno;
    simterpose_close(fd);
    errno = error;
    return -1;
  }
  return fd;
}

/* The size of the answer, or -1 with errno. */
static int await_datagram(int fd, double deadline, const u_char* query, int query_size,
                          u_char* answer, int room) {
  for (;;) {
    const double left = deadline - stp_now();
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    const int ready = left > 0 ? simterpose_poll(&wanted, 1, (int)(left * 1000 + 0.999)) : 0;
    if (ready < 0 && errno == EINTR)
      continue;
    if (ready == 0)
      errno = ETIMEDOUT;
    if (ready <= 0)
      return -1;
    const ssize_t got = simterpose_recv(fd, answer, (size_t)room, MSG_DONTWAIT);
    if (got < 0 && errno != EAGAIN && errno != EINTR)
      return -1;
    if (got >= 0 && fits(query, query_size, answer, (int)got))
      return (int)got;
  }
}

static int ask_by_datagram(res_state state, int index, double seconds, const u_char* query,
                           int size, u_char* answer, int room) {
  const int fd = connect_to(state, index, SOCK_DGRAM);
  if (fd < 0)
    return -1;
  int got = -1;
  if (simterpose_send(fd, query, (size_t)size, MSG_NOSIGNAL) == size)
    got = await_datagram(fd, stp_now() + seconds, query, size, answer, room);
  const int error = errno;
  simterpose_close(fd);
  errno = error;
  return got;
}

/* Reads all of it, or fails. */
static bool read_all(int fd, u_char* to, size_t size) {
  for (size_t done = 0; done < size;) {
    const ssize_t got = simterpose_recv(fd, to + done, size - done, 0);
    if (got < 0 && errno == EINTR)
      continue;
    if (got == 0)
      errno = ECONNRESET;
    if (got <= 0)
      return false;
    done += (size_t)got;
  }
  return true;
}

static int ask_by_stream(res_state state, int index, const u_char* query, int size, u_char* answer,
                         int room) {
  const int fd = connect_to(state, index, SOCK_STREAM);
  if (fd < 0)
    return -1;
  u_char length[2], rest[64];
  stp_dns_put((unsigned)size, length);
  struct iovec parts[] = {{length, 2}, {(void*)query, (size_t)size}};
  const struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  int got = -1;
  if (simterpose_sendmsg(fd, &message, MSG_NOSIGNAL) == size + 2 && read_all(fd, length, 2)) {
    const int whole = (int)stp_dns_get(length);
    const int fitting = whole < room ? whole : room;
    got = read_all(fd, answer, (size_t)fitting) ? fitting : -1;
    for (int left = whole - fitting; got >= 0 && left > 0; left -= (int)sizeof rest)
      if (!read_all(fd, rest, left < (int)sizeof rest ? (size_t)left : sizeof rest))
        got = -1;
    if (got >= 0 && whole > room && got >= STP_DNS_HEADER)
      answer[2] |= TRUNCATED;
  }
  const int error = errno;
  simterpose_close(fd);
  errno = error;
  return got;
}

/* One server, once. */
static int ask(res_state state, int index, double seconds, const u_char* query, int size,
               u_char* answer, int room) {
  int got = -1;
  const bool by_stream = state->options & RES_USEVC || size > NS_PACKETSZ;
  if (!by_stream)
    got = ask_by_datagram(state, index, seconds, query, size, answer, room);
  const bool cut = got >= STP_DNS_HEADER && answer[2] & TRUNCATED;
  if (by_stream || (cut && !(state->options & RES_IGNTC)))
    got = ask_by_stream(state, index, query, size, answer, room);
  return got;
}

/* Trouble of the server's own, or an answer without content, that says who else to ask. */
static bool is_useless(const u_char* answer) {
  const int code = answer[3] & 15;
  return code == ns_r_servfail || code == ns_r_notimpl || code == ns_r_refused ||
         (code == ns_r_noerror && !(answer[2] & 4) && !(answer[3] & 0x80) &&
          stp_dns_get(answer + 6) == 0 && stp_dns_get(answer + 10) == 0);
}

/* How many seconds a server has (glibc's send_dg): those later in the list have more or less. */
static int patience(res_state state, int index) {
  const int seconds = (state->retrans << index) / (index > 0 ? state->nscount : 1);
  return seconds < 1 ? 1 : seconds;
}

int simterpose_res_nsend(res_state state, const u_char* query, int size, u_char* answer, int room) {
  STP_CALL();
  if (room < STP_DNS_HEADER) {
    errno = EINVAL;
    return -1;
  }
  if (state->nscount == 0) {
    errno = ESRCH;
    return -1;
  }
  const int first = state->options & RES_ROTATE ? (int)(state->id++ % (unsigned)state->nscount) : 0;
  int error = ETIMEDOUT;
  for (int attempt = 0; attempt < state->retry; attempt++) {
    for (int i = 0; i < state->nscount; i++) {
      const int index = (first + i) % state->nscount;
      const int got = ask(state, index, patience(state, index), query, size, answer, room);
      if (got >= STP_DNS_HEADER && !is_useless(answer))
        return got;
      error = got < 0 ? errno : error;
    }
  }
  errno = error == ECONNREFUSED ? ECONNREFUSED : ETIMEDOUT;
  return -1;
}

/* The process's own state, made when first used. */
static res_state own(void) {
  const res_state state = simterpose___res_state();
  if (!(state->options & RES_INIT))
    simterpose___res_init();
  return state;
}

int simterpose_res_send(const u_char* query, int size, u_char* answer, int room) {
  return simterpose_res_nsend(own(), query, size, answer, room);
}
