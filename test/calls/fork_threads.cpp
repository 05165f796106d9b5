// CALLS: fork
// RUN: %both_cxx
// UNSUPPORTED: sanitize
//
// Forks of a program with threads, in C++: the child has the thread that forked, alone. (Under a
// sanitizer, operator new is its own: what it gives is not copied.)
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <pthread.h>
#include <semaphore.h>

#include "child.h"

static thread_local int mine = 1;
static thread_local std::string text = "initial";
static std::string global(1000, 'g');

static void expect(pid_t pid, int code) {
  const int status = child_status(pid);
  CHECK(WIFEXITED(status));
  CHECK_EQ(WEXITSTATUS(status), code);
}

/* From a thread that is not the first, with its thread-locals and stack. */
static void from_thread() {
  std::thread thread([] {
    mine = 5;
    text = "of the thread";
    int on_stack = 6;
    const pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
      CHECK(mine == 5 && text == "of the thread" && on_stack == 6);
      CHECK_EQ(gettid(), getpid()); /* the main thread now */
      mine = on_stack = 7;
      text += " and the child";
      _exit(mine + on_stack);
    }
    expect(pid, 14);
    CHECK(mine == 5 && text == "of the thread" && on_stack == 6);
  });
  thread.join();
  CHECK(mine == 1 && text == "initial");
}

/* The other threads do not exist in the child, and go on in the parent. */
static void alone() {
  std::atomic<bool> stop{false};
  std::atomic<int> rounds{0};
  std::vector<std::thread> others;
  for (int i = 0; i < 4; i++)
    others.emplace_back([&] {
      while (!stop) {
        rounds++;
        usleep(100);
      }
    });
  while (rounds < 10)
    usleep(100);
  for (int i = 0; i < 5; i++) {
    const pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
      const int before = rounds;
      usleep(2000);
      _exit(rounds == before ? 3 : 4);
    }
    const int before = rounds;
    expect(pid, 3);
    while (rounds < before + 10)
      usleep(100);
  }
  stop = true;
  for (auto& other : others)
    other.join();
}

/* Threads of the child's own. */
static void threads_of_child() {
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    std::atomic<int> sum{0};
    std::mutex mutex;
    std::condition_variable ready;
    int count = 0;
    std::vector<std::thread> threads;
    for (int i = 1; i <= 5; i++)
      threads.emplace_back([&, i] {
        std::unique_lock<std::mutex> lock(mutex);
        sum += i;
        mine = i;
        count++;
        ready.notify_all();
        ready.wait(lock, [&] { return count == 5; });
        CHECK_EQ(mine, i);
      });
    for (auto& thread : threads)
      thread.join();
    _exit(sum);
  }
  expect(pid, 15);
}

/* A mutex that the forking thread holds is the child's to unlock. */
static void locked() {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  std::recursive_mutex recursive;
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  recursive.lock();
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    CHECK_EQ(pthread_mutex_trylock(&mutex), EBUSY);
    CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
    CHECK_EQ(pthread_mutex_lock(&mutex), 0);
    std::thread([&] { CHECK_EQ(pthread_mutex_trylock(&mutex), EBUSY); }).join();
    recursive.unlock();
    _exit(3);
  }
  expect(pid, 3);
  CHECK_EQ(pthread_mutex_trylock(&mutex), EBUSY);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  recursive.unlock();
}

/* Others block at the fork: in the child, what they waited for has no waiters. (Conditions and
 * read-write locks of libc do not survive that.) */
static void blocked() {
  pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
  sem_t semaphore;
  int pipes[2];
  CHECK_EQ(sem_init(&semaphore, 0, 0), 0);
  CHECK_EQ(pipe(pipes), 0);
  pthread_mutex_lock(&held);
  std::vector<std::thread> threads;
  threads.emplace_back([&] { CHECK_EQ(sem_wait(&semaphore), 0); });
  threads.emplace_back([&] { pthread_mutex_lock(&held), pthread_mutex_unlock(&held); });
  threads.emplace_back([&] {
    char byte;
    CHECK_EQ(read(pipes[0], &byte, 1), 1);
  });
  usleep(20000);
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    int value = -1;
    CHECK_EQ(sem_post(&semaphore), 0);
    CHECK_EQ(sem_getvalue(&semaphore, &value), 0);
    CHECK_EQ(value, 1); /* nobody has taken it */
    CHECK_EQ(sem_trywait(&semaphore), 0);
    std::thread waiter([&] { CHECK_EQ(sem_wait(&semaphore), 0); });
    usleep(1000);
    CHECK_EQ(sem_post(&semaphore), 0);
    waiter.join();
    CHECK_EQ(pthread_mutex_unlock(&held), 0);
    CHECK_EQ(pthread_mutex_lock(&held), 0);
    std::thread other([&] { CHECK_EQ(pthread_mutex_lock(&held), 0); });
    usleep(1000);
    CHECK_EQ(pthread_mutex_unlock(&held), 0);
    other.join();
    CHECK_EQ(write(pipes[1], "x", 1), 1); /* to the parent's thread */
    _exit(3);
  }
  expect(pid, 3);
  int value = -1;
  CHECK_EQ(sem_getvalue(&semaphore, &value), 0);
  CHECK_EQ(value, 0);
  sem_post(&semaphore);
  pthread_mutex_unlock(&held);
  for (auto& thread : threads)
    thread.join();
}

