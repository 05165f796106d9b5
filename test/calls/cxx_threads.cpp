// RUN: %both_cxx
// C++'s own threads, locks and clocks: partly in libstdc++, a library without source.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <pthread.h>

#include "check.h"

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using std::chrono::system_clock;

static std::string order;

struct Noisy {
  char letter;
  explicit Noisy(char l) : letter(l) {}
  ~Noisy() {
    if (letter >= 'a')
      order += letter;
  }
};

static thread_local Noisy first('1'), second('2');
static thread_local std::vector<int> numbers{1, 2, 3};

static void testThreads() {
  int sum = 0;
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (int i = 0; i < 10; i++)
    threads.emplace_back([&, i] {
      numbers.push_back(i);
      std::this_thread::sleep_for(1ms * i);
      std::lock_guard<std::mutex> lock(mutex);
      sum += i + int(numbers.size());
    });
  for (auto& thread : threads)
    thread.join();
  CHECK_EQ(sum, 45 + 40);
  CHECK_EQ(numbers.size(), 3);
  std::thread([] { std::this_thread::yield(); }).detach();
  CHECK(std::thread::hardware_concurrency() >= 1);
}

static void testThreadLocals() {
  std::thread([] {
    first.letter = 'a';
    second.letter = 'b';
  }).join();
  CHECK(order == "ba");
}

static void testCondition() {
  std::mutex mutex;
  std::condition_variable condition;
  bool ready = false;
  std::unique_lock<std::mutex> lock(mutex);
  auto const start = steady_clock::now();
  CHECK(not condition.wait_for(lock, 20ms, [&] { return ready; }));
  CHECK(steady_clock::now() - start >= 20ms);
  CHECK(condition.wait_until(lock, steady_clock::now() + 5ms) == std::cv_status::timeout);
  CHECK(condition.wait_until(lock, system_clock::now() + 5ms) == std::cv_status::timeout);
  std::thread thread([&] {
    std::this_thread::sleep_for(10ms);
    std::lock_guard<std::mutex> guard(mutex);
    ready = true;
    condition.notify_all();
  });
  CHECK(condition.wait_for(lock, 5s, [&] { return ready; }));
  lock.unlock();
  thread.join();

  std::condition_variable_any any;
  std::recursive_timed_mutex timed;
  std::unique_lock<std::recursive_timed_mutex> timed_lock(timed);
  CHECK(any.wait_for(timed_lock, 5ms) == std::cv_status::timeout);
  CHECK(timed.try_lock_for(1ms));
  timed.unlock();
  std::thread([&] { CHECK(not timed.try_lock_for(2ms)); }).join();
}

static void testOnce() {
  std::once_flag flag;
  int calls = 0;
  for (int i = 0; i < 2; i++)
    try {
      std::call_once(flag, [&] {
        calls++;
        throw std::runtime_error("not yet");
      });
      CHECK(false);
    } catch (std::runtime_error const&) {
    }
  std::call_once(flag, [&] { calls++; });
  std::call_once(flag, [&] { calls++; });
  CHECK_EQ(calls, 3);
}

static void testFutures() {
  auto future = std::async(std::launch::async, [] {
    std::this_thread::sleep_for(10ms);
    return 42;
  });
  CHECK(future.wait_for(1ms) == std::future_status::timeout);
  CHECK(future.wait_until(steady_clock::now() + 1ms) == std::future_status::timeout);
  CHECK_EQ(future.get(), 42);
  std::promise<int> promise;
  auto result = promise.get_future();
  std::thread thread(
      [&] { promise.set_exception(std::make_exception_ptr(std::logic_error("x"))); });
  try {
    result.get();
    CHECK(false);
  } catch (std::logic_error const&) {
  }
  thread.join();
  std::promise<void> late;
  std::thread setter([&] { late.set_value_at_thread_exit(); });
  late.get_future().wait();
  setter.join();
}

static void testSharedMutex() {
  std::shared_mutex mutex;
  std::shared_lock<std::shared_mutex> reader(mutex);
  CHECK(std::async(std::launch::async, [&] { return mutex.try_lock_shared(); }).get());
  CHECK(not std::async(std::launch::async, [&] { return mutex.try_lock(); }).get());
  mutex.unlock_shared();
  std::shared_timed_mutex timed;
  timed.lock();
  CHECK(not std::async(std::launch::async, [&] { return timed.try_lock_shared_for(1ms); }).get());
  timed.unlock();
}

static void testStatics() {
  static std::atomic<int> made{0};
  struct Slow {
    Slow() {
      std::this_thread::sleep_for(2ms);
      made++;
    }
  };
  auto const use = [] { static Slow slow; };
  std::thread a(use), b(use);
  a.join();
  b.join();
  CHECK_EQ(made, 1);
}

// pthread_exit unwinds, and what it unwinds is destroyed.
static void* leave(void* result) {
  Noisy noisy('n');
  try {
    Noisy inner('i');
    pthread_exit(result);
  } catch (...) {
    order += '!';
    throw;
  }
}

static void testExit() {
  order.clear();
  pthread_t thread;
  void* result;
  CHECK_EQ(pthread_create(&thread, nullptr, leave, &order), 0);
  CHECK_EQ(pthread_join(thread, &result), 0);
  CHECK(result == &order);
  CHECK(order == "i!n");
}

int main() {
  auto const start = system_clock::now();
  testThreads();
  testThreadLocals();
  testCondition();
  testOnce();
  testFutures();
  testSharedMutex();
  testStatics();
  testExit();
  CHECK(system_clock::now() - start > 50ms);
  return 0;
}
