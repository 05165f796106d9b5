// An exception that a program does not catch ends its process and no other.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clangxx -O2 -g %s -o program
// RUN: %exits 1 %simterpose run -n 4 -o out ./program {rank} 2>&1 | %FileCheck %s
// RUN: %FileCheck --check-prefix=WHAT %s <out/node-1/program.2.stderr
// RUN: %FileCheck --check-prefix=TYPE %s <out/node-2/program.2.stderr
// RUN: %FileCheck --check-prefix=NONE %s <out/node-3/program.2.stderr
//
// CHECK: program.2: aborted
// CHECK: #{{[0-9]+}} store::Table<int>::at(int) const at {{.*}}uncaught.cpp:[[@LINE+17]]
// CHECK-NEXT: #{{[0-9]+}} main at {{.*}}uncaught.cpp:
// CHECK: program.2 on node-1 killed by SIGABRT
// CHECK: [node-0 1.000000] well
// CHECK: 4 processes: 1 ended well, 3 failed
// WHAT: terminate called after throwing an instance of 'std::runtime_error'
// WHAT-NEXT: what():  the reason
// TYPE: terminate called after throwing an instance of 'int'
// NONE: terminate called without an active exception
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <unistd.h>

namespace store {
template <class T> struct Table {
  int at(T) const { throw std::runtime_error("the reason"); }
};
} // namespace store

int main(int, char** argv) {
  switch (std::atoi(argv[1])) {
  case 1:
    return store::Table<int>().at(1);
  case 2:
    throw 2;
  case 3:
    std::terminate();
  }
  sleep(1);
  std::cout << "well" << std::endl;
}
