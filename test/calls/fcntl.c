// CALLS: fcntl flock lockf ioctl
// CALLS: tcgetattr tcsetattr tcdrain tcflush tcflow tcsendbreak tcgetsid tcgetpgrp tcsetpgrp
// RUN: %both
//
// Flags and locks of descriptors; requests that are not for terminals.
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static void flags(void) {
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fcntl(fd, F_SETFD, 0), 0);
  CHECK_EQ(fcntl(fd, F_GETFD), 0);
  CHECK_EQ(fcntl(fd, F_DUPFD, 10), 10);
  CHECK_EQ(fcntl(fd, F_DUPFD_CLOEXEC, 10), 11);
  CHECK_EQ(fcntl(11, F_GETFD), FD_CLOEXEC);
  CHECK_ERRNO(fcntl(fd, F_DUPFD, -1), EINVAL);
  CHECK_ERRNO(fcntl(99, F_GETFL), EBADF);
  CHECK_EQ(fcntl(fd, F_GETFL) & (O_NONBLOCK | O_APPEND), 0);
  CHECK_EQ(fcntl(fd, F_SETFL, O_NONBLOCK | O_APPEND), 0);
  CHECK_EQ(fcntl(10, F_GETFL) & (O_ACCMODE | O_NONBLOCK | O_APPEND),
           O_RDWR | O_NONBLOCK | O_APPEND); /* of the description */
  CHECK_EQ(write(fd, "abc", 3), 3);
  CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
  CHECK_EQ(write(fd, "def", 3), 3);
  CHECK_EQ(lseek(fd, 0, SEEK_END), 6);
  close(10);
  close(11);
  int on = 0;
  CHECK_EQ(ioctl(fd, FIONBIO, &on), 0);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  CHECK_EQ(ioctl(fd, FIOCLEX), 0);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(ioctl(fd, FIONCLEX), 0);
  CHECK_EQ(fcntl(fd, F_GETFD), 0);
  CHECK_EQ(lseek(fd, 2, SEEK_SET), 2);
  int waiting = 0;
  CHECK_EQ(ioctl(fd, FIONREAD, &waiting), 0);
  CHECK_EQ(waiting, 4);
  CHECK_ERRNO(ioctl(99, FIONREAD, &waiting), EBADF);
  close(fd);
}

static void terminals(void) {
  struct winsize size;
  struct termios settings;
  int fd = open("f", O_RDWR);
  CHECK_ERRNO(ioctl(fd, TIOCGWINSZ, &size), ENOTTY);
  CHECK_ERRNO(tcgetattr(fd, &settings), ENOTTY);
  CHECK_ERRNO(tcgetattr(99, &settings), EBADF);
  memset(&settings, 0, sizeof settings);
  CHECK_ERRNO(tcsetattr(fd, TCSANOW, &settings), ENOTTY);
  CHECK_ERRNO(tcdrain(fd), ENOTTY);
  CHECK_ERRNO(tcflush(fd, TCIFLUSH), ENOTTY);
  CHECK_ERRNO(tcflow(fd, TCOON), ENOTTY);
  CHECK_ERRNO(tcsendbreak(fd, 0), ENOTTY);
  CHECK_ERRNO(tcgetsid(fd), ENOTTY);
  CHECK_ERRNO(tcgetpgrp(fd), ENOTTY);
  CHECK_ERRNO(tcsetpgrp(fd, 1), ENOTTY);
  close(fd);
}

static int try_lock(int fd, int command, int type, long start, long length) {
  struct flock lock = {.l_type = (short)type, .l_start = start, .l_len = length};
  return fcntl(fd, command, &lock);
}

static short tested(int fd, int type, long start, long length, struct flock* lock) {
  *lock = (struct flock){.l_type = (short)type, .l_start = start, .l_len = length};
  CHECK_EQ(fcntl(fd, F_OFD_GETLK, lock), 0);
  return lock->l_type;
}

