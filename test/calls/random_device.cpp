// CALLS: _ZNSt13random_device9_M_getvalEv _ZNKSt13random_device13_M_getentropyEv
// RUN: %both_cxx
// RUN: %simterpose run --quiet -n 2 -o %t.one %t
// RUN: %simterpose run --quiet -n 2 -o %t.two %t
// RUN: diff -r %t.one %t.two
// RUN: cat %t.one/*/*.stdout | sort -u | wc -l | grep -qx 2
// RUN: %simterpose run --quiet --seed 2 -n 2 -o %t.three %t
// RUN: cat %t.one/*/*.stdout %t.three/*/*.stdout | sort -u | wc -l | grep -qx 4
//
// What seeds most C++ programs: the same in every run, another in each process and for each seed.
#include "check.h"

#include <cstdio>
#include <random>
#include <set>
#include <string>
#include <unistd.h>

int main() {
  std::random_device device, urandom("/dev/urandom");
  CHECK(device.entropy() >= 0 && device.entropy() <= 32);
  std::set<unsigned> drawn;
  for (int i = 0; i < 100; i++) {
    drawn.insert(device());
    drawn.insert(urandom());
  }
  CHECK(drawn.size() > 190);
  std::mt19937 generator(device());
  unsigned const number = std::uniform_int_distribution<unsigned>(0, 1000000000)(generator);
  std::printf("%u\n", number);
  bool thrown = false;
  try {
    std::random_device const none("no such device");
  } catch (std::exception const&) {
    thrown = true;
  }
  CHECK(thrown);
  return 0;
}
