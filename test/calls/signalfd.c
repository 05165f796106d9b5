// CALLS: signalfd
// RUN: %both
//
// Reading signals from a descriptor: of the process, of a thread, several at once, with poll.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static sigset_t set;

static void errors(void) {
  struct signalfd_siginfo info;
  CHECK_ERRNO(signalfd(-1, &set, 1), EINVAL);
  CHECK_ERRNO(signalfd(1000, &set, 0), EBADF);
  CHECK_ERRNO(signalfd(0, &set, 0), EINVAL);
  const int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  CHECK(fd >= 0);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
  CHECK_ERRNO(read(fd, &info, sizeof info), EAGAIN);
  CHECK_ERRNO(read(fd, &info, sizeof info - 1), EINVAL);
  CHECK_ERRNO(write(fd, &info, sizeof info), EINVAL);
  close(fd);
}

static void reading(void) {
  struct signalfd_siginfo info[3];
  const int fd = signalfd(-1, &set, SFD_NONBLOCK);
  struct pollfd entry = {.fd = fd, .events = POLLIN};
  CHECK_EQ(poll(&entry, 1, 0), 0);
  CHECK_EQ(kill(getpid(), SIGUSR1), 0);
  CHECK_EQ(poll(&entry, 1, 0), 1);
  CHECK_EQ(entry.revents, POLLIN);
  CHECK_EQ(read(fd, info, sizeof info), sizeof *info);
  CHECK_EQ(info->ssi_signo, SIGUSR1);
  CHECK_EQ(info->ssi_code, SI_USER);
  CHECK_EQ(info->ssi_pid, getpid());
  CHECK_EQ(info->ssi_uid, getuid());
  CHECK_EQ(poll(&entry, 1, 0), 0);

  const union sigval value = {.sival_int = 7};
  CHECK_EQ(sigqueue(getpid(), SIGRTMIN, value), 0);
  CHECK_EQ(sigqueue(getpid(), SIGRTMIN, value), 0);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(raise(SIGUSR1), 0); /* once */
  CHECK_EQ(read(fd, info, 2 * sizeof *info), 2 * sizeof *info);
  CHECK_EQ(info[0].ssi_signo, SIGUSR1);
  CHECK_EQ(info[0].ssi_code, SI_TKILL);
  CHECK_EQ(info[1].ssi_signo, SIGRTMIN);
  CHECK_EQ(info[1].ssi_code, SI_QUEUE);
  CHECK_EQ(info[1].ssi_int, 7);
  CHECK_EQ(read(fd, info, sizeof info), sizeof *info);
  CHECK_EQ(info[0].ssi_signo, SIGRTMIN);

  sigset_t other;
  sigemptyset(&other);
  sigaddset(&other, SIGUSR2);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(signalfd(fd, &other, 0), fd);
  CHECK_EQ(poll(&entry, 1, 0), 0);
  CHECK_EQ(signalfd(fd, &set, 0), fd);
  CHECK_EQ(poll(&entry, 1, 0), 1);
  CHECK_EQ(read(fd, info, sizeof info), sizeof *info);
  close(fd);
}

static void* sender(void* signal) {
  nanosleep(&(struct timespec){0, 20000000}, NULL);
  CHECK_EQ(kill(getpid(), *(int*)signal), 0);
  return NULL;
}

static void waiting(void) {
  struct signalfd_siginfo info;
  int usr1 = SIGUSR1;
  pthread_t thread;
  const int fd = signalfd(-1, &set, 0);
  CHECK_EQ(pthread_create(&thread, NULL, sender, &usr1), 0);
  CHECK_EQ(read(fd, &info, sizeof info), sizeof info);
  CHECK_EQ(info.ssi_signo, SIGUSR1);
  CHECK_EQ(pthread_join(thread, NULL), 0);

  const int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd}, found;
  CHECK_EQ(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), 0);
  CHECK_EQ(pthread_create(&thread, NULL, sender, &usr1), 0);
  CHECK_EQ(epoll_wait(epoll, &found, 1, 5000), 1);
  CHECK_EQ(found.data.fd, fd);
  CHECK_EQ(read(fd, &info, sizeof info), sizeof info);
  CHECK_EQ(epoll_wait(epoll, &found, 1, 0), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  close(epoll);
  close(fd);
}

int main(void) {
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGRTMIN);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &set, NULL), 0);
  errors();
  reading();
  waiting();
  return 0;
}
