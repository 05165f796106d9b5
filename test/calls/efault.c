// CALLS: read write open stat
// RUN: %both
//
// Pointers that cannot be used: EFAULT where Linux looks at them.
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#pragma GCC diagnostic ignored "-Wnonnull"

/* Nothing there; only to be read; the last byte before nothing. */
static char *nothing, *constant, *edge;
static void* const one = (void*)1; /* in the first page */
static int file, pair[2], pipes[2];

#define CHECK_FAULT(call) CHECK_ERRNO(call, EFAULT)

static void prepare(void) {
  const size_t page = 4096;
  char* const pages =
      mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(pages != MAP_FAILED);
  CHECK_EQ(mprotect(pages + page, page, PROT_NONE), 0);
  CHECK_EQ(mprotect(pages + 2 * page, page, PROT_READ), 0);
  edge = pages + page - 1;
  *edge = 'x';
  nothing = pages + page;
  constant = pages + 2 * page;
  file = open("file", O_CREAT | O_RDWR | O_TRUNC, 0600);
  CHECK(file >= 0);
  CHECK_EQ(write(file, "12345678", 8), 8);
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  CHECK_EQ(write(pair[0], "12345678", 8), 8);
  CHECK_EQ(pipe(pipes), 0);
  CHECK_EQ(write(pipes[1], "12345678", 8), 8);
}

static void test_bytes(void) {
  const int fds[] = {file, pair[1], pipes[0]};
  for (int i = 0; i < 3; i++) {
    if (i == 0)
      CHECK_EQ(lseek(file, 0, SEEK_SET), 0);
    CHECK_FAULT(read(fds[i], nothing, 4));
    CHECK_FAULT(read(fds[i], NULL, 4));
    CHECK_FAULT(read(fds[i], one, 4));
    CHECK_FAULT(read(fds[i], (void*)-8, 4));
    CHECK_FAULT(read(fds[i], constant, 4));
    CHECK_EQ(read(fds[i], nothing, 0), 0);
    CHECK_EQ(read(fds[i], edge, 1), 1); /* nothing was lost */
    CHECK_EQ(*edge, '1');
    const struct iovec vector = {nothing, 4}, empty = {nothing, 0};
    CHECK_FAULT(readv(fds[i], &vector, 1));
    CHECK_EQ(readv(fds[i], &empty, 1), 0);
    CHECK_FAULT(readv(fds[i], (struct iovec*)nothing, 1));
  }
  CHECK_FAULT(write(file, nothing, 4));
  CHECK_FAULT(write(pair[0], NULL, 4));
  CHECK_FAULT(write(pipes[1], one, 4));
  CHECK_EQ(write(pipes[1], constant, 4), 4);
  CHECK_EQ(write(pipes[1], NULL, 0), 0);
  CHECK_FAULT(pread(file, nothing, 4, 0));
  CHECK_FAULT(pwrite(file, nothing, 4, 0));
  const struct iovec vector = {nothing, 4};
  CHECK_FAULT(writev(file, &vector, 1));
  CHECK_FAULT(pwritev(file, &vector, 1, 0));
  CHECK_FAULT(pipe((int*)nothing));
  CHECK_FAULT(pipe2((int*)constant, 0));
  CHECK_FAULT(fstat(file, (struct stat*)nothing));
  CHECK_FAULT(sendfile(pipes[1], file, (off_t*)nothing, 1));
  CHECK_ERRNO(read(1000, nothing, 4), EBADF);
  CHECK_ERRNO(write(1000, nothing, 4), EBADF);
}

