// CALLS: pipe pipe2
// RUN: %both
//
// Pipes: order, capacity, atomic writes, end of file, broken pipes, flags, blocking both ways.
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "check.h"
#include "elapsed.h"

static int fds[2];
static char big[1 << 20];

static void basics(void) {
  char buffer[32];
  CHECK_EQ(pipe(fds), 0);
  CHECK_EQ(fds[1], fds[0] + 1);
  struct stat state;
  CHECK_EQ(fstat(fds[0], &state), 0);
  CHECK(S_ISFIFO(state.st_mode));
  CHECK_EQ(fcntl(fds[0], F_GETFL) & O_ACCMODE, O_RDONLY);
  CHECK_EQ(fcntl(fds[1], F_GETFL) & O_ACCMODE, O_WRONLY);
  CHECK_ERRNO(write(fds[0], "x", 1), EBADF);
  CHECK_ERRNO(read(fds[1], buffer, 1), EBADF);
  CHECK_ERRNO(lseek(fds[0], 0, SEEK_SET), ESPIPE);
  CHECK_ERRNO(pread(fds[0], buffer, 1, 0), ESPIPE);
  CHECK_ERRNO(pwrite(fds[1], buffer, 1, 0), ESPIPE);
  CHECK_EQ(read(fds[0], buffer, 0), 0);
  CHECK_EQ(write(fds[1], "", 0), 0);
  CHECK_EQ(write(fds[1], "hello ", 6), 6);
  struct iovec parts[3] = {{"wor", 3}, {"", 0}, {"ld", 2}};
  CHECK_EQ(writev(fds[1], parts, 3), 5);
  int queued;
  CHECK_EQ(ioctl(fds[0], FIONREAD, &queued), 0);
  CHECK_EQ(queued, 11);
  CHECK_EQ(read(fds[0], buffer, 4), 4);
  struct iovec into[2] = {{buffer + 4, 3}, {buffer + 7, 20}};
  CHECK_EQ(readv(fds[0], into, 2), 7);
  CHECK(memcmp(buffer, "hello world", 11) == 0);
  CHECK_EQ(write(fds[1], "end", 3), 3);
  CHECK_EQ(close(fds[1]), 0);
  CHECK_EQ(read(fds[0], buffer, sizeof buffer), 3);
  CHECK_EQ(read(fds[0], buffer, sizeof buffer), 0);
  CHECK_EQ(close(fds[0]), 0);
}

