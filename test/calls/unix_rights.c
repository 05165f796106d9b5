// CALLS: sendmsg recvmsg
// RUN: %both
//
// What goes with the data of Unix sockets: descriptors and credentials.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { FDS_MAX = 260 };

union control {
  struct cmsghdr header;
  char room[CMSG_SPACE(FDS_MAX * sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
};

struct got {
  int flags, count, credentials;
  int fds[FDS_MAX];
  struct ucred ucred;
  char text[64];
};

static void pair(int type, int fds[2]) { CHECK_EQ(socketpair(AF_UNIX, type, 0, fds), 0); }

static ssize_t send_fds(int fd, const char* text, size_t size, const int* fds, int count) {
  static union control control;
  struct iovec vector = {(void*)text, size};
  struct msghdr message = {.msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = CMSG_SPACE((size_t)count * sizeof(int))};
  memset(&control, 0, sizeof control);
  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
  memcpy(CMSG_DATA(&control.header), fds, (size_t)count * sizeof(int));
  return sendmsg(fd, &message, 0);
}

/* Receives at most `size` bytes, with `room` bytes for control data. */
static ssize_t receive(int fd, size_t size, size_t room, int flags, struct got* got) {
  static union control control;
  memset(got, 0, sizeof *got);
  struct iovec vector = {got->text, size};
  struct msghdr message = {.msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = room ? &control : NULL,
                           .msg_controllen = room};
  const ssize_t result = recvmsg(fd, &message, flags);
  got->flags = message.msg_flags & ~MSG_CMSG_CLOEXEC;
  if (result < 0)
    return result;
  for (struct cmsghdr* one = CMSG_FIRSTHDR(&message); one; one = CMSG_NXTHDR(&message, one)) {
    CHECK_EQ(one->cmsg_level, SOL_SOCKET);
    if (one->cmsg_type == SCM_RIGHTS) {
      got->count = (int)((one->cmsg_len - CMSG_LEN(0)) / sizeof(int));
      memcpy(got->fds, CMSG_DATA(one), (size_t)got->count * sizeof(int));
    } else {
      CHECK_EQ(one->cmsg_type, SCM_CREDENTIALS);
      CHECK_EQ(one->cmsg_len, CMSG_LEN(sizeof got->ucred));
      memcpy(&got->ucred, CMSG_DATA(one), sizeof got->ucred);
      got->credentials = 1;
    }
  }
  return result;
}

static const size_t all = sizeof(union control);

static void close_all(const struct got* got) {
  for (int i = 0; i < got->count; i++)
    CHECK_EQ(close(got->fds[i]), 0);
}

static void close_both(const int fds[2]) {
  CHECK_EQ(close(fds[0]), 0);
  CHECK_EQ(close(fds[1]), 0);
}

/* Whether the write end of a pipe has gone. */
static int at_end(int fd) {
  char byte;
  struct pollfd polled = {fd, POLLIN, 0};
  return poll(&polled, 1, 0) == 1 && read(fd, &byte, 1) == 0;
}

/* ---- descriptors ---- */

static void test_passing(int type) {
  int ends[2], through[2];
  struct got got;
  CHECK_EQ(pipe(ends), 0);
  pair(type, through);
  CHECK_EQ(send_fds(through[0], "two", 3, ends, 2), 3);
  close_both(ends);
  CHECK_EQ(receive(through[1], 10, all, 0, &got), 3);
  CHECK_EQ(got.flags, 0);
  CHECK_EQ(got.count, 2);
  CHECK_EQ(fcntl(got.fds[0], F_GETFD), 0);
  CHECK_EQ(write(got.fds[1], "x", 1), 1);
  CHECK_EQ(read(got.fds[0], got.text, 5), 1);
  close_all(&got);

  CHECK_EQ(pipe(ends), 0);
  CHECK_EQ(send_fds(through[0], "one", 3, &ends[1], 1), 3);
  CHECK_EQ(close(ends[1]), 0);
  CHECK_EQ(receive(through[1], 10, all, MSG_PEEK, &got), 3);
  CHECK_EQ(got.count, 1);
  close_all(&got);
  CHECK_EQ(receive(through[1], 10, all, MSG_CMSG_CLOEXEC, &got), 3);
  CHECK_EQ(got.count, 1);
  CHECK_EQ(fcntl(got.fds[0], F_GETFD), FD_CLOEXEC);
  CHECK(!at_end(ends[0]));
  close_all(&got);
  CHECK(at_end(ends[0]));
  CHECK_EQ(close(ends[0]), 0);

  /* Without a message to go with. */
  CHECK_EQ(send_fds(through[0], "", 0, through, 1), 0);
  CHECK_EQ(send_fds(through[0], "z", 1, through, 1), 1);
  CHECK_EQ(receive(through[1], 10, all, 0, &got), type == SOCK_STREAM);
  CHECK_EQ(got.count, 1);
  close_all(&got);
  close_both(through);
}

static void test_stream(void) {
  int through[2];
  struct got got;
  pair(SOCK_STREAM, through);
  CHECK_EQ(write(through[0], "ab", 2), 2);
  CHECK_EQ(send_fds(through[0], "cd", 2, through, 1), 2);
  CHECK_EQ(write(through[0], "ef", 2), 2);
  CHECK_EQ(send_fds(through[0], "gh", 2, through, 2), 2);
  /* Bytes before come along, those after do not. */
  CHECK_EQ(receive(through[1], 10, all, 0, &got), 4);
  CHECK(memcmp(got.text, "abcd", 4) == 0);
  CHECK_EQ(got.count, 1);
  close_all(&got);
  /* The first byte brings all. */
  CHECK_EQ(receive(through[1], 3, all, 0, &got), 3);
  CHECK(memcmp(got.text, "efg", 3) == 0);
  CHECK_EQ(got.count, 2);
  close_all(&got);
  CHECK_EQ(receive(through[1], 10, all, 0, &got), 1);
  CHECK_EQ(got.count, 0);
  close_both(through);
}

static void test_truncation(void) {
  int through[2], ends[2];
  struct got got;
  pair(SOCK_DGRAM, through);
  CHECK_EQ(pipe(ends), 0);
  const int many[] = {0, ends[1], ends[1]};
  CHECK_EQ(send_fds(through[0], "a", 1, many, 3), 1);
  CHECK_EQ(send_fds(through[0], "b", 1, many, 3), 1);
  CHECK_EQ(send_fds(through[0], "c", 1, many, 3), 1);
  CHECK_EQ(close(ends[1]), 0);
  CHECK_EQ(receive(through[1], 1, CMSG_LEN(sizeof(int)), 0, &got), 1);
  CHECK_EQ(got.count, 1);
  CHECK_EQ(got.flags, MSG_CTRUNC);
  close_all(&got);
  CHECK_EQ(receive(through[1], 1, 0, 0, &got), 1);
  CHECK_EQ(got.flags, MSG_CTRUNC);
  CHECK(!at_end(ends[0]));
  CHECK_EQ(recv(through[1], got.text, 1, 0), 1);
  CHECK(at_end(ends[0])); /* dropped, all of them */
  CHECK_EQ(close(ends[0]), 0);

  /* As many as there are numbers. */
  struct rlimit limit, low;
  CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const int next = dup(0);
  low = limit;
  low.rlim_cur = (rlim_t)next + 2;
  CHECK_EQ(send_fds(through[0], "d", 1, many, 1), 1);
  const int three[] = {0, 0, 0};
  CHECK_EQ(send_fds(through[0], "e", 1, three, 3), 1);
  CHECK_EQ(receive(through[1], 1, all, 0, &got), 1);
  close_all(&got);
  CHECK_EQ(close(next), 0);
  CHECK_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  CHECK_EQ(receive(through[1], 1, all, 0, &got), 1);
  CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  CHECK_EQ(got.count, 2);
  CHECK_EQ(got.flags, MSG_CTRUNC);
  close_all(&got);
  close_both(through);
}

static void test_errors(void) {
  int through[2], many[FDS_MAX] = {0};
  struct got got;
  pair(SOCK_STREAM, through);
  const int bad[] = {0, 1000};
  CHECK_ERRNO(send_fds(through[0], "a", 1, bad, 2), EBADF);
  CHECK_ERRNO(send_fds(through[0], "a", 1, many, 254), EINVAL);
  CHECK_EQ(send_fds(through[0], "a", 1, many, 253), 1);
  CHECK_EQ(receive(through[1], 1, all, 0, &got), 1);
  CHECK_EQ(got.count, 253);
  close_all(&got);
  union control control = {.header = {.cmsg_level = SOL_SOCKET, .cmsg_type = 77}};
  struct iovec vector = {"x", 1};
  struct msghdr message = {.msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = CMSG_SPACE(4)};
  control.header.cmsg_len = CMSG_LEN(4);
  CHECK_ERRNO(sendmsg(through[0], &message, 0), EINVAL);
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN(400);
  CHECK_ERRNO(sendmsg(through[0], &message, 0), EINVAL);
  /* Other levels are not for them. */
  control.header.cmsg_len = CMSG_LEN(4);
  control.header.cmsg_level = 7;
  CHECK_EQ(sendmsg(through[0], &message, 0), 1);
  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_CREDENTIALS;
  CHECK_ERRNO(sendmsg(through[0], &message, 0), EINVAL);
  close_both(through);
}

/* A socket that nothing but its own queue keeps alive, and what else is in there. */
static void test_garbage(void) {
  int through[2], ends[2], other[2];
  CHECK_EQ(pipe(ends), 0);
  pair(SOCK_STREAM, through);
  pair(SOCK_DGRAM, other);
  const int in[] = {through[1], ends[1], other[0]};
  CHECK_EQ(send_fds(through[0], "a", 1, in, 3), 1);
  CHECK_EQ(send_fds(other[1], "a", 1, through, 2), 1);
  close_both(through);
  CHECK_EQ(close(ends[1]), 0);
  close_both(other);
  pair(SOCK_STREAM, through); /* it is looked for when a socket is closed */
  close_both(through);
  struct pollfd polled = {ends[0], POLLIN, 0};
  CHECK_EQ(poll(&polled, 1, 5000), 1); /* Linux does it a little later */
  CHECK(at_end(ends[0]));
  CHECK_EQ(close(ends[0]), 0);
}

/* ---- credentials ---- */

static void set_pass(int fd, int on) {
  CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on), 0);
}

