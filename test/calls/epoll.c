// CALLS: epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
// RUN: %both
//
// epoll over pipes and event descriptors: level, edge and one-shot members, errors, copies and
// closing, order when there are more events than room, sets in sets, several threads.
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "check.h"
#include "elapsed.h"

static int set, fds[2];
static struct epoll_event events[16];

static int control(int in, int operation, int fd, uint32_t asked) {
  struct epoll_event event = {.events = asked, .data.u64 = 0x100000000 + (uint64_t)fd};
  return epoll_ctl(in, operation, fd, &event);
}

static int add(int fd, uint32_t asked) { return control(set, EPOLL_CTL_ADD, fd, asked); }
static int modify(int fd, uint32_t asked) { return control(set, EPOLL_CTL_MOD, fd, asked); }
static int take_off(int fd) { return epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL); }
static int ready(void) { return epoll_wait(set, events, 16, 0); }

static void put(int fd) { CHECK_EQ(write(fd, "x", 1), 1); }
static void get(int fd) {
  char byte;
  CHECK_EQ(read(fd, &byte, 1), 1);
}

static void errors(void) {
  CHECK_ERRNO(epoll_create(0), EINVAL);
  CHECK_ERRNO(epoll_create1(1), EINVAL);
  const int other = epoll_create1(EPOLL_CLOEXEC);
  CHECK_EQ(fcntl(other, F_GETFD), FD_CLOEXEC);
  CHECK_ERRNO(add(fds[0], EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT), EINVAL);
  CHECK_EQ(add(fds[0], EPOLLIN), 0);
  CHECK_ERRNO(add(fds[0], EPOLLIN), EEXIST);
  CHECK_ERRNO(modify(fds[0], EPOLLIN | EPOLLEXCLUSIVE), EINVAL);
  CHECK_ERRNO(modify(fds[1], EPOLLIN), ENOENT);
  CHECK_ERRNO(take_off(fds[1]), ENOENT);
  CHECK_ERRNO(control(set, 77, fds[0], EPOLLIN), EINVAL);
  CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_ADD, fds[1], NULL), EFAULT);
  CHECK_ERRNO(add(set, EPOLLIN), EINVAL);
  CHECK_ERRNO(add(999, EPOLLIN), EBADF);
  CHECK_ERRNO(control(999, EPOLL_CTL_ADD, fds[0], EPOLLIN), EBADF);
  CHECK_ERRNO(control(fds[0], EPOLL_CTL_ADD, fds[1], EPOLLIN), EINVAL);
  const int file = open("epoll.file", O_RDWR | O_CREAT, 0600);
  CHECK_ERRNO(add(file, EPOLLIN), EPERM);
  CHECK_EQ(close(file), 0);
  CHECK_EQ(unlink("epoll.file"), 0);
  CHECK_ERRNO(epoll_wait(set, events, 0, 0), EINVAL);
  CHECK_ERRNO(epoll_wait(set, events, -1, 0), EINVAL);
  CHECK_ERRNO(epoll_wait(fds[0], events, 1, 0), EINVAL);
  CHECK_ERRNO(epoll_wait(999, events, 1, 0), EBADF);
  CHECK_ERRNO(read(set, events, 1), EINVAL);
  CHECK_EQ(take_off(fds[0]), 0);
  CHECK_ERRNO(take_off(fds[0]), ENOENT);
  CHECK_EQ(close(other), 0);
}

static void level(void) {
  CHECK_EQ(add(fds[0], EPOLLIN), 0);
  CHECK_EQ(ready(), 0);
  put(fds[1]);
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(ready(), 1);
    CHECK_EQ(events[0].events, EPOLLIN);
    CHECK_EQ(events[0].data.u64, 0x100000000 + (uint64_t)fds[0]);
  }
  get(fds[0]);
  CHECK_EQ(ready(), 0);
  CHECK_EQ(modify(fds[0], 0), 0);
  put(fds[1]);
  CHECK_EQ(ready(), 0);
  CHECK_EQ(modify(fds[0], EPOLLIN), 0); /* ready already */
  CHECK_EQ(ready(), 1);
  get(fds[0]);
  CHECK_EQ(add(fds[1], EPOLLOUT | EPOLLIN), 0);
  CHECK_EQ(ready(), 1);
  CHECK_EQ(events[0].events, EPOLLOUT);
  CHECK_EQ(take_off(fds[0]), 0);
  CHECK_EQ(take_off(fds[1]), 0);
}

