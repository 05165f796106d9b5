/* What test/accuracy/run emulates: plain POSIX programs that send, receive, ask, answer over TCP.
 *
 *   traffic receive PORT BYTES...                   a connection for each number of bytes
 *   traffic send HOST PORT GAP BYTES...             one each GAP seconds, the first after a second
 *   traffic answer PORT BYTES                       answers messages until the connection ends
 *   traffic ask HOST PORT BYTES FIRST PAUSE LAST    from second FIRST to LAST, PAUSE in between
 *   traffic drain PORT FROM UNTIL                   counts what comes between two dates
 *   traffic stream HOST PORT START                  writes until the other end closes
 *
 * Each prints lines "what number"; dates are seconds since 2020-01-01, when emulations begin. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const time_t epoch = 1577836800;
static char buffer[1 << 16];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return (double)(time.tv_sec - epoch) + (double)time.tv_nsec * 1e-9;
}

static void sleep_until(double date) {
  const time_t second = (time_t)date;
  const struct timespec time = {epoch + second, (long)((date - (double)second) * 1e9 + 0.5)};
  clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL);
}

static void say(const char* what, double number) { printf("%s %.9f\n", what, number); }

static void need(int yes, const char* what) {
  if (yes)
    return;
  perror(what);
  exit(1);
}

static struct sockaddr_in name_of(const char* host, const char* port) {
  const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct addrinfo* found;
  need(getaddrinfo(host, port, &hints, &found) == 0, host);
  const struct sockaddr_in name = *(const struct sockaddr_in*)(const void*)found->ai_addr;
  freeaddrinfo(found);
  return name;
}

static int new_socket(void) {
  const int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

static int listen_at(const char* port) {
  const struct sockaddr_in name = name_of("0.0.0.0", port);
  const int fd = new_socket();
  need(bind(fd, (const struct sockaddr*)&name, sizeof name) == 0, "bind");
  need(listen(fd, 10) == 0, "listen");
  return fd;
}

static int connect_to(const char* host, const char* port) {
  const struct sockaddr_in name = name_of(host, port);
  const int fd = new_socket();
  need(connect(fd, (const struct sockaddr*)&name, sizeof name) == 0, "connect");
  return fd;
}

static void write_all(int fd, double bytes) {
  while (bytes > 0) {
    const size_t part = bytes < sizeof buffer ? (size_t)bytes : sizeof buffer;
    const ssize_t sent = send(fd, buffer, part, 0);
    need(sent > 0, "send");
    bytes -= (double)sent;
  }
}

/* Reads that many bytes; 0 if the connection has ended before. */
static int read_all(int fd, double bytes) {
  while (bytes > 0) {
    const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    if (got <= 0)
      return 0;
    bytes -= (double)got;
  }
  return 1;
}

static void receive(char** arguments) {
  const int listener = listen_at(arguments[0]);
  for (char** size = arguments + 1; *size; size++) {
    const int fd = accept(listener, NULL, NULL);
    need(read_all(fd, atof(*size)), "recv");
    say("received", now());
    close(fd);
  }
}

static void send_each(char** arguments) {
  double start = 1;
  for (char** size = arguments + 3; *size; size++, start += atof(arguments[2])) {
    sleep_until(start);
    const int fd = connect_to(arguments[0], arguments[1]);
    say("connected", now());
    write_all(fd, atof(*size));
    read_all(fd, 1); /* the other end closes */
    close(fd);
  }
}

static void answer(char** arguments) {
  const int fd = accept(listen_at(arguments[0]), NULL, NULL);
  while (read_all(fd, atof(arguments[1]))) {
    say("heard", now());
    write_all(fd, atof(arguments[1]));
  }
}

static void ask(char** arguments) {
  const int fd = connect_to(arguments[0], arguments[1]);
  const double bytes = atof(arguments[2]), pause = atof(arguments[4]), last = atof(arguments[5]);
  for (double date = atof(arguments[3]); date < last; date = now() + pause) {
    sleep_until(date);
    say("asked", now());
    write_all(fd, bytes);
    need(read_all(fd, bytes), "recv");
    say("answered", now());
  }
}

static void drain(char** arguments) {
  const int fd = accept(listen_at(arguments[0]), NULL, NULL);
  const double from = atof(arguments[1]), until = atof(arguments[2]);
  double counted = 0;
  for (double date = now(); date < until; date = now()) {
    const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    need(got > 0, "recv");
    if (date >= from)
      counted += (double)got;
  }
  say("goodput", counted * 8 / (until - from) / 1e6);
}

static void stream(char** arguments) {
  sleep_until(atof(arguments[2]));
  const int fd = connect_to(arguments[0], arguments[1]);
  while (send(fd, buffer, sizeof buffer, 0) > 0)
    ;
}

int main(int count, char** arguments) {
  static const struct {
    const char* name;
    void (*run)(char**);
    int arguments;
  } modes[] = {{"receive", receive, 2}, {"send", send_each, 4}, {"answer", answer, 2},
               {"ask", ask, 6},         {"drain", drain, 3},    {"stream", stream, 3}};
  signal(SIGPIPE, SIG_IGN);
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    if (count - 2 < modes[i].arguments || strcmp(arguments[1], modes[i].name) != 0)
      continue;
    modes[i].run(arguments + 2);
    return 0;
  }
  return 2;
}