static void expect_own(const struct got* got) {
  CHECK_EQ(got->credentials, 1);
  CHECK_EQ(got->ucred.pid, getpid());
  CHECK_EQ(got->ucred.uid, getuid());
  CHECK_EQ(got->ucred.gid, getgid());
}

static void test_credentials(int type) {
  int through[2], on = -1;
  struct got got;
  socklen_t length = sizeof on;
  pair(type, through);
  CHECK_EQ(getsockopt(through[1], SOL_SOCKET, SO_PASSCRED, &on, &length), 0);
  CHECK_EQ(on, 0);
  CHECK_EQ(write(through[0], "a", 1), 1);
  set_pass(through[1], 1);
  CHECK_EQ(getsockopt(through[1], SOL_SOCKET, SO_PASSCRED, &on, &length), 0);
  CHECK_EQ(on, 1);
  CHECK_EQ(write(through[0], "b", 1), 1);
  CHECK_EQ(receive(through[1], 10, all, 0, &got), 1); /* not known of the first */
  CHECK_EQ(got.credentials, 1);
  CHECK_EQ(got.ucred.pid, 0);
  CHECK_EQ(got.ucred.uid, 65534);
  CHECK_EQ(receive(through[1], 10, all, 0, &got), 1);
  expect_own(&got);
  /* From two processes: never as one. */
  CHECK_EQ(write(through[0], "c", 1), 1);
  CHECK_EQ(write(through[0], "d", 1), 1);
  const pid_t child = fork();
  if (child == 0)
    _exit(write(through[0], "e", 1) != 1);
  int status;
  CHECK_EQ(waitpid(child, &status, 0), child);
  CHECK_EQ(status, 0);
  CHECK_EQ(receive(through[1], 10, all, 0, &got), type == SOCK_STREAM ? 2 : 1);
  expect_own(&got);
  if (type != SOCK_STREAM)
    CHECK_EQ(receive(through[1], 10, all, 0, &got), 1);
  CHECK_EQ(receive(through[1], 10, all, 0, &got), 1);
  CHECK_EQ(got.ucred.pid, child);
  /* No room. */
  CHECK_EQ(write(through[0], "f", 1), 1);
  CHECK_EQ(receive(through[1], 1, 0, 0, &got), 1);
  CHECK_EQ(got.flags, MSG_CTRUNC);
  close_both(through);
}

