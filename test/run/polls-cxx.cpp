// Loops of C++ that wait for atomics, which are read by calls of functions without optimisation.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clangxx -std=c++17 -O2 -pthread %s -o spin && %simterpose run --cpu none -q -n 1 -o out ./spin
// RUN: cat out/node-0/*.stdout | %FileCheck %s
// RUN: %stp_clangxx -std=c++17 -O0 -pthread %s -o spin && %simterpose run --cpu none -q -n 1 -o out0 ./spin
// RUN: cat out0/node-0/*.stdout | %FileCheck %s
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

using namespace std::chrono_literals;

namespace {

std::atomic<int> turn{0};
std::atomic_flag held = ATOMIC_FLAG_INIT;

class Worker {
public:
  bool isDone() const { return done_; }
  void finish() { done_ = true; }

private:
  std::atomic<bool> done_{false};
};

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace

int main() {
  Worker worker;
  auto start = now();
  std::thread thread([&] {
    std::this_thread::sleep_for(1s);
    turn = 1;
    while (turn.load(std::memory_order_acquire) == 1)
      ;
    std::this_thread::sleep_for(250ms);
    worker.finish();
  });
  while (not turn)
    ;
  // CHECK: atomic 1.000000
  std::printf("atomic %.6f\n", now() - start);
  std::this_thread::sleep_for(500ms);
  int expected = 1;
  while (not turn.compare_exchange_weak(expected, 2))
    expected = 1;
  while (not worker.isDone())
    ;
  // CHECK: done 1.750000
  std::printf("done %.6f\n", now() - start);
  thread.join();

  start = now();
  auto const hold = [] {
    for (int i = 0; i < 5; i++) {
      while (held.test_and_set(std::memory_order_acquire))
        ;
      std::this_thread::sleep_for(1ms);
      held.clear(std::memory_order_release);
    }
  };
  std::thread first(hold), second(hold);
  first.join();
  second.join();
  // CHECK: held 0.010000
  std::printf("held %.6f\n", now() - start);
}
