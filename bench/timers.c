/* Many timers: TIMERS timerfds in one epoll, each at a date of its own, that go off ROUNDS times.
 *   timers TIMERS ROUNDS */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

static void need(int yes, const char* what) {
  if (yes)
    return;
  perror(what);
  exit(1);
}

/* Within the next one to two seconds. */
static void arm(int fd) {
  static unsigned random = 1;
  random = random * 1664525 + 1013904223;
  const struct itimerspec when = {.it_value = {1, random % 1000000000}};
  need(timerfd_settime(fd, 0, &when, NULL) == 0, "timerfd_settime");
}

int main(int count, char** arguments) {
  if (count != 3)
    return 2;
  const int timers = atoi(arguments[1]);
  const long rounds = atol(arguments[2]);
  const struct rlimit limit = {200000, 200000};
  need(setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
  const int queue = epoll_create1(0);
  for (int i = 0; i < timers; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = timerfd_create(CLOCK_MONOTONIC, 0)};
    need(epoll_ctl(queue, EPOLL_CTL_ADD, event.data.fd, &event) == 0, "epoll_ctl");
    arm(event.data.fd);
  }
  for (long left = timers * rounds; left > 0;) {
    struct epoll_event events[64];
    const int ready = epoll_wait(queue, events, 64, -1);
    need(ready > 0, "epoll_wait");
    for (int i = 0; i < ready; i++, left--) {
      uint64_t times;
      need(read(events[i].data.fd, &times, sizeof times) == sizeof times, "read");
      if (left > timers)
        arm(events[i].data.fd);
    }
  }
  return 0;
}
