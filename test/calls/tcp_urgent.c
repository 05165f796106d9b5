// CALLS: send recv sockatmark ioctl fcntl poll select epoll_wait
// RUN: %both
//
// Urgent data: MSG_OOB, the mark, SIGURG to the owner, POLLPRI; and SIGIO with O_ASYNC.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <time.h>

#include "child.h"
#include "tcp.h"

/* Emulated and natively, loopback delivers at once, but for the softirq's turn. */
static void settle(int fd, short events) {
  struct pollfd one = {fd, events, 0};
  CHECK_EQ(poll(&one, 1, 5000), 1);
  CHECK(one.revents & events);
}

static void expect(int fd, int flags, const char* text) {
  char buffer[64];
  CHECK_EQ(recv(fd, buffer, sizeof buffer, flags | MSG_DONTWAIT), strlen(text));
  CHECK(memcmp(buffer, text, strlen(text)) == 0);
}

static int urgent_events(int fd) {
  struct pollfd one = {fd, POLLIN | POLLPRI, 0};
  CHECK(poll(&one, 1, 0) >= 0);
  return one.revents;
}

static int waiting(int fd) {
  int count = -1;
  CHECK_EQ(ioctl(fd, FIONREAD, &count), 0);
  return count;
}

static void test_out_of_turn(void) {
  int ends[2];
  tcp_pair(ends);
  char byte = 0;
  CHECK_ERRNO(recv(ends[1], &byte, 1, MSG_OOB), EINVAL);
  CHECK_EQ(urgent_events(ends[1]), 0);
  CHECK_EQ(send(ends[0], "ab", 2, 0), 2);
  CHECK_EQ(send(ends[0], "cX", 2, MSG_OOB), 2);
  CHECK_EQ(send(ends[0], "de", 2, 0), 2);
  settle(ends[1], POLLPRI);
  CHECK_EQ(urgent_events(ends[1]), POLLIN | POLLPRI);
  CHECK_EQ(waiting(ends[1]), 3);
  CHECK_EQ(sockatmark(ends[1]), 0);

  CHECK_EQ(recv(ends[1], &byte, 1, MSG_OOB | MSG_PEEK), 1);
  CHECK_EQ(byte, 'X');
  struct iovec room = {&byte, 1};
  struct msghdr message = {.msg_iov = &room, .msg_iovlen = 1};
  byte = 0;
  CHECK_EQ(recvmsg(ends[1], &message, MSG_OOB), 1);
  CHECK_EQ(message.msg_flags, MSG_OOB);
  CHECK_EQ(byte, 'X');
  CHECK_ERRNO(recv(ends[1], &byte, 1, MSG_OOB), EINVAL); /* taken */
  CHECK_EQ(urgent_events(ends[1]), POLLIN);

  expect(ends[1], MSG_PEEK, "abc");
  char two[2];
  CHECK_EQ(recv(ends[1], two, 2, MSG_WAITALL), 2);
  CHECK_EQ(sockatmark(ends[1]), 0);
  expect(ends[1], 0, "c"); /* stops at the mark */
  CHECK_EQ(sockatmark(ends[1]), 1);
  int mark = -1;
  CHECK_EQ(ioctl(ends[1], SIOCATMARK, &mark), 0);
  CHECK_EQ(mark, 1);
  CHECK_EQ(waiting(ends[1]), 0);
  expect(ends[1], MSG_PEEK, "de");
  expect(ends[1], 0, "de");
  CHECK_EQ(sockatmark(ends[1]), 0);
  close_pair(ends);
}

