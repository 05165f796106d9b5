// CALLS: getaddrinfo freeaddrinfo getnameinfo inet_ntoa
// CALLS: gethostbyname gethostbyname2 gethostbyname_r gethostbyname2_r gethostbyaddr
// CALLS: gethostbyaddr_r gethostent gethostent_r sethostent endhostent herror innetgr
// CALLS: getservbyname getservbyname_r getservbyport getservbyport_r getservent getservent_r
// CALLS: setservent endservent getprotobyname getprotobyname_r getprotobynumber
// CALLS: getprotobynumber_r getprotoent getprotoent_r setprotoent endprotoent
// RUN: %both
//
// Names of hosts, services and protocols that every machine knows.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"

static int ask(const char* node, const char* service, int flags, int family, int type,
               struct addrinfo** list) {
  const struct addrinfo hints = {.ai_flags = flags, .ai_family = family, .ai_socktype = type};
  *list = NULL;
  return getaddrinfo(node, service, &hints, list);
}

static void expect_error(const char* node, const char* service, int flags, int family, int type,
                         int error) {
  struct addrinfo* list;
  CHECK_EQ(ask(node, service, flags, family, type, &list), error);
}

static void expect_address(const char* node, int flags, const char* text) {
  struct addrinfo* list;
  CHECK_EQ(ask(node, "80", flags, AF_INET, SOCK_STREAM, &list), 0);
  CHECK_EQ(list->ai_family, AF_INET);
  CHECK_EQ(list->ai_socktype, SOCK_STREAM);
  CHECK_EQ(list->ai_protocol, IPPROTO_TCP);
  CHECK_EQ(list->ai_addrlen, sizeof(struct sockaddr_in));
  const struct sockaddr_in* const name = (struct sockaddr_in*)list->ai_addr;
  CHECK_EQ(name->sin_family, AF_INET);
  CHECK_EQ(name->sin_port, htons(80));
  CHECK(strcmp(inet_ntoa(name->sin_addr), text) == 0);
  freeaddrinfo(list);
}

static void test_getaddrinfo(void) {
  expect_address("localhost", 0, "127.0.0.1");
  expect_address("10.1.2.3", AI_NUMERICHOST, "10.1.2.3");
  expect_address("10.1", 0, "10.0.0.1");
  expect_address("0x7f000001", 0, "127.0.0.1");
  expect_address(NULL, AI_PASSIVE, "0.0.0.0");
  expect_address(NULL, 0, "127.0.0.1");

  struct addrinfo* list;
  CHECK_EQ(ask("127.0.0.1", "http", 0, AF_INET, 0, &list), 0);
  CHECK_EQ(((struct sockaddr_in*)list->ai_addr)->sin_port, htons(80));
  freeaddrinfo(list);
  /* Without a type, one result for each. */
  CHECK_EQ(getaddrinfo("127.0.0.1", "7", NULL, &list), 0);
  int types = 0;
  for (const struct addrinfo* one = list; one; one = one->ai_next)
    types |= 1 << one->ai_socktype;
  CHECK_EQ(types, 1 << SOCK_STREAM | 1 << SOCK_DGRAM | 1 << SOCK_RAW);
  freeaddrinfo(list);
  CHECK_EQ(ask("127.0.0.1", NULL, AI_CANONNAME, AF_UNSPEC, SOCK_STREAM, &list), 0);
  CHECK(strcmp(list->ai_canonname, "127.0.0.1") == 0);
  CHECK_EQ(list->ai_next, NULL);
  freeaddrinfo(list);
  CHECK_EQ(ask("::1", "1", 0, AF_UNSPEC, SOCK_STREAM, &list), 0);
  CHECK_EQ(list->ai_family, AF_INET6);
  CHECK_EQ(list->ai_addrlen, sizeof(struct sockaddr_in6));
  freeaddrinfo(list);

  expect_error(NULL, NULL, 0, AF_INET, SOCK_STREAM, EAI_NONAME);
  expect_error("localhost", "1", AI_NUMERICHOST, AF_INET, SOCK_STREAM, EAI_NONAME);
  expect_error("127.0.0.1", "http", AI_NUMERICSERV, AF_INET, SOCK_STREAM, EAI_NONAME);
  expect_error("127.0.0.1", "no such service", 0, AF_INET, SOCK_STREAM, EAI_SERVICE);
  expect_error("127.0.0.1", "1", 0, AF_UNIX, SOCK_STREAM, EAI_FAMILY);
  expect_error("127.0.0.1", "1", 0, AF_INET, 77, EAI_SOCKTYPE);
  expect_error("127.0.0.1", "1", 0x10000000, AF_INET, SOCK_STREAM, EAI_BADFLAGS);
  expect_error(NULL, "1", AI_CANONNAME, AF_INET, SOCK_STREAM, EAI_BADFLAGS);
  expect_error("127.0.0.1", "1", AI_NUMERICHOST, AF_INET6, SOCK_STREAM, EAI_ADDRFAMILY);
  CHECK(strcmp(gai_strerror(EAI_NONAME), "Name or service not known") == 0);
}

