// Names: the zone that the runtime serves at 127.0.0.53, the hosts of the platform by both
// families, and a host with files of its own, which asks an emulated name server.
//
// RUN: rm -rf %t && mkdir -p %t/r/node-0/etc %t/r/node-1 %t/r/node-2 && cd %t
// RUN: printf '127.0.0.1 localhost\n10.9.9.9 special alias # remark\nfd00::9 special\n' >r/node-0/etc/hosts
// RUN: printf 'nameserver 10.0.0.2\nsearch example\n' >r/node-0/etc/resolv.conf
// RUN: %stp_clang -O2 -I%include %s -lresolv -o names
// RUN: %exits 0 %simterpose run -n 3 --latency 5ms --bandwidth 1Gbps --root r/{host} -o out ./names {rank}
#define _GNU_SOURCE
#include <arpa/nameser.h>
#include <math.h>
#include <netdb.h>
#include <resolv.h>
#include <time.h>
#include <unistd.h>

#include "udp.h"

/* ---- node-1: knows www.example and its address ---- */

static int serve_one(int fd) {
  unsigned char message[1024];
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  int size = (int)recvfrom(fd, message, 512, 0, (struct sockaddr*)&from, &length);
  CHECK(size > 12);
  static const unsigned char a[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 1},
                             ptr[] = {0xc0, 12,  0,   12, 0,   1,   0,   0,   0,   9,   0,   13, 3,
                                      'w',  'w', 'w', 7,  'e', 'x', 'a', 'm', 'p', 'l', 'e', 0};
  const int type = message[size - 3];
  const int known = memcmp(message + 12, "\3www\7example", 13) == 0;
  message[2] |= 0x84;
  message[3] = known || type == ns_t_ptr ? 0 : ns_r_nxdomain;
  if (type == ns_t_ptr || (known && type == ns_t_a)) {
    const int more = type == ns_t_ptr ? sizeof ptr : sizeof a;
    memcpy(message + size, type == ns_t_ptr ? ptr : a, (size_t)more);
    size += more;
    message[7] = 1;
  }
  CHECK_EQ(sendto(fd, message, (size_t)size, 0, (struct sockaddr*)&from, length), size);
  return type;
}

static void serve(void) {
  const int fd = udp_socket();
  CHECK_EQ(bind_to(fd, "0.0.0.0", 53), 0);
  while (serve_one(fd) != ns_t_mx)
    ;
}

/* ---- clients ---- */

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* What getaddrinfo says, as "ADDRESS ADDRESS". */
static const char* addresses(const char* name, int family, int flags) {
  static char text[512];
  struct addrinfo *list,
      hints = {.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = flags};
  const int error = getaddrinfo(name, NULL, &hints, &list);
  text[0] = '\0';
  if (error)
    return gai_strerror(error);
  for (const struct addrinfo* one = list; one; one = one->ai_next) {
    char number[64];
    CHECK_EQ(
        getnameinfo(one->ai_addr, one->ai_addrlen, number, sizeof number, NULL, 0, NI_NUMERICHOST),
        0);
    sprintf(text + strlen(text), "%s%s", text[0] ? " " : "", number);
  }
  if (flags & AI_CANONNAME)
    sprintf(text + strlen(text), " %s", list->ai_canonname);
  freeaddrinfo(list);
  return text;
}

#define CHECK_TEXT(found, expected)                                                                \
  do {                                                                                             \
    const char* found_ = (found);                                                                  \
    if (strcmp(found_, expected) != 0)                                                             \
      printf("found \"%s\"\n", found_);                                                            \
    CHECK(strcmp(found_, expected) == 0);                                                          \
  } while (0)