static void edge(void) {
  CHECK_EQ(add(fds[0], EPOLLIN | EPOLLET), 0);
  put(fds[1]);
  CHECK_EQ(ready(), 1);
  CHECK_EQ(ready(), 0); /* not read, but told already */
  put(fds[1]);
  CHECK_EQ(ready(), 1); /* more has come */
  CHECK_EQ(ready(), 0);
  get(fds[0]);
  CHECK_EQ(ready(), 0); /* less is no news */
  CHECK_EQ(modify(fds[0], EPOLLIN | EPOLLET), 0);
  CHECK_EQ(ready(), 1); /* changing asks again */
  get(fds[0]);
  put(fds[1]);
  get(fds[0]);
  CHECK_EQ(ready(), 0); /* came and went */
  CHECK_EQ(take_off(fds[0]), 0);
}

static void one_shot(void) {
  CHECK_EQ(add(fds[0], EPOLLIN | EPOLLONESHOT), 0);
  put(fds[1]);
  CHECK_EQ(ready(), 1);
  put(fds[1]);
  CHECK_EQ(ready(), 0);
  CHECK_EQ(modify(fds[0], EPOLLIN | EPOLLONESHOT), 0);
  CHECK_EQ(ready(), 1);
  CHECK_EQ(ready(), 0);
  get(fds[0]);
  get(fds[0]);
  CHECK_EQ(take_off(fds[0]), 0);
}

/* A member is the description: it outlives its number if there is a copy, and dies with the last.
 */
static void copies(void) {
  int other[2];
  CHECK_EQ(pipe(other), 0);
  CHECK_EQ(add(other[0], EPOLLIN), 0);
  const int copy = dup(other[0]);
  CHECK_EQ(add(copy, EPOLLIN | EPOLLET), 0); /* another member */
  put(other[1]);
  CHECK_EQ(ready(), 2);
  CHECK_EQ(take_off(copy), 0);
  const int number = other[0];
  CHECK_EQ(close(other[0]), 0);
  CHECK_EQ(ready(), 1);
  CHECK_EQ(events[0].data.u64, 0x100000000 + (uint64_t)number);
  CHECK_ERRNO(take_off(number), EBADF);
  CHECK_EQ(dup2(fds[0], number), number); /* the number again, another description */
  CHECK_ERRNO(take_off(number), ENOENT);
  CHECK_EQ(add(number, EPOLLIN), 0);
  CHECK_EQ(ready(), 1);
  CHECK_EQ(close(copy), 0);
  CHECK_EQ(ready(), 0);
  put(fds[1]);
  CHECK_EQ(ready(), 1);
  get(fds[0]);
  CHECK_EQ(take_off(number), 0);
  CHECK_EQ(close(number), 0);
  CHECK_EQ(close(other[1]), 0);
}

static void hangs_up(void) {
  int other[2];
  CHECK_EQ(pipe(other), 0);
  CHECK_EQ(add(other[0], EPOLLIN | EPOLLRDHUP), 0);
  put(other[1]);
  CHECK_EQ(close(other[1]), 0);
  CHECK_EQ(ready(), 1);
  CHECK_EQ(events[0].events, EPOLLIN | EPOLLHUP);
  CHECK_EQ(modify(other[0], 0), 0);
  CHECK_EQ(ready(), 1);
  CHECK_EQ(events[0].events, EPOLLHUP);
  CHECK_EQ(close(other[0]), 0);
  CHECK_EQ(ready(), 0);
}

/* Fewer places than ready members: each gets its turn. */
static void turns(void) {
  enum { COUNT = 5 };
  int counters[COUNT], seen[COUNT] = {0};
  for (int i = 0; i < COUNT; i++) {
    counters[i] = eventfd(1, 0);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, counters[i], &event), 0);
  }
  for (int round = 0; round < 5; round++) {
    CHECK_EQ(epoll_wait(set, events, 2, -1), 2);
    seen[events[0].data.u32]++;
    seen[events[1].data.u32]++;
    CHECK_EQ(events[1].data.u32, (events[0].data.u32 + 1) % COUNT);
  }
  for (int i = 0; i < COUNT; i++) {
    CHECK_EQ(seen[i], 2);
    CHECK_EQ(close(counters[i]), 0);
  }
  CHECK_EQ(ready(), 0);
}