/* How many results a protocol or type gives, and of which type all of them are. */
static void expect_type(const char* service, int protocol, int type, int expected) {
  const struct addrinfo hints = {.ai_protocol = protocol, .ai_socktype = type};
  struct addrinfo* list;
  CHECK_EQ(getaddrinfo("127.0.0.1", service, &hints, &list), 0);
  CHECK_EQ(list->ai_socktype, expected);
  CHECK_EQ(list->ai_next, NULL);
  freeaddrinfo(list);
}

static void test_types(void) {
  expect_type("7", IPPROTO_TCP, 0, SOCK_STREAM);
  expect_type("7", IPPROTO_UDP, 0, SOCK_DGRAM);
  expect_type(NULL, IPPROTO_UDP, 0, SOCK_DGRAM);
  expect_type(NULL, IPPROTO_ICMP, 0, SOCK_RAW);
  expect_type(NULL, 0, SOCK_RAW, SOCK_RAW);
  expect_error("127.0.0.1", "7", 0, AF_INET, SOCK_RAW, EAI_SERVICE);
  const struct addrinfo icmp = {.ai_protocol = IPPROTO_ICMP},
                        mixed = {.ai_protocol = IPPROTO_UDP, .ai_socktype = SOCK_STREAM};
  struct addrinfo* list;
  CHECK_EQ(getaddrinfo("127.0.0.1", "7", &icmp, &list), EAI_SERVICE);
  CHECK_EQ(getaddrinfo("127.0.0.1", "7", &mixed, &list), EAI_SOCKTYPE);
}

static void test_getnameinfo(void) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(22)};
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const struct sockaddr* const address = (struct sockaddr*)&name;
  char host[64], service[32];
  CHECK_EQ(getnameinfo(address, sizeof name, host, 64, service, 32, 0), 0);
  CHECK(strcmp(host, "localhost") == 0);
  CHECK(strcmp(service, "ssh") == 0);
  CHECK_EQ(
      getnameinfo(address, sizeof name, host, 64, service, 32, NI_NUMERICHOST | NI_NUMERICSERV), 0);
  CHECK(strcmp(host, "127.0.0.1") == 0);
  CHECK(strcmp(service, "22") == 0);
  CHECK_EQ(getnameinfo(address, sizeof name, NULL, 0, service, 32, NI_NUMERICSERV), 0);
  CHECK_EQ(getnameinfo(address, sizeof name, NULL, 0, NULL, 0, 0), 0);
  CHECK_EQ(getnameinfo(address, sizeof name, NULL, 0, NULL, 0, NI_NAMEREQD), EAI_NONAME);
  CHECK_EQ(getnameinfo(address, sizeof name, host, 4, NULL, 0, NI_NUMERICHOST), EAI_OVERFLOW);
  CHECK_EQ(getnameinfo(address, 4, host, 64, NULL, 0, NI_NUMERICHOST), EAI_FAMILY);
  CHECK_EQ(getnameinfo(address, sizeof name, host, 64, NULL, 0, 0x1000), EAI_BADFLAGS);
  name.sin_family = AF_APPLETALK;
  CHECK_EQ(getnameinfo(address, sizeof name, host, 64, NULL, 0, 0), EAI_FAMILY);
}