static void flags(void) {
  CHECK_ERRNO(pipe2(fds, O_APPEND), EINVAL);
  CHECK_EQ(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
  CHECK_EQ(fcntl(fds[0], F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fcntl(fds[1], F_GETFD), FD_CLOEXEC);
  char byte;
  CHECK_ERRNO(read(fds[0], &byte, 1), EAGAIN);

  CHECK_EQ(fcntl(fds[1], F_GETPIPE_SZ), 65536);
  ssize_t written = 0, now;
  while ((now = write(fds[1], big, 4096)) > 0)
    written += now;
  CHECK_EQ(now, -1);
  CHECK_EQ(errno, EAGAIN);
  CHECK_EQ(written, 65536);
  struct pollfd writer = {fds[1], POLLOUT, 0};
  CHECK_EQ(poll(&writer, 1, 0), 0);
  CHECK_ERRNO(fcntl(fds[1], F_SETPIPE_SZ, 4096), EBUSY);
  CHECK_EQ(read(fds[0], big, 100), 100);
  CHECK_ERRNO(write(fds[1], big, PIPE_BUF), EAGAIN); /* all or nothing */
  CHECK_EQ(read(fds[0], big, sizeof big), 65436);
  CHECK_EQ(poll(&writer, 1, 0), 1);
  CHECK_EQ(write(fds[1], big, sizeof big), 65536); /* more than PIPE_BUF: what fits */
  CHECK_EQ(read(fds[0], big, sizeof big), 65536);
  CHECK_EQ(fcntl(fds[0], F_SETPIPE_SZ, 5000), 8192);
  CHECK_EQ(fcntl(fds[1], F_GETPIPE_SZ), 8192);
  CHECK_EQ(write(fds[1], big, sizeof big), 8192);
  CHECK_EQ(close(fds[0]), 0);
  CHECK_EQ(close(fds[1]), 0);
  CHECK_ERRNO(fcntl(0, F_GETPIPE_SZ + 100), EINVAL);
}

static volatile sig_atomic_t broken;
static void handle(int signal) { broken = signal; }

static void breaks(void) {
  CHECK_EQ(pipe(fds), 0);
  CHECK_EQ(close(fds[0]), 0);
  signal(SIGPIPE, SIG_IGN);
  CHECK_ERRNO(write(fds[1], "x", 1), EPIPE);
  signal(SIGPIPE, handle);
  CHECK_ERRNO(write(fds[1], "x", 1), EPIPE);
  CHECK_EQ(broken, SIGPIPE);
  signal(SIGPIPE, SIG_IGN);
  CHECK_EQ(close(fds[1]), 0);
}

static void* read_all_later(void* unused) {
  (void)unused;
  static char buffer[10000];
  nap(0.02);
  long total = 0;
  for (ssize_t now; (now = read(fds[0], buffer, sizeof buffer)) > 0;) {
    for (ssize_t i = 0; i < now; i++)
      CHECK_EQ(buffer[i], (char)((total + i) % 251));
    total += now;
  }
  return (void*)total;
}

static void* write_later(void* unused) {
  (void)unused;
  nap(0.02);
  CHECK_EQ(write(fds[1], "x", 1), 1);
  return NULL;
}

static void* close_later(void* fd) {
  nap(0.02);
  CHECK_EQ(close(*(int*)fd), 0);
  return NULL;
}

static void blocks(void) {
  pthread_t thread;
  void* result;
  for (size_t i = 0; i < sizeof big; i++)
    big[i] = (char)(i % 251);
  CHECK_EQ(pipe(fds), 0);
  double start = date();
  CHECK_EQ(pthread_create(&thread, NULL, read_all_later, NULL), 0);
  CHECK_EQ(write(fds[1], big, sizeof big), sizeof big);
  CHECK(elapsed(start, 0.020));
  CHECK_EQ(close(fds[1]), 0);
  CHECK_EQ(pthread_join(thread, &result), 0);
  CHECK_EQ((long)result, sizeof big);
  CHECK_EQ(close(fds[0]), 0);

  char byte;
  CHECK_EQ(pipe(fds), 0);
  start = date();
  CHECK_EQ(pthread_create(&thread, NULL, write_later, NULL), 0);
  CHECK_EQ(read(fds[0], &byte, 1), 1);
  CHECK(elapsed(start, 0.020));
  CHECK_EQ(pthread_join(thread, NULL), 0);

  CHECK_EQ(pthread_create(&thread, NULL, close_later, &fds[1]), 0);
  CHECK_EQ(read(fds[0], &byte, 1), 0); /* end of file, while it waits */
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(close(fds[0]), 0);

  CHECK_EQ(pipe(fds), 0);
  CHECK_EQ(pthread_create(&thread, NULL, close_later, &fds[0]), 0);
  CHECK_EQ(write(fds[1], big, sizeof big), 65536); /* broken, while it waits */
  CHECK_ERRNO(write(fds[1], big, 1), EPIPE);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(close(fds[1]), 0);
}

/* The write end lives as long as one copy of it does. */
static void copies(void) {
  CHECK_EQ(pipe(fds), 0);
  const int copy = dup(fds[1]);
  CHECK_EQ(close(fds[1]), 0);
  CHECK_EQ(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
  char byte;
  CHECK_ERRNO(read(fds[0], &byte, 1), EAGAIN);
  CHECK_EQ(close(copy), 0);
  CHECK_EQ(read(fds[0], &byte, 1), 0);
  CHECK_EQ(close(fds[0]), 0);
}

int main(void) {
  basics();
  flags();
  breaks();
  blocks();
  copies();
  return 0;
}
