// CALLS: ecvt fcvt qecvt qfcvt l64a crypt ether_ntoa ether_aton
// RUN: env STP_LIBS=-lcrypt %both
//
// Conversions into a buffer of libc's.
#define _GNU_SOURCE
#include <crypt.h>
#include <netinet/ether.h>

#include "check.h"

int main(void) {
  int point, sign;
  CHECK(strcmp(ecvt(-3.14159, 4, &point, &sign), "3142") == 0);
  CHECK_EQ(point, 1);
  CHECK_EQ(sign, 1);
  CHECK(strcmp(fcvt(123.456, 2, &point, &sign), "12346") == 0);
  CHECK_EQ(point, 3);
  CHECK_EQ(sign, 0);
  CHECK(strcmp(qecvt(0.5L, 3, &point, &sign), "500") == 0);
  CHECK(strcmp(qfcvt(99.5L, 1, &point, &sign), "995") == 0);
  CHECK(strcmp(l64a(0), "") == 0);
  CHECK_EQ(a64l(l64a(123456789)), 123456789);
  struct ether_addr* address = ether_aton("01:02:3:aB:5:6");
  CHECK(address && address->ether_addr_octet[3] == 0xab);
  CHECK(strcmp(ether_ntoa(address), "1:2:3:ab:5:6") == 0);
  CHECK(!ether_aton("nothing"));
  char* hash = crypt("secret", "$5$saltsalt$");
  CHECK(hash && strncmp(hash, "$5$saltsalt$", 12) == 0);
  char copy[128];
  strcpy(copy, hash);
  CHECK(strcmp(crypt("secret", copy), copy) == 0);
  CHECK(strcmp(crypt("public", copy), copy) != 0);
  return 0;
}