static const char* name_of(const char* number) {
  static char name[256];
  struct sockaddr_in inet = {.sin_family = AF_INET};
  struct sockaddr_in6 inet6 = {.sin6_family = AF_INET6};
  const int v4 = inet_pton(AF_INET, number, &inet.sin_addr);
  CHECK(v4 || inet_pton(AF_INET6, number, &inet6.sin6_addr) == 1);
  const struct sockaddr* const address = v4 ? (struct sockaddr*)&inet : (struct sockaddr*)&inet6;
  const int error = getnameinfo(address, v4 ? sizeof inet : sizeof inet6, name, sizeof name, NULL,
                                0, NI_NAMEREQD);
  return error ? gai_strerror(error) : name;
}

static void ask_platform(void) {
  CHECK_TEXT(addresses("node-1", AF_INET, 0), "10.0.0.2");
  CHECK_TEXT(addresses("node-1", AF_INET6, 0), "fd00::2");
  CHECK_TEXT(addresses("NODE-1", AF_UNSPEC, AI_CANONNAME), "10.0.0.2 fd00::2 node-1");
  CHECK_TEXT(addresses("node-1.", AF_INET6, AI_V4MAPPED | AI_ALL), "fd00::2 ::ffff:10.0.0.2");
  CHECK_TEXT(addresses("localhost", AF_UNSPEC, 0), "127.0.0.1 ::1");
  CHECK_TEXT(addresses("absent", AF_UNSPEC, 0), gai_strerror(EAI_NONAME));
  CHECK_TEXT(addresses("10.0.0.7", AF_INET6, AI_V4MAPPED), "::ffff:10.0.0.7");
  CHECK_TEXT(addresses("fe80::1%eth0", AF_UNSPEC, 0), "fe80::1%eth0");
  CHECK_TEXT(addresses(NULL, AF_UNSPEC, 0), gai_strerror(EAI_NONAME));
  CHECK_TEXT(name_of("10.0.0.3"), "node-2");
  CHECK_TEXT(name_of("fd00::3"), "node-2");
  CHECK_TEXT(name_of("fd00::77"), gai_strerror(EAI_NONAME));
  const struct hostent* const host = gethostbyname2("node-0", AF_INET6);
  CHECK(host && host->h_length == 16 && ((unsigned char*)host->h_addr_list[0])[15] == 1);
}

/* The zone over a connection: by libc's functions, and two questions at once, in pieces. */
static void ask_zone_by_stream(void) {
  unsigned char answer[1024], query[512];
  _res.options |= RES_USEVC;
  CHECK(res_query("node-1", ns_c_in, ns_t_a, answer, sizeof answer) > 0);
  CHECK_EQ(answer[7], 1);
  CHECK_EQ(res_query("absent", ns_c_in, ns_t_a, answer, sizeof answer), -1);
  _res.options &= ~RES_USEVC;
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const struct sockaddr_in name = inet_name("127.0.0.53", 53);
  CHECK_EQ(connect(fd, (const struct sockaddr*)&name, sizeof name), 0);
  const int size =
      res_mkquery(ns_o_query, "node-2", ns_c_in, ns_t_a, NULL, 0, NULL, query + 2, 510);
  query[0] = 0;
  query[1] = (unsigned char)size;
  memcpy(query + 2 + size, query, 2 + (size_t)size);
  CHECK_EQ(send(fd, query, 1, 0), 1);
  CHECK_EQ(send(fd, query + 1, 10, 0), 10);
  CHECK_EQ(recv(fd, answer, sizeof answer, MSG_DONTWAIT), -1);
  CHECK_EQ(send(fd, query + 11, 2 * (2 + (size_t)size) - 11, 0), 2 * (2 + size) - 11);
  const int length = (int)recv(fd, answer, sizeof answer, 0);
  CHECK_EQ(answer[0] << 8 | answer[1], length / 2 - 2);
  CHECK_EQ(answer[length / 2 - 1], 3); /* 10.0.0.3 */
  CHECK_EQ(answer[length - 1], 3);
  CHECK_EQ(shutdown(fd, SHUT_WR), 0);
  CHECK_EQ(recv(fd, answer, sizeof answer, 0), 0);
  CHECK_EQ(close(fd), 0);
}

