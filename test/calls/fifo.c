// CALLS: mkfifo mkfifoat mknod
// RUN: %both
//
// Named pipes: what opening waits for, ends coming and going, polling, seen by stat.
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "elapsed.h"

static int state(int fd) {
  struct pollfd one = {fd, POLLIN | POLLOUT, 0};
  CHECK(poll(&one, 1, 0) >= 0);
  return one.revents;
}

static void names(void) {
  struct stat stat_of;
  CHECK_EQ(mkfifo("fifo", 0640), 0);
  CHECK_ERRNO(mkfifo("fifo", 0600), EEXIST);
  CHECK_ERRNO(mkfifo("absent/fifo", 0600), ENOENT);
  CHECK_EQ(mkfifoat(AT_FDCWD, "fifo2", 0600), 0);
  CHECK_EQ(mknod("fifo3", S_IFIFO | 0600, 0), 0);
  CHECK_EQ(stat("fifo", &stat_of), 0);
  CHECK_EQ(stat_of.st_mode, S_IFIFO | 0640);
  CHECK_EQ(stat_of.st_size, 0);
  CHECK_EQ(stat_of.st_nlink, 1);
  CHECK_EQ(rename("fifo3", "fifo4"), 0);
  CHECK_EQ(unlink("fifo4"), 0);
  CHECK_EQ(unlink("fifo2"), 0);
  CHECK_ERRNO(truncate("fifo", 0), EINVAL);
}

static void nonblocking(void) {
  char text[16];
  CHECK_ERRNO(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO);
  int in = open("fifo", O_RDONLY | O_NONBLOCK);
  CHECK(in >= 0);
  CHECK_EQ(state(in), 0); /* not hung up before a writer has come */
  CHECK_EQ(read(in, text, 16), 0);
  int out = open("fifo", O_WRONLY | O_NONBLOCK);
  CHECK(out >= 0);
  CHECK_EQ(state(out), POLLOUT);
  CHECK_ERRNO(read(in, text, 16), EAGAIN);
  CHECK_ERRNO(lseek(in, 0, SEEK_CUR), ESPIPE);
  CHECK_ERRNO(pread(in, text, 1, 0), ESPIPE);
  CHECK_EQ(write(out, "hello", 5), 5);
  int size;
  CHECK_EQ(ioctl(in, FIONREAD, &size), 0);
  CHECK_EQ(size, 5);
  CHECK_EQ(state(in), POLLIN);
  struct stat by_name, by_fd;
  CHECK_EQ(stat("fifo", &by_name), 0);
  CHECK_EQ(fstat(in, &by_fd), 0);
  CHECK_EQ(by_name.st_ino, by_fd.st_ino);
  CHECK_EQ(by_fd.st_mode, S_IFIFO | 0640);
  CHECK_EQ(fchmod(in, 0600), 0);
  CHECK_EQ(fstat(out, &by_fd), 0);
  CHECK_EQ(by_fd.st_mode, S_IFIFO | 0600);
  int second = open("fifo", O_WRONLY | O_NONBLOCK);
  CHECK_EQ(write(second, "!", 1), 1);
  CHECK_EQ(close(out), 0);
  CHECK_EQ(state(in), POLLIN);
  CHECK_EQ(close(second), 0);
  CHECK_EQ(state(in), POLLIN | POLLHUP);
  CHECK_EQ(read(in, text, 16), 6);
  CHECK(memcmp(text, "hello!", 6) == 0);
  CHECK_EQ(read(in, text, 16), 0);
  CHECK_EQ(state(in), POLLHUP);
  out = open("fifo", O_WRONLY | O_NONBLOCK); /* back again */
  CHECK_EQ(state(in), 0);
  CHECK_EQ(close(in), 0);
  CHECK_EQ(state(out), POLLOUT | POLLERR);
  signal(SIGPIPE, SIG_IGN);
  CHECK_ERRNO(write(out, "x", 1), EPIPE);
  CHECK_EQ(close(out), 0);
}