static void nested(void) {
  int chain[7];
  for (int i = 0; i < 7; i++)
    chain[i] = epoll_create(1);
  CHECK_ERRNO(control(set, EPOLL_CTL_ADD, chain[0], EPOLLIN | EPOLLEXCLUSIVE), EINVAL);
  CHECK_EQ(control(chain[0], EPOLL_CTL_ADD, set, EPOLLIN), 0);
  CHECK_ERRNO(add(chain[0], EPOLLIN), ELOOP);
  CHECK_EQ(add(fds[0], EPOLLIN), 0);
  struct pollfd outer = {chain[0], POLLIN, 0};
  CHECK_EQ(poll(&outer, 1, 0), 0);
  CHECK_EQ(epoll_wait(chain[0], events, 16, 0), 0);
  put(fds[1]);
  CHECK_EQ(poll(&outer, 1, 0), 1);
  CHECK_EQ(outer.revents, POLLIN);
  CHECK_EQ(epoll_wait(chain[0], events, 16, -1), 1);
  CHECK_EQ(events[0].data.u64, 0x100000000 + (uint64_t)set);
  CHECK_EQ(ready(), 1);
  get(fds[0]);
  CHECK_EQ(poll(&outer, 1, 0), 0);
  CHECK_EQ(epoll_wait(chain[0], events, 16, 0), 0);
  int depth = 0;
  while (depth < 6 && control(chain[depth + 1], EPOLL_CTL_ADD, chain[depth], EPOLLIN) == 0)
    depth++;
  CHECK(depth < 6);
  CHECK_EQ(errno, ELOOP);
  for (int i = 0; i < 7; i++)
    CHECK_EQ(close(chain[i]), 0);
  CHECK_EQ(take_off(fds[0]), 0);
}

static void* put_later(void* unused) {
  (void)unused;
  nap(0.02);
  put(fds[1]);
  return NULL;
}

static void* add_later(void* unused) {
  (void)unused;
  nap(0.02);
  CHECK_EQ(add(fds[0], EPOLLIN), 0);
  return NULL;
}

static void* wait_once(void* unused) {
  (void)unused;
  struct epoll_event event;
  CHECK_EQ(epoll_wait(set, &event, 1, 10000), 1);
  return NULL;
}

static void waits(void) {
  pthread_t thread, others[2];
  CHECK_EQ(add(fds[0], EPOLLIN), 0);
  double start = date();
  CHECK_EQ(epoll_wait(set, events, 16, 30), 0);
  CHECK(elapsed(start, 0.030));
  start = date();
  const struct timespec delay = {0, 1500000}, wrong = {0, -1};
  CHECK_EQ(epoll_pwait2(set, events, 16, &delay, NULL), 0);
  CHECK(elapsed(start, 0.0015));
  CHECK_ERRNO(epoll_pwait2(set, events, 16, &wrong, NULL), EINVAL);

  start = date();
  CHECK_EQ(pthread_create(&thread, NULL, put_later, NULL), 0);
  CHECK_EQ(epoll_wait(set, events, 16, -1), 1);
  CHECK(elapsed(start, 0.020));
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(take_off(fds[0]), 0);

  /* A member that is ready when it is added to a set somebody waits for. */
  start = date();
  CHECK_EQ(pthread_create(&thread, NULL, add_later, NULL), 0);
  CHECK_EQ(epoll_pwait(set, events, 16, 10000, NULL), 1);
  CHECK(elapsed(start, 0.020));
  CHECK_EQ(pthread_join(thread, NULL), 0);
  get(fds[0]);

  /* Level-triggered: all who wait are told, one after the other. */
  CHECK_EQ(pthread_create(&others[0], NULL, wait_once, NULL), 0);
  CHECK_EQ(pthread_create(&others[1], NULL, wait_once, NULL), 0);
  nap(0.02);
  put(fds[1]);
  CHECK_EQ(pthread_join(others[0], NULL), 0);
  CHECK_EQ(pthread_join(others[1], NULL), 0);
  get(fds[0]);
  CHECK_EQ(take_off(fds[0]), 0);
}

static volatile sig_atomic_t handled;
static void handle(int signal) { handled = signal; }

static void masks(void) {
  struct sigaction action = {.sa_handler = handle};
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  sigset_t blocked, none;
  sigemptyset(&none);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &blocked, NULL), 0);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(epoll_wait(set, events, 16, 1), 0);
  CHECK_ERRNO(epoll_pwait(set, events, 16, -1, &none), EINTR);
  CHECK_EQ(handled, SIGUSR1);
}

int main(void) {
  set = epoll_create(1);
  CHECK(set >= 0);
  CHECK_EQ(pipe(fds), 0);
  errors();
  level();
  edge();
  one_shot();
  copies();
  hangs_up();
  turns();
  nested();
  waits();
  masks();
  CHECK_EQ(close(set), 0);
  return 0;
}