/* Nothing but an urgent byte: there is nothing to read, and a read drops it. */
static void test_alone(void) {
  int ends[2];
  tcp_pair(ends);
  char byte;
  CHECK_EQ(send(ends[0], "X", 1, MSG_OOB), 1);
  settle(ends[1], POLLPRI);
  CHECK_EQ(urgent_events(ends[1]), POLLPRI);
  CHECK_EQ(sockatmark(ends[1]), 1);
  CHECK_ERRNO(recv(ends[1], &byte, 1, MSG_DONTWAIT), EAGAIN);
  CHECK_ERRNO(recv(ends[1], &byte, 1, MSG_OOB), EINVAL);
  CHECK_EQ(urgent_events(ends[1]), 0);
  /* A second one makes the first a byte like others. */
  CHECK_EQ(send(ends[0], "aX", 2, MSG_OOB), 2);
  CHECK_EQ(send(ends[0], "bY", 2, MSG_OOB), 2);
  CHECK_EQ(send(ends[0], "c", 1, 0), 1);
  settle(ends[1], POLLPRI);
  while (waiting(ends[1]) != 3)
    ;
  CHECK_EQ(recv(ends[1], &byte, 1, MSG_OOB), 1);
  CHECK_EQ(byte, 'Y');
  expect(ends[1], 0, "aXb");
  expect(ends[1], 0, "c");
  close_pair(ends);
}

static void test_in_line(void) {
  int ends[2];
  tcp_pair(ends);
  char byte;
  CHECK_EQ(setsockopt(ends[1], SOL_SOCKET, SO_OOBINLINE, &(int){1}, sizeof(int)), 0);
  CHECK_EQ(send(ends[0], "abX", 3, MSG_OOB), 3);
  CHECK_EQ(send(ends[0], "cd", 2, 0), 2);
  settle(ends[1], POLLPRI);
  while (waiting(ends[1]) < 5)
    ;
  CHECK_ERRNO(recv(ends[1], &byte, 1, MSG_OOB), EINVAL);
  expect(ends[1], 0, "ab");
  CHECK_EQ(sockatmark(ends[1]), 1);
  CHECK_EQ(urgent_events(ends[1]), POLLIN | POLLPRI);
  expect(ends[1], 0, "Xcd");
  CHECK_EQ(sockatmark(ends[1]), 0);
  CHECK_EQ(urgent_events(ends[1]), 0);
  close_pair(ends);
}

static void test_waiting(void) {
  int ends[2];
  tcp_pair(ends);
  const int set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLPRI};
  CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, ends[1], &event), 0);
  CHECK_EQ(epoll_wait(set, &event, 1, 0), 0);
  CHECK_EQ(send(ends[0], "aX", 2, MSG_OOB), 2);
  CHECK_EQ(epoll_wait(set, &event, 1, 5000), 1);
  CHECK_EQ(event.events, EPOLLPRI);
  fd_set exceptional, readable;
  FD_ZERO(&exceptional);
  FD_ZERO(&readable);
  FD_SET(ends[1], &exceptional);
  FD_SET(ends[1], &readable);
  CHECK_EQ(select(ends[1] + 1, &readable, NULL, &exceptional, NULL), 2);
  CHECK(FD_ISSET(ends[1], &exceptional));
  char byte;
  CHECK_EQ(recv(ends[1], &byte, 1, MSG_OOB), 1);
  CHECK_EQ(select(ends[1] + 1, &readable, NULL, &exceptional, NULL), 1);
  CHECK(!FD_ISSET(ends[1], &exceptional));
  CHECK_EQ(close(set), 0);
  close_pair(ends);
}

/* ---- signals ---- */

static volatile sig_atomic_t urgent, ready, ready_fd;

static void on_urgent(int signal) {
  (void)signal;
  urgent++;
}

static void on_ready(int signal, siginfo_t* info, void* context) {
  (void)signal, (void)context;
  ready++;
  ready_fd = info->si_fd;
}

static void wait_until(const volatile sig_atomic_t* count) {
  for (int i = 0; i < 5000 && *count == 0; i++)
    nanosleep(&(struct timespec){0, 1000000}, NULL);
  CHECK(*count > 0);
}

