// CALLS: syscall
// RUN: %both
// System calls on files by their numbers: as their functions, but no cancellation points.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "check.h"

static void positions(void) {
  char first[4] = "", second[4] = "";
  const struct iovec out[] = {{"abc", 3}, {"def", 3}}, in[] = {{first, 2}, {second, 3}};
  const int fd = open("positions", O_RDWR | O_CREAT | O_TRUNC, 0600);
  CHECK(fd >= 0);
  CHECK_EQ(syscall(SYS_pwritev, fd, out, 2, 10L, 0L), 6);
  CHECK_EQ(syscall(SYS_preadv, fd, in, 2, 11L, 0L), 5);
  CHECK(strcmp(first, "bc") == 0 && strcmp(second, "def") == 0);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
  CHECK_ERRNO(syscall(SYS_preadv, fd, in, 2, -1L, -1L), EINVAL);
  CHECK_ERRNO(syscall(SYS_preadv, 99, in, 2, 0L, 0L), EBADF);

  struct statx status;
  CHECK_EQ(syscall(SYS_statx, AT_FDCWD, "positions", 0, STATX_BASIC_STATS, &status), 0);
  CHECK_EQ(status.stx_size, 16);
  CHECK_ERRNO(syscall(SYS_statx, AT_FDCWD, "nothing", 0, STATX_BASIC_STATS, &status), ENOENT);

  const int copy = open("copy", O_RDWR | O_CREAT | O_TRUNC, 0600);
  off64_t from = 10, to = 1;
  CHECK_EQ(syscall(SYS_copy_file_range, fd, &from, copy, &to, 4L, 0), 4);
  CHECK_EQ(from, 14);
  CHECK_EQ(to, 5);
  char bytes[8] = "";
  CHECK_EQ(pread(copy, bytes, 8, 0), 5);
  CHECK(memcmp(bytes, "\0abcd", 5) == 0);
  CHECK_ERRNO(ioctl(copy, FICLONE, 99), EBADF);
  CHECK(ioctl(copy, FICLONE, fd) == 0 || errno == EOPNOTSUPP); /* the file system says */
  CHECK_EQ(close(copy), 0);
  CHECK_EQ(close(fd), 0);
}

static void descriptors(void) {
  CHECK_EQ(syscall(SYS_dup3, 1, 30, O_CLOEXEC), 30);
  CHECK_EQ(fcntl(30, F_GETFD), FD_CLOEXEC);
  CHECK_ERRNO(syscall(SYS_dup3, 1, 1, 0), EINVAL);
  CHECK_EQ(syscall(SYS_close, 30), 0);
  CHECK_ERRNO(syscall(SYS_close, 30), EBADF);
}

static void messages(void) {
  int ends[2];
  CHECK_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
  struct iovec out[] = {{"one", 3}, {"two!", 4}};
  struct mmsghdr sent[] = {{.msg_hdr = {.msg_iov = &out[0], .msg_iovlen = 1}},
                           {.msg_hdr = {.msg_iov = &out[1], .msg_iovlen = 1}}};
  CHECK_EQ(syscall(SYS_sendmmsg, ends[0], sent, 2, 0), 2);
  char first[8], second[8], third[8];
  struct iovec in[] = {{first, 8}, {second, 8}, {third, 8}};
  struct mmsghdr got[3] = {{.msg_hdr = {.msg_iov = &in[0], .msg_iovlen = 1}},
                           {.msg_hdr = {.msg_iov = &in[1], .msg_iovlen = 1}},
                           {.msg_hdr = {.msg_iov = &in[2], .msg_iovlen = 1}}};
  CHECK_EQ(syscall(SYS_recvmmsg, ends[1], got, 3, MSG_DONTWAIT, NULL), 2);
  CHECK_EQ(got[1].msg_len, 4);
  CHECK(memcmp(second, "two!", 4) == 0);
  CHECK_ERRNO(syscall(SYS_recvmmsg, ends[1], got, 3, MSG_DONTWAIT, NULL), EAGAIN);
  CHECK_EQ(close(ends[0]), 0);
  CHECK_EQ(close(ends[1]), 0);
}

static int closed;

static void* cancelled(void* unused) {
  CHECK_EQ(pthread_cancel(pthread_self()), 0);
  const int fd = dup(1);
  CHECK_EQ(syscall(SYS_close, fd), 0);
  closed++;
  close(dup(1)); /* ends here */
  closed++;
  return unused;
}

static void cancellation(void) {
  pthread_t thread;
  void* result;
  CHECK_EQ(pthread_create(&thread, NULL, cancelled, NULL), 0);
  CHECK_EQ(pthread_join(thread, &result), 0);
  CHECK(result == PTHREAD_CANCELED);
  CHECK_EQ(closed, 1);
}

int main(void) {
  positions();
  descriptors();
  messages();
  cancellation();
  return 0;
}