static void test_told(void) {
  int through[2];
  struct got got;
  union control control = {.header = {.cmsg_level = SOL_SOCKET,
                                      .cmsg_type = SCM_CREDENTIALS,
                                      .cmsg_len = CMSG_LEN(sizeof(struct ucred))}};
  struct ucred told = {getpid(), getuid(), getgid()};
  struct iovec vector = {"x", 1};
  struct msghdr message = {.msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = CMSG_SPACE(sizeof told)};
  pair(SOCK_SEQPACKET, through);
  set_pass(through[1], 1);
  memcpy(CMSG_DATA(&control.header), &told, sizeof told);
  CHECK_EQ(sendmsg(through[0], &message, 0), 1);
  CHECK_EQ(receive(through[1], 1, all, 0, &got), 1);
  expect_own(&got);
  told.pid = 4000000;
  memcpy(CMSG_DATA(&control.header), &told, sizeof told);
  CHECK_ERRNO(sendmsg(through[0], &message, 0), getuid() == 0 ? ESRCH : EPERM);
  struct ucred peer;
  socklen_t length = sizeof peer;
  CHECK_EQ(getsockopt(through[0], SOL_SOCKET, SO_PEERCRED, &peer, &length), 0);
  CHECK_EQ(length, sizeof peer);
  CHECK_EQ(peer.pid, getpid());
  CHECK_EQ(peer.uid, geteuid());
  CHECK_EQ(peer.gid, getegid());
  close_both(through);
}