static void both_ways(void) {
  char text[8];
  int fd = open("fifo", O_RDWR);
  CHECK(fd >= 0);
  CHECK_EQ(state(fd), POLLOUT);
  CHECK_EQ(write(fd, "abc", 3), 3);
  CHECK_EQ(state(fd), POLLIN | POLLOUT);
  CHECK_EQ(read(fd, text, 2), 2);
  int out = open("fifo", O_WRONLY); /* does not wait: there is a reader */
  CHECK(out >= 0);
  CHECK_EQ(close(out), 0);
  int again = open("fifo", O_RDONLY);
  CHECK_EQ(read(again, text, 8), 1);
  CHECK_EQ(close(again), 0);
  CHECK_EQ(write(fd, "lost", 4), 4);
  CHECK_EQ(flock(fd, LOCK_EX), 0);
  CHECK_EQ(close(fd), 0); /* what is in it is gone with the last end */
  fd = open("fifo", O_RDWR | O_NONBLOCK);
  CHECK_ERRNO(read(fd, text, 8), EAGAIN);
  CHECK_EQ(unlink("fifo"), 0); /* open ends live on */
  CHECK_EQ(write(fd, "z", 1), 1);
  CHECK_EQ(read(fd, text, 8), 1);
  CHECK_EQ(close(fd), 0);
}

static void* open_later(void* mode) {
  nap(0.02);
  int fd = open("fifo", *(int*)mode);
  CHECK(fd >= 0);
  if (*(int*)mode == O_WRONLY) {
    CHECK_EQ(write(fd, "late", 4), 4);
  } else {
    char text[8];
    CHECK_EQ(read(fd, text, 8), 4);
  }
  CHECK_EQ(close(fd), 0);
  return NULL;
}

static void waiting(void) {
  CHECK_EQ(mkfifo("fifo", 0600), 0);
  pthread_t thread;
  char text[8];
  int mode = O_WRONLY;
  double start = date();
  CHECK_EQ(pthread_create(&thread, NULL, open_later, &mode), 0);
  int fd = open("fifo", O_RDONLY);
  CHECK(elapsed(start, 0.02));
  CHECK_EQ(read(fd, text, 8), 4);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(read(fd, text, 8), 0);
  CHECK_EQ(close(fd), 0);
  mode = O_RDONLY;
  start = date();
  CHECK_EQ(pthread_create(&thread, NULL, open_later, &mode), 0);
  fd = open("fifo", O_WRONLY);
  CHECK(elapsed(start, 0.02));
  CHECK_EQ(write(fd, "late", 4), 4);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(close(fd), 0);
}

static void by_epoll(void) {
  int in = open("fifo", O_RDONLY | O_NONBLOCK), set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, in, &event), 0);
  CHECK_EQ(epoll_wait(set, &event, 1, 0), 0);
  int out = open("fifo", O_WRONLY);
  CHECK_EQ(write(out, "x", 1), 1);
  CHECK_EQ(epoll_wait(set, &event, 1, 1000), 1);
  CHECK_EQ(event.events, EPOLLIN);
  CHECK_EQ(close(out), 0);
  CHECK_EQ(epoll_wait(set, &event, 1, 1000), 1);
  CHECK_EQ(event.events, EPOLLIN | EPOLLHUP);
  CHECK_EQ(close(in), 0);
  CHECK_EQ(close(set), 0);
}

static void nothing(int number) { (void)number; }

static void interrupted(void) {
  const struct sigaction action = {.sa_handler = nothing};
  CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
  const struct itimerval soon = {.it_value = {0, 20000}};
  CHECK_EQ(setitimer(ITIMER_REAL, &soon, NULL), 0);
  double start = date();
  CHECK_ERRNO(open("fifo", O_RDONLY), EINTR);
  CHECK(elapsed(start, 0.02));
  CHECK_ERRNO(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO); /* it is not half open */
  CHECK_EQ(setitimer(ITIMER_REAL, &soon, NULL), 0);
  CHECK_ERRNO(open("fifo", O_WRONLY), EINTR);
}

int main(void) {
  umask(0);
  names();
  nonblocking();
  both_ways();
  waiting();
  by_epoll();
  interrupted();
  return 0;
}
