// CALLS: getrandom getentropy arc4random arc4random_buf arc4random_uniform rand srand random
// CALLS: srandom initstate setstate drand48 erand48 lrand48 nrand48 mrand48 jrand48 srand48 seed48
// CALLS: lcong48
// RUN: %both
//
// Random numbers: the classical generators give libc's own sequences; the others are random enough.
#define _GNU_SOURCE
#include <sys/random.h>

#include "check.h"

static void classical(void) {
  CHECK_EQ(rand(), 1804289383); /* as libc has always begun */
  CHECK_EQ(random(), 846930886);
  CHECK_EQ(rand(), 1681692777);
  srand(42);
  CHECK_EQ(rand(), 71876166);
  CHECK_EQ(rand(), 708592740);
  srandom(1);
  CHECK_EQ(random(), 1804289383);
}

static void states(void) {
  static char small[32], large[256];
  srandom(7);
  const long first = random(), second = random();
  srandom(7);
  CHECK_EQ(random(), first);
  char* before = initstate(3, small, sizeof small);
  CHECK(before != NULL);
  const long other = random();
  CHECK(setstate(before) == small);
  CHECK_EQ(random(), second);
  CHECK(initstate(3, large, sizeof large) == before);
  CHECK(random() >= 0);
  CHECK(setstate(before) == large);
  CHECK(initstate(3, small, sizeof small) == before);
  CHECK_EQ(random(), other);
  CHECK(!initstate(3, small, 4));
  CHECK(setstate(before) == small);
}

static void congruential(void) {
  unsigned short seed[3] = {1, 2, 3}, parameters[7] = {1, 2, 3, 4, 5, 6, 7};
  CHECK_EQ(lrand48(), 0);
  CHECK_EQ(lrand48(), 2116118);
  srand48(1);
  CHECK_EQ(lrand48(), 89400484);
  CHECK_EQ((long)(drand48() * 1e9), 454492444);
  CHECK_EQ(mrand48(), -709454646);
  CHECK_EQ(nrand48(seed), 949179875);
  CHECK_EQ(jrand48(seed), 1130126687);
  CHECK_EQ((long)(erand48(seed) * 1e9), 654138252);
  unsigned short* old = seed48(seed);
  CHECK(old != NULL && old != seed);
  const long value = lrand48();
  seed48(seed);
  CHECK_EQ(lrand48(), value);
  lcong48(parameters);
  CHECK_EQ(lrand48(), 917510);
}

static int bits(const unsigned char* bytes, int count) {
  int set = 0;
  for (int i = 0; i < count; i++)
    set += __builtin_popcount(bytes[i]);
  return set;
}

static void from_kernel(void) {
  unsigned char a[256], b[256], large[300];
  CHECK_EQ(getrandom(a, sizeof a, 0), 256);
  CHECK_EQ(getrandom(b, sizeof b, GRND_NONBLOCK), 256);
  CHECK(memcmp(a, b, sizeof a) != 0);
  CHECK(bits(a, 256) > 900 && bits(a, 256) < 1148);
  CHECK_EQ(getrandom(a, 0, 0), 0);
  CHECK_ERRNO(getrandom(a, 1, 0x100), EINVAL);
  memset(a, 0, sizeof a);
  CHECK_EQ(getrandom(a, 13, 0), 13);
  CHECK(bits(a + 13, 243) == 0);
  CHECK_EQ(getentropy(a, 256), 0);
  CHECK_ERRNO(getentropy(large, 300), EIO);
  CHECK(bits(a, 256) > 900 && bits(a, 256) < 1148);
}

static void arc4(void) {
  unsigned char a[64];
  CHECK(arc4random() != arc4random() || arc4random() != arc4random());
  arc4random_buf(a, sizeof a);
  CHECK(bits(a, 64) > 180 && bits(a, 64) < 332);
  int seen[6] = {0};
  for (int i = 0; i < 6000; i++)
    seen[arc4random_uniform(6)]++;
  for (int i = 0; i < 6; i++)
    CHECK(seen[i] > 800 && seen[i] < 1200);
  CHECK_EQ(arc4random_uniform(0), 0);
  CHECK_EQ(arc4random_uniform(1), 0);
}

int main(void) {
  classical();
  states();
  congruential();
  from_kernel();
  arc4();
  return 0;
}
