// CALLS: socketpair socket bind listen accept connect getsockname getpeername getsockopt
// RUN: %both
//
// Unix sockets of type SOCK_STREAM: pairs, names that are files, abstract names.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "tcp.h"

static socklen_t unix_name(struct sockaddr_un* name, const char* path) {
  *name = (struct sockaddr_un){.sun_family = AF_UNIX};
  strcpy(name->sun_path, path);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);
}

static int unix_socket(void) {
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK(fd >= 0);
  return fd;
}

static void test_pair(void) {
  int ends[2], count;
  char buffer[16];
  CHECK_ERRNO(socketpair(AF_INET, SOCK_STREAM, 0, ends), EOPNOTSUPP);
  CHECK_ERRNO(socketpair(AF_UNIX, SOCK_STREAM, 7, ends), EPROTONOSUPPORT);
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  CHECK_EQ(fcntl(ends[1], F_GETFD), FD_CLOEXEC);
  CHECK_EQ(get_int(ends[0], SOL_SOCKET, SO_DOMAIN), AF_UNIX);
  CHECK_EQ(get_int(ends[0], SOL_SOCKET, SO_TYPE), SOCK_STREAM);
  CHECK_EQ(events_of(ends[0]), POLLOUT);
  CHECK_EQ(send(ends[0], "abc", 3, 0), 3);
  CHECK_EQ(write(ends[0], "def", 3), 3);
  CHECK_EQ(ioctl(ends[1], FIONREAD, &count), 0);
  CHECK_EQ(count, 6);
  CHECK_EQ(events_of(ends[1]), POLLIN | POLLOUT);
  CHECK_EQ(recv(ends[1], buffer, 16, MSG_PEEK), 6);
  CHECK_EQ(recv(ends[1], buffer, 6, MSG_WAITALL), 6);
  CHECK(memcmp(buffer, "abcdef", 6) == 0);
  CHECK_ERRNO(recv(ends[1], buffer, 16, MSG_DONTWAIT), EAGAIN);
  struct ucred credentials;
  socklen_t length = sizeof credentials;
  CHECK_EQ(getsockopt(ends[0], SOL_SOCKET, SO_PEERCRED, &credentials, &length), 0);
  CHECK_EQ(credentials.pid, getpid());
  CHECK_EQ(credentials.uid, getuid());
  struct sockaddr_un name;
  length = sizeof name;
  CHECK_EQ(getsockname(ends[0], (struct sockaddr*)&name, &length), 0);
  CHECK_EQ(length, sizeof name.sun_family);
  length = sizeof name;
  CHECK_EQ(getpeername(ends[0], (struct sockaddr*)&name, &length), 0);
  CHECK_EQ(length, sizeof name.sun_family);
  CHECK_EQ(name.sun_family, AF_UNIX);
  CHECK_ERRNO(sendto(ends[0], "x", 1, 0, (struct sockaddr*)&name, unix_name(&name, "x")), EISCONN);
  close_pair(ends);
}