/* Locks of one process never conflict; those of two descriptions do. */
static void record_locks(void) {
  struct flock lock;
  int a = open("f", O_RDWR), b = open("f", O_RDWR), reader = open("f", O_RDONLY);
  CHECK_EQ(try_lock(a, F_SETLK, F_WRLCK, 0, 0), 0);
  CHECK_EQ(try_lock(b, F_SETLK, F_WRLCK, 0, 0), 0);
  CHECK_EQ(try_lock(b, F_SETLKW, F_UNLCK, 0, 0), 0);
  CHECK_ERRNO(try_lock(reader, F_SETLK, F_WRLCK, 0, 0), EBADF);
  CHECK_ERRNO(try_lock(a, F_SETLK, 99, 0, 0), EINVAL);
  CHECK_ERRNO(try_lock(a, F_SETLK, F_WRLCK, -5, 0), EINVAL);
  CHECK_ERRNO(try_lock(99, F_SETLK, F_WRLCK, 0, 0), EBADF);

  CHECK_EQ(try_lock(a, F_OFD_SETLK, F_WRLCK, 10, 10), 0);
  CHECK_ERRNO(try_lock(b, F_OFD_SETLK, F_RDLCK, 15, 1), EAGAIN);
  CHECK_EQ(try_lock(b, F_OFD_SETLK, F_RDLCK, 20, 5), 0);
  CHECK_EQ(try_lock(reader, F_OFD_SETLK, F_RDLCK, 20, 5), 0); /* readers share */
  CHECK_EQ(tested(b, F_RDLCK, 0, 0, &lock), F_WRLCK);
  CHECK_EQ(lock.l_start, 10);
  CHECK_EQ(lock.l_len, 10);
  CHECK_EQ(lock.l_pid, -1);
  CHECK_EQ(try_lock(a, F_OFD_SETLK, F_UNLCK, 13, 2), 0); /* splits */
  CHECK_EQ(tested(b, F_RDLCK, 13, 2, &lock), F_UNLCK);
  CHECK_EQ(tested(b, F_RDLCK, 14, 2, &lock), F_WRLCK);
  CHECK_EQ(lock.l_start, 15);
  CHECK_EQ(lock.l_len, 5);
  close(a);
  CHECK_EQ(tested(b, F_WRLCK, 0, 20, &lock), F_UNLCK);
  close(reader);

  CHECK_EQ(try_lock(b, F_OFD_SETLK, F_UNLCK, 0, 0), 0); /* in the way of the process's own */
  CHECK_EQ(lockf(b, F_LOCK, 0), 0);
  CHECK_EQ(lockf(b, F_TEST, 0), 0);
  CHECK_EQ(lockf(b, F_TLOCK, 10), 0);
  CHECK_EQ(lockf(b, F_ULOCK, 0), 0);
  CHECK_ERRNO(lockf(b, 99, 0), EINVAL);
  close(b);
}

static int held;

static void* unlock_later(void* unused) {
  usleep(20000);
  CHECK_EQ(flock(held, LOCK_UN), 0);
  return unused;
}

static void whole_locks(void) {
  held = open("f", O_RDONLY);
  int other = open("f", O_RDONLY);
  CHECK_EQ(flock(held, LOCK_EX), 0);
  CHECK_ERRNO(flock(other, LOCK_SH | LOCK_NB), EAGAIN);
  CHECK_EQ(flock(held, LOCK_SH), 0);
  CHECK_EQ(flock(other, LOCK_SH | LOCK_NB), 0);
  CHECK_ERRNO(flock(other, LOCK_EX | LOCK_NB), EAGAIN);
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, unlock_later, NULL), 0);
  CHECK_EQ(flock(other, LOCK_EX), 0); /* waits */
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_ERRNO(flock(held, LOCK_SH | LOCK_NB), EAGAIN);
  CHECK_ERRNO(flock(held, 0), EINVAL);
  CHECK_ERRNO(flock(99, LOCK_SH), EBADF);
  close(other);
  CHECK_EQ(flock(held, LOCK_EX | LOCK_NB), 0);
  close(held);
}

int main(void) {
  closefrom(3);
  flags();
  terminals();
  record_locks();
  whole_locks();
  return 0;
}
