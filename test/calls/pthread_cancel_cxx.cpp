// RUN: %both_cxx
// Cancellation unwinds frames of C++: destructors run, `catch (...)` sees it and passes it on,
// thread_locals and pthread_cleanup_push too.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cxxabi.h>
#include <mutex>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>

#include "check.h"

static std::string order;

struct Noted {
  explicit Noted(char name) : name_(name) {}
  ~Noted() { order += name_; }
  char const name_;
};

static thread_local Noted const local('l');

static int ends[2];

static void note(void* text) { order += static_cast<char const*>(text); }

[[gnu::noinline]] static void wait_inside() {
  Noted const inner('i');
  char byte;
  CHECK(read(ends[0], &byte, 1) == 1);
  order += '!';
}

static void* caught(void*) {
  CHECK(local.name_ == 'l');
  Noted const outer('o');
  pthread_cleanup_push(note, const_cast<char*>("c"));
  try {
    Noted const middle('m');
    wait_inside();
  } catch (std::exception const&) {
    order += '?';
  } catch (abi::__forced_unwind&) {
    order += 'f';
    throw;
  } catch (...) {
    order += '?';
  }
  pthread_cleanup_pop(0);
  return nullptr;
}

static void* caught_all(void*) {
  Noted const outer('o');
  try {
    wait_inside();
  } catch (...) {
    order += 'a';
    throw;
  }
  return nullptr;
}

static std::mutex mutex;
static std::condition_variable condition;

static void* wait_for_condition(void*) {
  Noted const outer('o');
  std::unique_lock<std::mutex> lock(mutex);
  condition.wait(lock, [] { return false; });
  return nullptr;
}

std::atomic<bool> never;

static void* asynchronous(void*) {
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, nullptr);
  while (not never)
    ;
  return nullptr;
}

static void cancel(void* (*function)(void*), char const* expected) {
  pthread_t thread;
  void* result;
  order.clear();
  CHECK(pthread_create(&thread, nullptr, function, nullptr) == 0);
  usleep(2000);
  CHECK(pthread_cancel(thread) == 0);
  CHECK(pthread_join(thread, &result) == 0);
  CHECK(result == PTHREAD_CANCELED);
  if (order != expected)
    printf("%s, expected %s\n", order.c_str(), expected);
  CHECK(order == expected);
}

static void in_std_thread() {
  order.clear();
  std::thread thread([] {
    Noted const outer('o');
    std::this_thread::sleep_for(std::chrono::hours(1));
  });
  usleep(2000);
  CHECK(pthread_cancel(thread.native_handle()) == 0);
  thread.join();
  CHECK(order == "o");
}

int main() {
  CHECK(pipe(ends) == 0);
  cancel(caught, "imfcol");
  cancel(caught_all, "iao");
  cancel(wait_for_condition, "o");
  CHECK(mutex.try_lock());
  mutex.unlock();
  cancel(asynchronous, "");
  in_std_thread();
}