static void test_ends(void) {
  int ends[2];
  char byte;
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  CHECK_EQ(shutdown(ends[0], SHUT_WR), 0);
  CHECK_EQ(recv(ends[1], &byte, 1, 0), 0);
  CHECK_EQ(events_of(ends[1]), POLLIN | POLLOUT | POLLRDHUP);
  CHECK_ERRNO(send(ends[0], "x", 1, 0), EPIPE);
  CHECK_EQ(send(ends[1], "x", 1, 0), 1);
  CHECK_EQ(recv(ends[0], &byte, 1, 0), 1);
  CHECK_EQ(close(ends[1]), 0);
  CHECK_EQ(events_of(ends[0]), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
  CHECK_EQ(recv(ends[0], &byte, 1, 0), 0);
  CHECK_EQ(close(ends[0]), 0);

  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  CHECK_EQ(send(ends[0], "unread", 6, 0), 6);
  CHECK_EQ(close(ends[1]), 0);
  CHECK_ERRNO(recv(ends[0], &byte, 1, 0), ECONNRESET);
  CHECK_EQ(recv(ends[0], &byte, 1, 0), 0);
  CHECK_ERRNO(send(ends[0], "x", 1, 0), EPIPE);
  CHECK_EQ(close(ends[0]), 0);
}

static void* read_all(void* argument) {
  static char data[30000];
  size_t total = 0;
  ssize_t size;
  while ((size = recv(*(int*)argument, data, sizeof data, 0)) > 0)
    total += (size_t)size;
  CHECK_EQ(size, 0);
  CHECK_EQ(total, 10000000);
  return NULL;
}

static void test_full(void) {
  int ends[2];
  static char data[10000000];
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  pthread_t reader;
  CHECK_EQ(pthread_create(&reader, NULL, read_all, &ends[1]), 0);
  CHECK_EQ(send(ends[0], data, sizeof data, 0), sizeof data);
  CHECK_EQ(shutdown(ends[0], SHUT_WR), 0);
  CHECK_EQ(pthread_join(reader, NULL), 0);
  CHECK_EQ(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
  while (send(ends[1], data, 4096, 0) > 0) {
  }
  CHECK_EQ(errno, EAGAIN);
  CHECK_EQ(events_of(ends[1]), POLLIN | POLLRDHUP);
  close_pair(ends);
}

static void test_path(void) {
  struct sockaddr_un name, found;
  unlink("sock");
  int listener = unix_socket();
  const socklen_t length = unix_name(&name, "sock");
  const struct sockaddr* const address = (struct sockaddr*)&name;
  CHECK_EQ(events_of(listener), POLLOUT | POLLHUP);
  CHECK_ERRNO(listen(listener, 1), EINVAL);
  CHECK_ERRNO(bind(listener, address, 1), EINVAL);
  CHECK_EQ(bind(listener, address, length), 0);
  struct stat status;
  CHECK_EQ(stat("sock", &status), 0);
  CHECK(S_ISSOCK(status.st_mode));
  int fd = unix_socket();
  CHECK_ERRNO(bind(fd, address, length), EADDRINUSE);
  CHECK_ERRNO(connect(fd, address, length), ECONNREFUSED);
  CHECK_EQ(listen(listener, 1), 0);
  CHECK_EQ(get_int(listener, SOL_SOCKET, SO_ACCEPTCONN), 1);
  CHECK_ERRNO(send(fd, "x", 1, 0), ENOTCONN);
  char byte;
  CHECK_ERRNO(recv(fd, &byte, 1, 0), EINVAL);
  CHECK_EQ(connect(fd, address, length), 0);
  CHECK_ERRNO(connect(fd, address, length), EISCONN);
  CHECK_EQ(send(fd, "x", 1, 0), 1);
  CHECK_EQ(events_of(listener), POLLIN);
  socklen_t given = sizeof found;
  int server = accept(listener, (struct sockaddr*)&found, &given);
  CHECK(server >= 0);
  CHECK_EQ(given, sizeof found.sun_family);
  CHECK_EQ(recv(server, &byte, 1, 0), 1);
  given = sizeof found;
  CHECK_EQ(getpeername(fd, (struct sockaddr*)&found, &given), 0);
  CHECK_EQ(given, length);
  CHECK(strcmp(found.sun_path, "sock") == 0);
  close(server), close(fd);

  /* The file outlives the socket. */
  fd = unix_socket();
  CHECK_EQ(connect(fd, address, length), 0);
  CHECK_EQ(close(listener), 0);
  CHECK_ERRNO(recv(fd, &byte, 1, 0), ECONNRESET);
  CHECK_EQ(close(fd), 0);
  fd = unix_socket();
  CHECK_ERRNO(connect(fd, address, length), ECONNREFUSED);
  CHECK_EQ(unlink("sock"), 0);
  CHECK_ERRNO(connect(fd, address, length), ENOENT);
  CHECK_EQ(close(fd), 0);
}

static void test_abstract(void) {
  struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0simterpose test"}, found;
  const socklen_t length = offsetof(struct sockaddr_un, sun_path) + 16;
  const struct sockaddr* const address = (struct sockaddr*)&name;
  int listener = unix_socket(), fd = unix_socket();
  CHECK_EQ(bind(listener, address, length), 0);
  CHECK_ERRNO(bind(fd, address, length), EADDRINUSE);
  CHECK_EQ(listen(listener, 0), 0);
  CHECK_EQ(connect(fd, address, length), 0);
  int second = unix_socket();
  CHECK_EQ(fcntl(second, F_SETFL, O_NONBLOCK), 0);
  CHECK_ERRNO(connect(second, address, length), EAGAIN); /* the backlog is full */
  int server = accept(listener, NULL, NULL);
  CHECK_EQ(connect(second, address, length), 0);
  close(listener), close(server), close(second), close(fd);
  fd = unix_socket();
  CHECK_ERRNO(connect(fd, address, length), ECONNREFUSED);

  /* No name: the system chooses one. */
  CHECK_EQ(bind(fd, address, sizeof name.sun_family), 0);
  socklen_t given = sizeof found;
  CHECK_EQ(getsockname(fd, (struct sockaddr*)&found, &given), 0);
  CHECK_EQ(given, offsetof(struct sockaddr_un, sun_path) + 6);
  CHECK_EQ(found.sun_path[0], '\0');
  CHECK_EQ(close(fd), 0);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  test_pair();
  test_ends();
  test_full();
  test_path();
  test_abstract();
  return 0;
}
