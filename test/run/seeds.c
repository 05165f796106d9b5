// A seed permutes what Linux leaves open: which of those who wait for a condition, a mutex, a word,
// a connection wakes first, which of two sleepers with the same deadline, and which ready
// descriptor epoll names first. The default seed keeps the order of arrival; each seed has the same
// in each run.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread -I%include %s -o seeds
// RUN: %simterpose run -q -o default ./seeds && %FileCheck %s <default/node-0/seeds.2.stdout
// CHECK: condition 0 1 2 3
// CHECK-NEXT: broadcast 0 1 2 3
// CHECK-NEXT: mutex 0 1 2 3
// CHECK-NEXT: accept 0 1 2 3
// CHECK-NEXT: sleep 0 1 2 3
// CHECK-NEXT: epoll 0 1 2 3
// RUN: for seed in 0 $(seq 2 20); do %simterpose run -q --seed $seed -o $seed ./seeds || exit 1; \
// RUN:   cat $seed/node-0/seeds.2.stdout >>all; done
// RUN: for seed in 0 2 3 4 20; do %simterpose run -q --seed $seed -o again ./seeds && \
// RUN:   diff -r again $seed || exit 1; done
// RUN: for what in condition broadcast mutex accept sleep epoll; do grep $what all | sort -u >of-$what; \
// RUN:   test $(wc -l <of-$what) -ge 4 || exit 1; done
// RUN: test $(wc -l <all) = 120 && test $(sed 's/^[a-z]* //' all | sort -u | wc -l) -le 24
#include "check.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { THREADS = 4 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, contended = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int turns, listener;
static int order[THREADS], ended;

static void end(const int* number) { order[ended++] = *number; }

static void* wait_for_turn(void* number) {
  pthread_mutex_lock(&mutex);
  while (turns == 0)
    pthread_cond_wait(&condition, &mutex);
  turns--;
  end(number);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static void* lock(void* number) {
  pthread_mutex_lock(&contended);
  end(number);
  pthread_mutex_unlock(&contended);
  return NULL;
}

static void* accept_one(void* number) {
  const int connection = accept(listener, NULL, NULL);
  CHECK(connection >= 0);
  end(number);
  close(connection);
  return NULL;
}

static void* sleep_until(void* number) {
  const struct timespec date = {.tv_sec = 1577836800 + 1000};
  CHECK_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &date, NULL), 0);
  end(number);
  return NULL;
}

/* Threads that wait, one after the other, are woken by `wake`. */
static void compete(const char* what, void* (*wait)(void*), void (*wake)(void)) {
  pthread_t threads[THREADS];
  static int numbers[THREADS];
  ended = 0;
  for (int i = 0; i < THREADS; i++) {
    numbers[i] = i;
    pthread_create(&threads[i], NULL, wait, &numbers[i]);
    usleep(1000);
  }
  wake();
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  CHECK_EQ(ended, THREADS);
  printf("%s %d %d %d %d\n", what, order[0], order[1], order[2], order[3]);
}

static void signal_each(void) {
  for (int i = 0; i < THREADS; i++) {
    pthread_mutex_lock(&mutex);
    turns++;
    pthread_cond_signal(&condition);
    pthread_mutex_unlock(&mutex);
    usleep(1000);
  }
}

static void broadcast(void) {
  pthread_mutex_lock(&mutex);
  turns = THREADS;
  pthread_cond_broadcast(&condition);
  pthread_mutex_unlock(&mutex);
}

static void unlock(void) { pthread_mutex_unlock(&contended); }
static void nothing(void) {}

static void connect_each(void) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  CHECK_EQ(getsockname(listener, (struct sockaddr*)&address, &size), 0);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int i = 0; i < THREADS; i++) {
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(connect(client, (struct sockaddr*)&address, size), 0);
    usleep(1000);
    close(client);
  }
}

static void ready_descriptors(void) {
  const int set = epoll_create1(0);
  int files[THREADS];
  struct epoll_event events[THREADS];
  for (int i = 0; i < THREADS; i++) {
    files[i] = eventfd(0, 0);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, files[i], &event), 0);
  }
  for (int i = 0; i < THREADS; i++)
    CHECK_EQ(eventfd_write(files[i], 1), 0);
  CHECK_EQ(epoll_wait(set, events, THREADS, 0), THREADS);
  printf("epoll %u %u %u %u\n", events[0].data.u32, events[1].data.u32, events[2].data.u32,
         events[3].data.u32);
}

int main(void) {
  listener = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_EQ(listen(listener, THREADS), 0);
  compete("condition", wait_for_turn, signal_each);
  compete("broadcast", wait_for_turn, broadcast);
  pthread_mutex_lock(&contended);
  compete("mutex", lock, unlock);
  compete("accept", accept_one, connect_each);
  compete("sleep", sleep_until, nothing);
  ready_descriptors();
  return 0;
}
