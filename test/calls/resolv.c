// CALLS: __res_state __h_errno_location __res_init __res_ninit __res_nclose __res_randomid
// CALLS: res_query res_nquery res_search res_nsearch res_querydomain res_nquerydomain
// CALLS: res_mkquery res_nmkquery res_send res_nsend
// RUN: env STP_LIBS="-lresolv -Wno-deprecated-declarations" %both
//
// The resolver against a name server of the test's own, at 127.0.0.1.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <resolv.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

/* ---- the server ---- */

static int udp, tcp, asked;
static in_port_t port;

/* Answers by the first letter of the name: a an address, n nothing, x no such name, f failure, t
 * truncated unless by TCP, s silence, w a wrong answer before the right one, l is no answer at all.
 */
static int answer_to(const unsigned char* query, int size, unsigned char* answer, int by_tcp) {
  const char letter = (char)query[13];
  memcpy(answer, query, (size_t)size);
  ns_put16(0, answer + 10); /* no EDNS */
  int end = 12;
  while (query[end])
    end += query[end] + 1;
  end += 5;
  answer[2] |= letter == 'l' ? 0x80 : 0x84; /* l: knows nobody who knows */
  answer[3] = letter == 'x' ? ns_r_nxdomain : letter == 'f' ? ns_r_servfail : 0;
  if (letter == 't' && !by_tcp)
    answer[2] |= 2;
  if (letter == 'a' || letter == 'w' || (letter == 't' && by_tcp)) {
    static const unsigned char record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 1};
    memcpy(answer + end, record, sizeof record);
    ns_put16(1, answer + 6);
    end += (int)sizeof record;
  }
  return end;
}

static void serve_udp(void) {
  unsigned char query[512], answer[1024];
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  const int size = (int)recvfrom(udp, query, sizeof query, 0, (struct sockaddr*)&from, &length);
  CHECK(size > 12);
  asked++;
  if (query[13] == 's')
    return;
  const int end = answer_to(query, size, answer, 0);
  if (query[13] == 'w') {
    answer[0] ^= 1;
    CHECK_EQ(sendto(udp, answer, (size_t)end, 0, (struct sockaddr*)&from, length), end);
    answer[0] ^= 1;
  }
  CHECK_EQ(sendto(udp, answer, (size_t)end, 0, (struct sockaddr*)&from, length), end);
}

static void serve_tcp(void) {
  unsigned char query[514], answer[1026];
  const int fd = accept(tcp, NULL, NULL);
  CHECK(fd >= 0);
  const int size = (int)recv(fd, query, sizeof query, 0);
  CHECK(size > 14);
  const int end = answer_to(query + 2, size - 2, answer + 2, 1);
  ns_put16((unsigned)end, answer);
  CHECK_EQ(send(fd, answer, (size_t)end + 2, 0), end + 2);
  CHECK_EQ(close(fd), 0);
}

static void* serve(void* unused) {
  (void)unused;
  for (;;) {
    struct pollfd fds[] = {{udp, POLLIN, 0}, {tcp, POLLIN, 0}};
    CHECK(poll(fds, 2, -1) > 0);
    if (fds[0].revents)
      serve_udp();
    if (fds[1].revents)
      serve_tcp();
  }
  return NULL;
}

static void start(void) {
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof own;
  udp = socket(AF_INET, SOCK_DGRAM, 0);
  tcp = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_EQ(bind(udp, (struct sockaddr*)&own, sizeof own), 0);
  CHECK_EQ(getsockname(udp, (struct sockaddr*)&own, &length), 0);
  port = own.sin_port;
  CHECK_EQ(bind(tcp, (struct sockaddr*)&own, sizeof own), 0);
  CHECK_EQ(listen(tcp, 5), 0);
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, serve, NULL), 0);
}