static void test_owner(void) {
  int ends[2];
  tcp_pair(ends);
  CHECK(signal(SIGURG, on_urgent) != SIG_ERR);
  CHECK_EQ(fcntl(ends[1], F_GETOWN), 0);
  CHECK_ERRNO(fcntl(ends[1], F_SETOWN, 4000000), ESRCH);
  CHECK_EQ(fcntl(ends[1], F_SETOWN, getpid()), 0);
  CHECK_EQ(fcntl(ends[1], F_GETOWN), getpid());
  int owner = 0;
  CHECK_EQ(ioctl(ends[1], SIOCGPGRP, &owner), 0);
  CHECK_EQ(owner, getpid());
  CHECK_EQ(send(ends[0], "aX", 2, MSG_OOB), 2);
  wait_until(&urgent);
  CHECK_EQ(urgent, 1);

  /* A group; nobody; a thread. */
  urgent = 0;
  CHECK_EQ(fcntl(ends[1], F_SETOWN, -getpgrp()), 0);
  CHECK_EQ(fcntl(ends[1], F_GETOWN), -getpgrp());
  owner = 0;
  CHECK_EQ(ioctl(ends[1], FIOSETOWN, &owner), 0);
  CHECK_EQ(fcntl(ends[1], F_GETOWN), 0);
  struct f_owner_ex who = {F_OWNER_TID, gettid()};
  CHECK_EQ(fcntl(ends[1], F_SETOWN_EX, &who), 0);
  who = (struct f_owner_ex){0};
  CHECK_EQ(fcntl(ends[1], F_GETOWN_EX, &who), 0);
  CHECK_EQ(who.type, F_OWNER_TID);
  CHECK_EQ(who.pid, gettid());
  CHECK_EQ(send(ends[0], "X", 1, MSG_OOB), 1);
  wait_until(&urgent);
  who.type = 17;
  CHECK_ERRNO(fcntl(ends[1], F_SETOWN_EX, &who), EINVAL);
  close_pair(ends);
}

static void test_async(void) {
  int ends[2];
  tcp_pair(ends);
  struct sigaction action = {.sa_sigaction = on_ready, .sa_flags = SA_SIGINFO};
  CHECK_EQ(sigaction(SIGIO, &action, NULL), 0);
  CHECK_EQ(sigaction(SIGRTMIN, &action, NULL), 0);
  CHECK_EQ(fcntl(ends[1], F_SETOWN, getpid()), 0);
  CHECK_EQ(fcntl(ends[1], F_SETFL, O_ASYNC | O_NONBLOCK), 0);
  CHECK_EQ(fcntl(ends[1], F_GETFL) & O_ASYNC, O_ASYNC);
  CHECK_EQ(send(ends[0], "a", 1, 0), 1);
  wait_until(&ready);
  CHECK_EQ(fcntl(ends[1], F_GETSIG), 0);
  CHECK_ERRNO(fcntl(ends[1], F_SETSIG, 65), EINVAL);
  CHECK_EQ(fcntl(ends[1], F_SETSIG, SIGRTMIN), 0);
  CHECK_EQ(fcntl(ends[1], F_GETSIG), SIGRTMIN);
  ready = ready_fd = 0;
  CHECK_EQ(send(ends[0], "b", 1, 0), 1);
  wait_until(&ready);
  CHECK_EQ(ready_fd, ends[1]);
  CHECK_EQ(fcntl(ends[1], F_SETFL, 0), 0);
  CHECK_EQ(fcntl(ends[1], F_GETFL) & O_ASYNC, 0);
  close_pair(ends);
}

/* The errors of others. */
static void test_others(void) {
  const int datagram = socket(AF_INET, SOCK_DGRAM, 0);
  char byte;
  CHECK_ERRNO(send(datagram, "x", 1, MSG_OOB), EOPNOTSUPP);
  CHECK_ERRNO(sockatmark(datagram), ENOTTY);
  CHECK_EQ(close(datagram), 0);
  int pipes[2];
  CHECK_EQ(pipe(pipes), 0);
  CHECK_ERRNO(sockatmark(pipes[0]), ENOTTY);
  CHECK_ERRNO(recv(pipes[0], &byte, 1, MSG_OOB), ENOTSOCK);
  CHECK_EQ(close(pipes[0]), 0);
  CHECK_EQ(close(pipes[1]), 0);
}

int main(void) {
  test_out_of_turn();
  test_alone();
  test_in_line();
  test_waiting();
  test_owner();
  test_async();
  test_others();
  return 0;
}