static void test_paths(void) {
  struct stat status;
  *edge = 'f'; /* not terminated where memory ends */
  CHECK_FAULT(open(NULL, O_RDONLY));
  CHECK_FAULT(open(nothing, O_RDONLY));
  CHECK_FAULT(open(edge, O_RDONLY));
  CHECK_FAULT(openat(AT_FDCWD, one, O_RDONLY));
  CHECK_FAULT(stat(nothing, &status));
  CHECK_FAULT(stat("file", (struct stat*)constant));
  CHECK_FAULT(lstat(edge, &status));
  CHECK_FAULT(fstatat(AT_FDCWD, "file", (struct stat*)nothing, 0));
  CHECK_FAULT(access(nothing, F_OK));
  CHECK_FAULT(chmod(nothing, 0600));
  CHECK_FAULT(chown(nothing, 0, 0));
  CHECK_FAULT(mkdir(nothing, 0700));
  CHECK_FAULT(rmdir(NULL));
  CHECK_FAULT(unlink(nothing));
  CHECK_FAULT(rename("file", nothing));
  CHECK_FAULT(rename(nothing, "file"));
  CHECK_FAULT(link("file", edge));
  CHECK_FAULT(symlink(nothing, "link"));
  CHECK_EQ(symlink("file", "link"), 0);
  CHECK_FAULT(readlink("link", nothing, 10));
  CHECK_EQ(unlink("link"), 0);
  CHECK_FAULT(truncate(nothing, 0));
  CHECK_FAULT(chdir(nothing));
  CHECK_FAULT(getcwd(nothing, 4096) ? 0 : -1);
  CHECK_FAULT(statfs("file", (struct statfs*)nothing));
  CHECK_FAULT(utimensat(AT_FDCWD, "file", (struct timespec*)nothing, 0));
  CHECK_FAULT(mkfifo(nothing, 0600));
  CHECK_FAULT(memfd_create(nothing, 0));
  const int watches = inotify_init();
  CHECK_FAULT(inotify_add_watch(watches, nothing, IN_MODIFY));
  CHECK_EQ(close(watches), 0);
  char* const arguments[] = {"file", nothing, NULL};
  CHECK_FAULT(execve(nothing, arguments, NULL));
}

static void test_sockets(void) {
  struct sockaddr_un name;
  socklen_t length = sizeof name;
  int value = 0;
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK_FAULT(socketpair(AF_UNIX, SOCK_STREAM, 0, (int*)nothing));
  CHECK_FAULT(bind(fd, (struct sockaddr*)nothing, 16));
  CHECK_FAULT(connect(fd, NULL, 16));
  CHECK_FAULT(getsockname(fd, (struct sockaddr*)nothing, &length));
  CHECK_FAULT(getsockname(fd, (struct sockaddr*)&name, NULL));
  CHECK_FAULT(getpeername(pair[0], (struct sockaddr*)&name, (socklen_t*)nothing));
  CHECK_FAULT(send(pair[0], nothing, 1, 0));
  CHECK_FAULT(sendto(fd, "x", 1, 0, (struct sockaddr*)nothing, 16));
  CHECK_EQ(write(pair[0], "abc", 3), 3);
  CHECK_FAULT(recv(pair[1], nothing, 1, 0));
  CHECK_FAULT(recvfrom(pair[1], NULL, 1, 0, NULL, NULL));
  CHECK_FAULT(sendmsg(pair[0], (struct msghdr*)nothing, 0));
  struct iovec vector = {nothing, 1};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  CHECK_FAULT(sendmsg(pair[0], &message, 0));
  CHECK_FAULT(recvmsg(pair[1], &message, 0));
  message.msg_iov = (struct iovec*)nothing;
  CHECK_FAULT(sendmsg(pair[0], &message, 0));
  CHECK_FAULT(recvmsg(pair[1], &message, 0));
  message = (struct msghdr){.msg_control = nothing, .msg_controllen = 32};
  CHECK_FAULT(sendmsg(pair[0], &message, 0));
  CHECK_FAULT(getsockopt(fd, SOL_SOCKET, SO_ERROR, nothing, &length));
  CHECK_FAULT(getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, (socklen_t*)nothing));
  CHECK_FAULT(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, nothing, sizeof value));
  CHECK_EQ(close(fd), 0);
}

/* Whoever must not wait for data, or for room, is told so first. */
static void test_order(void) {
  int ends[2], few[2];
  char block[4096] = "";
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
  CHECK_ERRNO(read(ends[0], nothing, 1), EAGAIN);
  CHECK_ERRNO(recv(ends[0], nothing, 1, 0), EAGAIN);
  CHECK_ERRNO(recvfrom(ends[0], nothing, 1, 0, NULL, NULL), EAGAIN);
  CHECK_EQ(fcntl(ends[0], F_SETFL, 0), 0);
  CHECK_ERRNO(recv(ends[0], nothing, 1, MSG_DONTWAIT), EAGAIN);
  CHECK_FAULT(recvmsg(ends[0], (struct msghdr*)nothing, MSG_DONTWAIT));
  CHECK_EQ(write(ends[1], "x", 1), 1);
  CHECK_FAULT(recv(ends[0], nothing, 1, MSG_DONTWAIT));
  CHECK_EQ(close(ends[0]), 0);
  CHECK_EQ(close(ends[1]), 0);
  CHECK_EQ(pipe2(few, O_NONBLOCK), 0);
  CHECK_ERRNO(read(few[0], nothing, 1), EAGAIN);
  while (write(few[1], block, sizeof block) > 0)
    ;
  CHECK_ERRNO(write(few[1], nothing, 1), EAGAIN);
  CHECK_EQ(close(few[0]), 0);
  CHECK_EQ(close(few[1]), 0);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  CHECK_EQ(listen(listener, 1), 0);
  socklen_t length = 16;
  CHECK_ERRNO(accept(listener, (struct sockaddr*)nothing, &length), EAGAIN);
  CHECK_EQ(close(listener), 0);
}