static void use_server(res_state state) {
  state->nscount = 1;
  state->nsaddr_list[0] = (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = port, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  state->retrans = 1;
  state->retry = 1;
  memset(state->dnsrch, 0, sizeof state->dnsrch);
}

/* ---- the client ---- */

static void expect_address(const unsigned char* answer, int size) {
  ns_msg message;
  ns_rr record;
  CHECK(size > 0);
  CHECK_EQ(ns_initparse(answer, size, &message), 0);
  CHECK_EQ(ns_msg_count(message, ns_s_an), 1);
  CHECK_EQ(ns_parserr(&message, ns_s_an, 0, &record), 0);
  CHECK_EQ(ns_rr_type(record), ns_t_a);
  CHECK_EQ(ns_get32(ns_rr_rdata(record)), 0xc0000201);
}

static void expect_failure(res_state state, const char* name, int error) {
  unsigned char answer[512];
  h_errno = 0;
  CHECK_EQ(res_nquery(state, name, ns_c_in, ns_t_a, answer, sizeof answer), -1);
  CHECK_EQ(h_errno, error);
  CHECK_EQ(state->res_h_errno, error);
}

static void test_queries(void) {
  struct __res_state state = {0};
  unsigned char answer[512], query[512];
  CHECK_EQ(res_ninit(&state), 0);
  CHECK(state.options & RES_INIT);
  CHECK(state.options & RES_RECURSE);
  CHECK(state.nscount >= 1);
  use_server(&state);
  expect_address(answer, res_nquery(&state, "a.test", ns_c_in, ns_t_a, answer, sizeof answer));
  expect_address(answer, res_nquery(&state, "t.test", ns_c_in, ns_t_a, answer, sizeof answer));
  expect_address(answer, res_nquery(&state, "w.test", ns_c_in, ns_t_a, answer, sizeof answer));
  expect_failure(&state, "n.test", NO_DATA);
  expect_failure(&state, "x.test", HOST_NOT_FOUND);
  expect_failure(&state, "f.test", TRY_AGAIN);
  expect_failure(&state, "l.test", TRY_AGAIN);
  asked = 0;
  expect_failure(&state, "s.test", TRY_AGAIN);
  CHECK_EQ(asked, 1);

  int size =
      res_nmkquery(&state, ns_o_query, "a.b", ns_c_in, ns_t_mx, NULL, 0, NULL, query, sizeof query);
  CHECK_EQ(size, 12 + 5 + 4);
  CHECK(memcmp(query + 2, "\1\0\0\1\0\0\0\0\0\0\1a\1b\0\0\17\0\1", 19) == 0);
  CHECK_EQ(res_nmkquery(&state, ns_o_query, "a.b", ns_c_in, ns_t_mx, NULL, 0, NULL, query, 10), -1);
  expect_address(answer, res_nsend(&state, query, size, answer, sizeof answer));
  /* Nobody there. */
  state.nsaddr_list[0].sin_port = htons(1);
  CHECK_ERRNO(res_nsend(&state, query, size, answer, sizeof answer), ECONNREFUSED);
  expect_failure(&state, "a.test", TRY_AGAIN);
  /* The second server knows. */
  state.nsaddr_list[1] = state.nsaddr_list[0];
  state.nsaddr_list[1].sin_port = port;
  state.nscount = 2;
  expect_address(answer, res_nquery(&state, "a.test", ns_c_in, ns_t_a, answer, sizeof answer));
  CHECK_ERRNO(res_nsend(&state, query, size, answer, 4), EINVAL);
  res_nclose(&state);
}

static void test_search(void) {
  struct __res_state state = {0};
  unsigned char answer[512];
  CHECK_EQ(res_ninit(&state), 0);
  use_server(&state);
  strcpy(state.defdname, "one");
  strcpy(state.defdname + 8, "two");
  state.dnsrch[0] = state.defdname;
  state.dnsrch[1] = state.defdname + 8;
  state.ndots = 1;
  asked = 0;
  expect_address(answer, res_nsearch(&state, "a", ns_c_in, ns_t_a, answer, sizeof answer));
  CHECK_EQ(asked, 1);
  /* In both domains, then as it is. */
  CHECK_EQ(res_nsearch(&state, "x", ns_c_in, ns_t_a, answer, sizeof answer), -1);
  CHECK_EQ(h_errno, HOST_NOT_FOUND);
  CHECK_EQ(asked, 4);
  /* With a dot first as it is. */
  CHECK_EQ(res_nsearch(&state, "x.y", ns_c_in, ns_t_a, answer, sizeof answer), -1);
  CHECK_EQ(asked, 7);
  CHECK_EQ(res_nsearch(&state, "x.", ns_c_in, ns_t_a, answer, sizeof answer), -1);
  CHECK_EQ(asked, 8);
  expect_address(answer,
                 res_nquerydomain(&state, "a", "test", ns_c_in, ns_t_a, answer, sizeof answer));
  res_nclose(&state);
}

/* The forms with a state of the program's. */
static void test_own_state(void) {
  unsigned char answer[512], query[512];
  CHECK_EQ(res_init(), 0);
  CHECK(_res.options & RES_INIT);
  use_server(&_res);
  expect_address(answer, res_query("a.test", ns_c_in, ns_t_a, answer, sizeof answer));
  CHECK_EQ(res_query("x.test", ns_c_in, ns_t_a, answer, sizeof answer), -1);
  CHECK_EQ(h_errno, HOST_NOT_FOUND);
  expect_address(answer, res_search("a.test", ns_c_in, ns_t_a, answer, sizeof answer));
  expect_address(answer, res_querydomain("a", "test", ns_c_in, ns_t_a, answer, sizeof answer));
  const int size =
      res_mkquery(ns_o_query, "a", ns_c_in, ns_t_a, NULL, 0, NULL, query, sizeof query);
  CHECK(size > 0);
  expect_address(answer, res_send(query, size, answer, sizeof answer));
  CHECK(res_randomid() < 65536);
}

static void* other_thread(void* unused) {
  (void)unused;
  CHECK_EQ(h_errno, 0);
  h_errno = TRY_AGAIN;
  return NULL;
}

static void test_error_of_thread(void) {
  pthread_t thread;
  h_errno = NO_RECOVERY;
  CHECK_EQ(pthread_create(&thread, NULL, other_thread, NULL), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(h_errno, NO_RECOVERY);
}

int main(void) {
  start();
  test_queries();
  test_search();
  test_own_state();
  test_error_of_thread();
  return 0;
}
