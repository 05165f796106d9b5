// CALLS: splice tee vmsplice
// RUN: %both
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "elapsed.h"

static int one[2], two[2], file;

static void errors(void) {
  off64_t at = 0;
  CHECK_ERRNO(splice(99, NULL, one[1], NULL, 1, 0), EBADF);
  CHECK_ERRNO(splice(one[0], NULL, one[0], NULL, 1, 0), EBADF);
  CHECK_ERRNO(splice(one[1], NULL, file, NULL, 1, 0), EBADF);
  CHECK_ERRNO(splice(file, NULL, file, NULL, 1, 0), EINVAL);
  CHECK_ERRNO(splice(one[0], NULL, one[1], NULL, 1, 0), EINVAL);
  CHECK_ERRNO(splice(one[0], &at, file, NULL, 1, 0), ESPIPE);
  CHECK_ERRNO(splice(file, NULL, one[1], &at, 1, 0), ESPIPE);
  CHECK_ERRNO(splice(one[0], NULL, file, NULL, 1, 0x1000), EINVAL);
  CHECK_EQ(splice(one[0], NULL, file, NULL, 0, 0), 0);
  CHECK_ERRNO(splice(one[0], NULL, file, NULL, 1, SPLICE_F_NONBLOCK), EAGAIN);
  CHECK_ERRNO(tee(one[0], file, 1, 0), EINVAL);
  CHECK_ERRNO(tee(one[0], one[1], 1, 0), EINVAL);
  CHECK_ERRNO(tee(one[0], two[1], 1, SPLICE_F_NONBLOCK), EAGAIN);
  CHECK_ERRNO(tee(one[1], two[1], 1, 0), EBADF);
  struct iovec none = {NULL, 0}, some = {(char[]){"x"}, 1};
  CHECK_ERRNO(vmsplice(file, &some, 1, 0), EBADF);
  CHECK_ERRNO(vmsplice(99, &none, 1, 0), EBADF);
  CHECK_EQ(vmsplice(one[1], &none, 1, 0), 0);
  int append = open("append", O_WRONLY | O_CREAT | O_APPEND, 0600);
  CHECK_EQ(write(one[1], "x", 1), 1);
  CHECK_ERRNO(splice(one[0], NULL, append, NULL, 1, 0), EINVAL);
  char c;
  CHECK_EQ(read(one[0], &c, 1), 1);
  CHECK_EQ(close(append), 0);
}

static void files(void) {
  char text[32] = "";
  CHECK_EQ(pwrite(file, "0123456789", 10, 0), 10);
  off64_t from = 2;
  CHECK_EQ(splice(file, &from, one[1], NULL, 5, 0), 5);
  CHECK_EQ(from, 7);
  CHECK_EQ(lseek(file, 0, SEEK_CUR), 0);
  CHECK_EQ(splice(file, NULL, one[1], NULL, 3, 0), 3);
  CHECK_EQ(lseek(file, 0, SEEK_CUR), 3);
  CHECK_EQ(tee(one[0], two[1], 100, 0), 8);
  CHECK_EQ(read(two[0], text, 32), 8);
  CHECK(memcmp(text, "23456012", 8) == 0);
  off64_t to = 20;
  CHECK_EQ(splice(one[0], NULL, file, &to, 6, 0), 6);
  CHECK_EQ(to, 26);
  CHECK_EQ(pread(file, text, 32, 20), 6);
  CHECK(memcmp(text, "234560", 6) == 0);
  CHECK_EQ(splice(one[0], NULL, two[1], NULL, 100, 0), 2);
  CHECK_EQ(read(two[0], text, 32), 2);
  CHECK(memcmp(text, "12", 2) == 0);
  from = 100;
  CHECK_EQ(splice(file, &from, one[1], NULL, 5, 0), 0); /* the end */
}

static void memory(void) {
  char a[4] = "", b[8] = "";
  struct iovec out[2] = {{"abc", 3}, {"defg", 4}}, in[2] = {{a, 3}, {b, 4}};
  CHECK_EQ(vmsplice(one[1], out, 2, 0), 7);
  CHECK_EQ(vmsplice(one[0], in, 2, 0), 7);
  CHECK(memcmp(a, "abc", 3) == 0 && memcmp(b, "defg", 4) == 0);
  CHECK_ERRNO(vmsplice(one[0], in, 2, SPLICE_F_NONBLOCK), EAGAIN);
}

static void* write_later(void* fd) {
  nap(0.02);
  CHECK_EQ(write(*(int*)fd, "later", 5), 5);
  return NULL;
}

static void sockets(void) {
  int pair[2];
  char text[8] = "";
  pthread_t thread;
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  CHECK_ERRNO(splice(pair[0], NULL, one[1], NULL, 10, SPLICE_F_NONBLOCK), EAGAIN);
  double start = date();
  CHECK_EQ(pthread_create(&thread, NULL, write_later, &pair[1]), 0);
  CHECK_EQ(splice(pair[0], NULL, one[1], NULL, 10, 0), 5);
  CHECK(elapsed(start, 0.02));
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(splice(one[0], NULL, pair[0], NULL, 10, 0), 5);
  CHECK_EQ(read(pair[1], text, 8), 5);
  CHECK(memcmp(text, "later", 5) == 0);
  CHECK_EQ(pthread_create(&thread, NULL, write_later, &one[1]), 0);
  CHECK_EQ(splice(one[0], NULL, pair[0], NULL, 10, 0), 5); /* waits for the pipe */
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(close(pair[0]), 0);
  CHECK_EQ(splice(pair[1], NULL, one[1], NULL, 10, 0), 5);
  CHECK_EQ(splice(pair[1], NULL, one[1], NULL, 10, 0), 0);
  CHECK_EQ(close(pair[1]), 0);
  CHECK_EQ(read(one[0], text, 8), 5);
}

static void ends(void) {
  CHECK_EQ(close(one[1]), 0);
  CHECK_EQ(splice(one[0], NULL, file, NULL, 1, 0), 0);
  CHECK_EQ(tee(one[0], two[1], 1, 0), 0);
  CHECK_EQ(close(two[0]), 0);
  signal(SIGPIPE, SIG_IGN);
  CHECK_ERRNO(splice(file, NULL, two[1], NULL, 1, 0), EPIPE);
}

int main(void) {
  CHECK_EQ(pipe(one), 0);
  CHECK_EQ(pipe(two), 0);
  file = open("file", O_RDWR | O_CREAT, 0600);
  errors();
  files();
  memory();
  sockets();
  ends();
  return 0;
}