static void test_waiting(void) {
  const int set = epoll_create1(0);
  CHECK_FAULT(poll((struct pollfd*)nothing, 1, 0));
  CHECK_EQ(poll((struct pollfd*)nothing, 0, 0), 0);
  CHECK_FAULT(select(10, (fd_set*)nothing, NULL, NULL, &(struct timeval){0}));
  CHECK_FAULT(select(10, NULL, (fd_set*)one, NULL, &(struct timeval){0}));
  CHECK_FAULT(epoll_ctl(set, EPOLL_CTL_ADD, pipes[0], (struct epoll_event*)nothing));
  struct epoll_event event = {.events = EPOLLIN};
  CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, pipes[0], &event), 0);
  CHECK_FAULT(epoll_wait(set, (struct epoll_event*)nothing, 1, 0));
  CHECK_EQ(epoll_ctl(set, EPOLL_CTL_DEL, pipes[0], (struct epoll_event*)nothing), 0);
  CHECK_EQ(close(set), 0);
}

static void test_time(void) {
  struct itimerspec value = {0};
  const int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  CHECK_FAULT(nanosleep((struct timespec*)nothing, NULL));
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, 0, (struct timespec*)nothing, NULL), EFAULT);
  CHECK_FAULT(setitimer(ITIMER_REAL, (struct itimerval*)nothing, NULL));
  CHECK_FAULT(getitimer(ITIMER_REAL, (struct itimerval*)nothing));
  CHECK_FAULT(timerfd_settime(timer, 0, (struct itimerspec*)nothing, NULL));
  CHECK_FAULT(timerfd_settime(timer, 0, &value, (struct itimerspec*)nothing));
  CHECK_FAULT(timerfd_gettime(timer, (struct itimerspec*)nothing));
  CHECK_EQ(close(timer), 0);
}

static void test_processes(void) {
  CHECK_FAULT(sigpending((sigset_t*)nothing));
  CHECK_FAULT(sigsuspend((sigset_t*)nothing));
  CHECK_FAULT(sigaltstack((stack_t*)nothing, NULL));
  CHECK_FAULT(sigwaitinfo((sigset_t*)nothing, NULL));
  CHECK_FAULT(signalfd(-1, (sigset_t*)nothing, 0));
  CHECK_FAULT(getrusage(RUSAGE_SELF, (struct rusage*)nothing));
  CHECK_FAULT(getrlimit(RLIMIT_CORE, (struct rlimit*)nothing));
  CHECK_FAULT(setrlimit(RLIMIT_CORE, (struct rlimit*)nothing));
  CHECK_FAULT(getresuid((uid_t*)nothing, (uid_t*)nothing, (uid_t*)nothing));
  CHECK_FAULT(sched_getparam(0, (struct sched_param*)nothing));
  CHECK_FAULT(sched_setparam(0, (struct sched_param*)nothing));
  CHECK_FAULT(sched_getaffinity(0, 128, (cpu_set_t*)nothing));
  CHECK_FAULT(uname((struct utsname*)nothing));
  CHECK_FAULT(sysinfo((struct sysinfo*)nothing));
#if !__GLIBC_PREREQ(2, 41) /* from there on the work is done outside the kernel, and crashes */
  CHECK_FAULT(getrandom(nothing, 4, 0));
#endif
  const pid_t child = fork();
  if (child == 0)
    _exit(0);
  CHECK_FAULT(waitpid(child, (int*)nothing, 0));
  waitpid(child, NULL, 0); /* Linux has forgotten it by now */
}

static void test_objects(void) {
  const int set = semget(IPC_PRIVATE, 1, 0600);
  CHECK(set >= 0);
  CHECK_FAULT(semop(set, (struct sembuf*)nothing, 1));
  CHECK_EQ(semctl(set, 0, IPC_RMID), 0);
}

int main(void) {
  prepare();
  test_bytes();
  test_paths();
  test_sockets();
  test_order();
  test_waiting();
  test_time();
  test_processes();
  test_objects();
  return 0;
}
