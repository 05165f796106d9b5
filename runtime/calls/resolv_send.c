/* resolv.h: asking servers of DNS, by the process's own sockets, as libc does: datagrams first, a
 * connection for what is truncated, each server in turn. */
#include <arpa/nameser.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "calls/resolv_pair.h"
#include "net/dns.h"
#include "process/hidden.h"
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

/* Whether there is a datagram by then: 1, or -1 with errno. */
static int await_any(int fd, double deadline) {
  for (;;) {
    const double left = deadline - stp_now();
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    const int ready = left > 0 ? simterpose_poll(&wanted, 1, (int)(left * 1000 + 0.999)) : 0;
    if (ready < 0 && errno == EINTR)
      continue;
    if (ready == 0)
      errno = ETIMEDOUT;
    return ready > 0 ? 1 : -1;
  }
}

/* The answer to one question that is waited for, and to another, which may come before or after. */
struct awaited {
  const u_char *query, *other; /* other: null if there is none, or it has come */
  int query_size;
  u_char* answer;
  int room, got; /* -1: not yet */
  struct stp_res_pair* pair;
};

/* Takes a datagram that is there. False, with errno: the socket has failed. */
static bool take(struct awaited* a, int fd) {
  u_char* const bytes = stp_process_alloc(NS_MAXMSG);
  const ssize_t size = simterpose_recv(fd, bytes, NS_MAXMSG, MSG_DONTWAIT);
  const bool failed = size < 0 && errno != EAGAIN && errno != EINTR;
  if (size >= 0 && a->got < 0 && fits(a->query, a->query_size, bytes, (int)size)) {
    a->got = size < a->room ? (int)size : a->room;
    memcpy(a->answer, bytes, (size_t)a->got);
    if (size > a->room)
      a->answer[2] |= TRUNCATED;
  } else if (size >= 0 && a->other && fits(a->other, a->query_size, bytes, (int)size)) {
    if (!(bytes[2] & TRUNCATED)) /* else it is asked again, by itself */
      stp_res_pair_keep(a->pair, a->other, a->query_size, bytes, (int)size);
    a->other = NULL;
  }
  stp_process_free(bytes);
  return !failed;
}

/* The size of the answer, or -1 with errno. */
static int await_datagrams(struct awaited* a, int fd, double deadline) {
  while (a->got < 0 || a->other)
    if (await_any(fd, deadline) < 0 || !take(a, fd))
      break;
  return a->got;
}

static int ask_by_datagram(res_state state, int index, double seconds, const u_char* query,
                           int size, u_char* answer, int room) {
  const int fd = connect_to(state, index, SOCK_DGRAM);
  if (fd < 0)
    return -1;
  struct stp_res_pair* const pair = stp_res_pair_of(state);
  u_char other[NS_PACKETSZ];
  const bool both = pair && stp_res_pair_make(pair, query, size, other);
  struct awaited awaited = {query, both ? other : NULL, size, answer, room, -1, pair};
  int got = -1;
  if (simterpose_send(fd, query, (size_t)size, MSG_NOSIGNAL) == size &&
      (!both || simterpose_send(fd, other, (size_t)size, MSG_NOSIGNAL) == size))
    got = await_datagrams(&awaited, fd, stp_now() + seconds);
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
  const struct stp_res_pair* const pair = stp_res_pair_of(state);
  const int kept = pair ? stp_res_pair_find(pair, query, size, answer, room) : -1;
  if (kept >= STP_DNS_HEADER && !is_useless(answer))
    return kept;
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