static void test_hosts(void) {
  struct hostent *host = gethostbyname("localhost"), own, *result;
  CHECK(host);
  CHECK(strcmp(host->h_name, "localhost") == 0);
  CHECK_EQ(host->h_addrtype, AF_INET);
  CHECK_EQ(host->h_length, 4);
  CHECK_EQ(*(in_addr_t*)host->h_addr_list[0], htonl(INADDR_LOOPBACK));
  for (int i = 1; host->h_addr_list[i]; i++) /* without an /etc/hosts, libc gives it twice */
    CHECK_EQ(*(in_addr_t*)host->h_addr_list[i], htonl(INADDR_LOOPBACK));
  host = gethostbyname2("192.0.2.1", AF_INET);
  CHECK(host && strcmp(host->h_name, "192.0.2.1") == 0);
  CHECK_EQ(gethostbyname2("localhost", 77), NULL);
  CHECK_EQ(errno, EAFNOSUPPORT);

  char buffer[1024];
  int error;
  CHECK_EQ(gethostbyname_r("localhost", &own, buffer, sizeof buffer, &result, &error), 0);
  CHECK_EQ(result, &own);
  CHECK_EQ(gethostbyname2_r("localhost", AF_INET, &own, buffer, 8, &result, &error), ERANGE);
  CHECK_EQ(result, NULL);
  CHECK_EQ(error, NETDB_INTERNAL);
  struct in_addr loopback = {htonl(INADDR_LOOPBACK)};
  host = gethostbyaddr(&loopback, sizeof loopback, AF_INET);
  CHECK(host && strcmp(host->h_name, "localhost") == 0);
  CHECK_EQ(gethostbyaddr_r(&loopback, sizeof loopback, AF_INET, &own, buffer, sizeof buffer,
                           &result, &error),
           0);
  CHECK_EQ(result, &own);

  sethostent(1);
  host = gethostent();
  CHECK(host && strcmp(host->h_name, "localhost") == 0);
  endhostent();
  CHECK_EQ(gethostent_r(&own, buffer, sizeof buffer, &result, &error), 0);
  CHECK(strcmp(own.h_name, "localhost") == 0);
  endhostent();
  CHECK_EQ(innetgr("none", "localhost", NULL, NULL), 0);
}

static void test_herror(void) {
  int fds[2];
  char text[100] = "";
  CHECK_EQ(pipe(fds), 0);
  const int saved = dup(2);
  CHECK_EQ(dup2(fds[1], 2), 2);
  h_errno = HOST_NOT_FOUND;
  herror("me");
  CHECK_EQ(dup2(saved, 2), 2);
  CHECK_EQ(close(fds[1]), 0);
  CHECK(read(fds[0], text, sizeof text) > 0);
  CHECK(strcmp(text, "me: Unknown host\n") == 0);
  CHECK_EQ(close(fds[0]), 0);
  CHECK_EQ(close(saved), 0);
}

static void test_services(void) {
  const struct servent* service = getservbyname("http", "tcp");
  CHECK(service && service->s_port == htons(80));
  CHECK(strcmp(service->s_proto, "tcp") == 0);
  service = getservbyname("domain", "udp");
  CHECK(service && service->s_port == htons(53));
  CHECK_EQ(getservbyname("no such service", NULL), NULL);
  service = getservbyport(htons(22), NULL);
  CHECK(service && strcmp(service->s_name, "ssh") == 0);
  service = getservbyname("www", "tcp");
  CHECK(service && strcmp(service->s_name, "http") == 0);
  CHECK(strcmp(service->s_aliases[0], "www") == 0);
  struct servent own, *result;
  char buffer[512];
  CHECK_EQ(getservbyname_r("smtp", "tcp", &own, buffer, sizeof buffer, &result), 0);
  CHECK_EQ(result->s_port, htons(25));
  CHECK_EQ(getservbyport_r(htons(25), "tcp", &own, buffer, sizeof buffer, &result), 0);
  CHECK(strcmp(result->s_name, "smtp") == 0);
  CHECK_EQ(getservbyname_r("smtp", "tcp", &own, buffer, 4, &result), ERANGE);
  setservent(1);
  CHECK(getservent());
  CHECK_EQ(getservent_r(&own, buffer, sizeof buffer, &result), 0);
  endservent();
}

static void test_protocols(void) {
  const struct protoent* protocol = getprotobyname("tcp");
  CHECK(protocol && protocol->p_proto == IPPROTO_TCP);
  protocol = getprotobynumber(IPPROTO_UDP);
  CHECK(protocol && strcmp(protocol->p_name, "udp") == 0);
  CHECK(strcmp(protocol->p_aliases[0], "UDP") == 0);
  CHECK_EQ(getprotobyname("no such protocol"), NULL);
  struct protoent own, *result;
  char buffer[512];
  CHECK_EQ(getprotobyname_r("icmp", &own, buffer, sizeof buffer, &result), 0);
  CHECK_EQ(result->p_proto, IPPROTO_ICMP);
  CHECK_EQ(getprotobynumber_r(IPPROTO_ICMP, &own, buffer, sizeof buffer, &result), 0);
  CHECK_EQ(getprotobyname_r("icmp", &own, buffer, 4, &result), ERANGE);
  setprotoent(1);
  CHECK(getprotoent());
  CHECK_EQ(getprotoent_r(&own, buffer, sizeof buffer, &result), 0);
  endprotoent();
}

int main(void) {
  test_getaddrinfo();
  test_types();
  test_getnameinfo();
  test_hosts();
  test_herror();
  test_services();
  test_protocols();
  CHECK(strcmp(inet_ntoa((struct in_addr){htonl(0x01020304)}), "1.2.3.4") == 0);
  return 0;
}