/* Joining and detaching: the child knows of no threads but its own. */
static void joining() {
  std::atomic<bool> stop{false};
  std::thread other([&] {
    while (!stop)
      usleep(100);
  });
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    std::thread([] { usleep(100); }).detach();
    usleep(1000);
    void* result;
    pthread_t mine;
    CHECK_EQ(pthread_create(
                 &mine, nullptr, [](void* argument) { return argument; }, &stop),
             0);
    CHECK_EQ(pthread_join(mine, &result), 0);
    CHECK(result == &stop);
    _exit(3);
  }
  expect(pid, 3);
  stop = true;
  other.join();
}

/* stdio is usable in the child, whoever used it at the time of the fork. */
static void streams() {
  std::atomic<bool> stop{false};
  FILE* file = fopen("written", "w");
  CHECK(file);
  std::thread writer([&] {
    while (!stop) {
      fputs("some text\n", file);
      fflush(file);
      usleep(1);
    }
  });
  for (int i = 0; i < 10; i++) {
    const pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
      fprintf(file, "child %d\n", i);
      FILE* other = fopen("other", "w");
      CHECK(other && fputs("x", other) >= 0 && fclose(other) == 0);
      _exit(fflush(file) == 0 ? 3 : 4);
    }
    expect(pid, 3);
  }
  stop = true;
  writer.join();
  fclose(file);
}

struct Noisy {
  int* count;
  ~Noisy() { ++*count; }
};

static int deep(int levels, int* destroyed) {
  Noisy noisy{destroyed};
  if (levels == 0)
    throw std::runtime_error("from below");
  return deep(levels - 1, destroyed) + 1;
}

/* Exceptions, in the child and while one is being handled. */
static void exceptions() {
  pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    int destroyed = 0;
    try {
      deep(20, &destroyed);
    } catch (const std::exception& error) {
      CHECK(std::string(error.what()) == "from below");
    }
    _exit(destroyed);
  }
  expect(pid, 21);
  try {
    throw std::string("in flight");
  } catch (std::string&) {
    pid = fork();
    CHECK(pid >= 0);
    try {
      throw;
    } catch (std::string& again) {
      CHECK(again == "in flight");
      again += pid == 0 ? " in the child" : "";
      if (pid == 0)
        _exit(static_cast<int>(again.size()));
    }
    expect(pid, 22);
  }
  CHECK_EQ(std::uncaught_exceptions(), 0);
}

static void containers() {
  std::vector<std::string> strings;
  for (int i = 0; i < 1000; i++)
    strings.push_back(std::string(static_cast<size_t>(i), 'x'));
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    size_t sum = global.size();
    for (auto& string : strings)
      sum += string.size();
    strings.clear();
    strings.shrink_to_fit();
    global = "";
    _exit(sum == 500500 ? 3 : 4);
  }
  expect(pid, 3);
  CHECK(strings[999].size() == 999 && global.size() == 1000);
}

/* Two threads fork at once. */
static void at_once() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++)
    threads.emplace_back([i] {
      for (int j = 0; j < 3; j++) {
        const pid_t pid = fork();
        CHECK(pid >= 0);
        if (pid == 0)
          _exit(10 * i + j);
        expect(pid, 10 * i + j);
      }
    });
  for (auto& thread : threads)
    thread.join();
}

int main() {
  from_thread();
  alone();
  threads_of_child();
  locked();
  blocked();
  joining();
  streams();
  exceptions();
  containers();
  at_once();
  return 0;
}
