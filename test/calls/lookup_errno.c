// RUN: %both
// What lookups in databases leave in errno: 0, whether they found something or not; numbers that
// need no lookup, and getaddrinfo, leave it alone.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>

#include "check.h"

#define LEAVES(number, expression)                                                                 \
  do {                                                                                             \
    errno = ENOTTY;                                                                                \
    expression;                                                                                    \
    CHECK_EQ(errno, number);                                                                       \
  } while (0)

static void test_users(void) {
  char buffer[4096];
  struct passwd entry, *result;
  LEAVES(0, CHECK(getpwnam("nosuchuser") == NULL));
  LEAVES(0, CHECK(getpwnam("root") != NULL));
  LEAVES(0, CHECK(getpwuid(54321) == NULL));
  LEAVES(0, CHECK(getgrnam("nosuchgroup") == NULL));
  LEAVES(0, CHECK(getgrgid(0) != NULL));
  LEAVES(0, CHECK_EQ(getpwnam_r("nosuchuser", &entry, buffer, sizeof buffer, &result), 0));
  LEAVES(ERANGE, CHECK_EQ(getpwnam_r("root", &entry, buffer, 4, &result), ERANGE));
}

static void test_services(void) {
  LEAVES(0, CHECK(getservbyname("nosuchservice", "tcp") == NULL));
  LEAVES(0, CHECK(getservbyname("http", "tcp") != NULL));
  LEAVES(0, CHECK(getservbyport(htons(54321), "tcp") == NULL));
  LEAVES(0, CHECK(getprotobyname("nosuchprotocol") == NULL));
  LEAVES(0, CHECK(getprotobynumber(6) != NULL));
}

static void test_hosts(void) {
  char buffer[4096];
  struct hostent host, *found;
  struct addrinfo* addresses;
  int error;
  LEAVES(0, CHECK(gethostbyname("localhost") != NULL));
  LEAVES(ENOTTY, CHECK(gethostbyname("10.0.0.77") != NULL));
  LEAVES(0, gethostbyname_r("localhost", &host, buffer, sizeof buffer, &found, &error));
  LEAVES(ERANGE, gethostbyname_r("localhost", &host, buffer, 4, &found, &error));
  LEAVES(ENOTTY, CHECK_EQ(getaddrinfo("localhost", NULL, NULL, &addresses), 0));
  freeaddrinfo(addresses);
}

int main(void) {
  test_users();
  test_services();
  test_hosts();
  return 0;
}