/* Who wants credentials gets a name of its own when it connects. */
static void test_autobind(void) {
  struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "listener"};
  socklen_t length = sizeof name;
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
  unlink(name.sun_path);
  CHECK_EQ(bind(listener, (struct sockaddr*)&name, sizeof name), 0);
  CHECK_EQ(listen(listener, 1), 0);
  set_pass(client, 1);
  CHECK_EQ(connect(client, (struct sockaddr*)&name, sizeof name), 0);
  CHECK_EQ(getsockname(client, (struct sockaddr*)&name, &length), 0);
  CHECK_EQ(length, offsetof(struct sockaddr_un, sun_path) + 6);
  CHECK_EQ(name.sun_path[0], 0);
  CHECK_EQ(close(client), 0);
  CHECK_EQ(close(listener), 0);
}

/* A user may have as many in flight as he may have open. */
static void test_too_many(void) {
  if (geteuid() != 0)
    return;
  const pid_t pid = fork();
  if (pid == 0) {
    int ends[2], fds[10];
    struct got got;
    const struct rlimit few = {16, 16};
    pair(SOCK_DGRAM, ends);
    for (int i = 0; i < 10; i++)
      fds[i] = ends[0];
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    CHECK_EQ(setuid(54321), 0);
    CHECK_EQ(send_fds(ends[0], "x", 1, fds, 10), 1);
    CHECK_EQ(send_fds(ends[0], "x", 1, fds, 10), 1);
    CHECK_ERRNO(send_fds(ends[0], "x", 1, fds, 1), ETOOMANYREFS);
    CHECK_EQ(receive(ends[1], 1, 0, 0, &got), 1);
    CHECK_EQ(send_fds(ends[0], "x", 1, fds, 1), 1);
    _exit(0);
  }
  int status;
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK_EQ(status, 0);
}

int main(void) {
  const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
  for (int i = 0; i < 3; i++) {
    test_passing(types[i]);
    test_credentials(types[i]);
  }
  test_stream();
  test_truncation();
  test_errors();
  test_garbage();
  test_told();
  test_autobind();
  test_too_many();
  return 0;
}