static void ask_zone(void) {
  unsigned char answer[512];
  ns_msg message;
  ns_rr record;
  CHECK_EQ(res_init(), 0);
  CHECK_EQ(_res.nscount, 1);
  CHECK_EQ(_res.nsaddr_list[0].sin_addr.s_addr, htonl(0x7f000035));
  int size = res_query("node-1", ns_c_in, ns_t_aaaa, answer, sizeof answer);
  CHECK_EQ(ns_initparse(answer, size, &message), 0);
  CHECK_EQ(ns_parserr(&message, ns_s_an, 0, &record), 0);
  CHECK_EQ(ns_rr_rdlen(record), 16);
  CHECK_EQ(ns_rr_rdata(record)[15], 2);
  size = res_query("node-1", ns_c_in, ns_t_any, answer, sizeof answer);
  CHECK_EQ(ns_initparse(answer, size, &message), 0);
  CHECK_EQ(ns_msg_count(message, ns_s_an), 2);
  size = res_query("3.0.0.10.in-addr.arpa", ns_c_in, ns_t_ptr, answer, sizeof answer);
  CHECK_EQ(ns_initparse(answer, size, &message), 0);
  CHECK_EQ(ns_parserr(&message, ns_s_an, 0, &record), 0);
  char name[256];
  CHECK(dn_expand(answer, answer + size, ns_rr_rdata(record), name, sizeof name) > 0);
  CHECK_TEXT(name, "node-2");
  CHECK_EQ(res_query("absent", ns_c_in, ns_t_a, answer, sizeof answer), -1);
  CHECK_EQ(h_errno, HOST_NOT_FOUND);
  ask_zone_by_stream();
  CHECK_EQ(res_query("node-1", ns_c_in, ns_t_mx, answer, sizeof answer), -1);
  CHECK_EQ(h_errno, NO_DATA);
  CHECK_EQ(res_query("node-1", ns_c_chaos, ns_t_txt, answer, sizeof answer), -1);
  CHECK_EQ(h_errno, TRY_AGAIN);         /* refused: perhaps another server knows */
  CHECK_EQ(now(), (double)(long)now()); /* no time has passed */
}

static void ask_server(void) {
  unsigned char answer[512];
  usleep(100000);
  double start = now();
  CHECK_TEXT(addresses("special", AF_UNSPEC, AI_CANONNAME), "10.9.9.9 fd00::9 special");
  CHECK_TEXT(addresses("alias", AF_UNSPEC, 0), "10.9.9.9");
  CHECK_TEXT(name_of("10.9.9.9"), "special");
  const struct hostent* const host = gethostbyname("alias");
  CHECK(host && strcmp(host->h_name, "special") == 0 && strcmp(host->h_aliases[0], "alias") == 0);
  CHECK_EQ(now() - start, 0);
  CHECK_TEXT(addresses("www", AF_INET, AI_CANONNAME), "192.0.2.1 www.example");
  CHECK(fabs(now() - start - 0.010) < 0.0001); /* there and back */
  CHECK_TEXT(addresses("www.example", AF_UNSPEC, 0), "192.0.2.1");
  CHECK(fabs(now() - start - 0.020) < 0.0002); /* both families at once */
  CHECK_TEXT(addresses("absent.", AF_INET, 0), gai_strerror(EAI_NONAME));
  CHECK_TEXT(name_of("192.0.2.1"), "www.example");
  CHECK_EQ(res_query("end", ns_c_in, ns_t_mx, answer, sizeof answer), -1);
  /* Nobody serves names any more. */
  start = now();
  CHECK_TEXT(addresses("www", AF_INET, 0), gai_strerror(EAI_AGAIN));
}

int main(int argc, char** argv) {
  CHECK_EQ(argc, 2);
  if (argv[1][0] == '0') {
    ask_server();
  } else if (argv[1][0] == '1') {
    serve();
  } else {
    ask_platform();
    ask_zone();
  }
  return 0;
}
