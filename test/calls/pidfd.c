// CALLS: pidfd_open pidfd_send_signal waitid
// RUN: %both
//
// Processes by descriptor: readable when they have ended.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>

#include "child.h"

static void for_ever(void* unused) {
  (void)unused;
  for (;;)
    pause();
}

static void sleep_20_ms(void* unused) {
  (void)unused;
  usleep(20000);
}

int main(void) {
  CHECK_ERRNO(pidfd_open(-1, 0), EINVAL);
  CHECK_ERRNO(pidfd_open(getpid(), 1), EINVAL);
  CHECK_ERRNO(pidfd_send_signal(0, 0, NULL, 0), EBADF);
  siginfo_t info;
  CHECK_ERRNO(waitid(P_PIDFD, 0, &info, WEXITED), EBADF);

  const pid_t pid = child_start(sleep_20_ms, NULL);
  int fd = pidfd_open(pid, 0);
  CHECK(fd >= 0);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  char byte;
  CHECK_ERRNO(read(fd, &byte, 1), EINVAL);
  struct pollfd asked = {.fd = fd, .events = POLLIN};
  CHECK_EQ(poll(&asked, 1, 0), 0);
  int set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), 0);
  CHECK_EQ(epoll_wait(set, &event, 1, 0), 0);
  CHECK_EQ(pidfd_send_signal(fd, 0, NULL, 0), 0);
  CHECK_ERRNO(pidfd_send_signal(fd, 0, NULL, 0x100), EINVAL);
  CHECK_ERRNO(pidfd_send_signal(fd, 99, NULL, 0), EINVAL);
  CHECK_EQ(poll(&asked, 1, -1), 1);
  CHECK(asked.revents & POLLIN);
  CHECK_EQ(epoll_wait(set, &event, 1, -1), 1);
  CHECK_EQ(kill(pid, 0), 0); /* a zombie still */
  CHECK_EQ(waitid(P_PIDFD, (id_t)fd, &info, WEXITED), 0);
  CHECK(info.si_pid == pid && info.si_code == CLD_EXITED);
  CHECK_ERRNO(waitid(P_PIDFD, (id_t)fd, &info, WEXITED), ECHILD);
  CHECK_ERRNO(pidfd_send_signal(fd, 0, NULL, 0), ESRCH);
  CHECK_EQ(poll(&asked, 1, 0), 1);
  CHECK_ERRNO(pidfd_open(pid, 0), ESRCH);
  close(fd);

  const pid_t other = child_start(for_ever, NULL);
  fd = pidfd_open(other, O_NONBLOCK);
  CHECK(fd >= 0);
  CHECK_ERRNO(waitid(P_PIDFD, (id_t)fd, &info, WEXITED), EAGAIN);
  CHECK_EQ(waitid(P_PIDFD, (id_t)fd, &info, WEXITED | WNOHANG), 0);
  CHECK_EQ(pidfd_send_signal(fd, SIGTERM, NULL, 0), 0);
  CHECK_EQ(child_status(other), SIGTERM);
  close(fd);
  return 0;
}
