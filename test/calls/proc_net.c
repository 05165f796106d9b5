// CALLS: socket open read
// RUN: %both
//
// What /proc/net tells of the sockets of this host.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "tcp.h"

static ino_t inode_of(int fd) {
  struct stat status;
  CHECK_EQ(fstat(fd, &status), 0);
  return status.st_ino;
}

/* The line of a table that ends in, or has, such an inode; its field `inode` counts from 0. */
static const char* find_line(const char* table, int field, ino_t inode) {
  static char line[1024];
  char path[64];
  snprintf(path, sizeof path, "/proc/net/%s", table);
  FILE* const file = fopen(path, "r");
  CHECK(file);
  while (fgets(line, sizeof line, file)) {
    char copy[1024], *rest = copy, *word = NULL;
    strcpy(copy, line);
    for (int i = 0; i <= field; i++)
      while ((word = strsep(&rest, " \n")) && !*word)
        ;
    if (word && strtoul(word, NULL, 10) == inode) {
      fclose(file);
      return line;
    }
  }
  fclose(file);
  return NULL;
}

static int state_of(const char* line) {
  unsigned local, remote, local_port, remote_port, state;
  CHECK_EQ(sscanf(line, " %*d: %X:%X %X:%X %X", &local, &local_port, &remote, &remote_port, &state),
           5);
  return (int)state;
}

static unsigned port_of(const char* line, unsigned* unread) {
  unsigned port = 0;
  CHECK_EQ(sscanf(line, " %*d: %*X:%X %*X:%*X %*X %*X:%X", &port, unread), 2);
  return port;
}

static void test_streams(void) {
  struct sockaddr_in name;
  unsigned unread;
  const int listener = tcp_listener(5, &name);
  const char* line = find_line("tcp", 9, inode_of(listener));
  CHECK(line);
  CHECK_EQ(state_of(line), 10);
  CHECK_EQ(port_of(line, &unread), ntohs(name.sin_port));
  CHECK_EQ(strlen(line), 150);
  const int client = tcp_socket();
  CHECK(!find_line("tcp", 9, inode_of(client)));
  CHECK_EQ(connect_to(client, &name), 0);
  const int server = accept(listener, NULL, NULL);
  CHECK(server >= 0);
  CHECK_EQ(send(client, "abc", 3, 0), 3);
  char bytes[3];
  CHECK_EQ(recv(server, bytes, 3, MSG_PEEK | MSG_WAITALL), 3);
  line = find_line("tcp", 9, inode_of(server));
  CHECK(line);
  CHECK_EQ(state_of(line), 1);
  CHECK_EQ(port_of(line, &unread), ntohs(name.sin_port));
  CHECK_EQ(unread, 3);
  CHECK(find_line("tcp", 9, inode_of(client)));
  CHECK(!find_line("tcp6", 9, inode_of(client)));
  CHECK_EQ(close(client), 0);
  CHECK_EQ(close(server), 0);
  CHECK_EQ(close(listener), 0);
}

static void test_others(void) {
  unsigned unread;
  const int datagram = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in name = inet_name("127.0.0.1", 0);
  CHECK_EQ(bind(datagram, (struct sockaddr*)&name, sizeof name), 0);
  const char* line = find_line("udp", 9, inode_of(datagram));
  CHECK(line);
  CHECK_EQ(state_of(line), 7);
  CHECK_EQ(port_of(line, &unread), ntohs(local_name(datagram).sin_port));
  CHECK_EQ(close(datagram), 0);

  const int six = socket(AF_INET6, SOCK_STREAM, 0);
  const struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
  CHECK_EQ(bind(six, (const struct sockaddr*)&any, sizeof any), 0);
  CHECK_EQ(listen(six, 1), 0);
  line = find_line("tcp6", 9, inode_of(six));
  CHECK(line && strstr(line, ": 00000000000000000000000001000000:"));
  CHECK_EQ(close(six), 0);

  const int own = socket(AF_UNIX, SOCK_DGRAM, 0);
  const struct sockaddr_un abstract = {.sun_family = AF_UNIX, .sun_path = "\0proc-net-test"};
  CHECK_EQ(bind(own, (const struct sockaddr*)&abstract, sizeof(sa_family_t) + 14), 0);
  line = find_line("unix", 6, inode_of(own));
  CHECK(line && strstr(line, " @proc-net-test\n"));
  CHECK_EQ(close(own), 0);
}

static void expect_word(const char* table, const char* word) {
  char path[64], text[16384] = "";
  snprintf(path, sizeof path, "/proc/net/%s", table);
  const int fd = open(path, O_RDONLY);
  CHECK(fd >= 0);
  CHECK(read(fd, text, sizeof text - 1) > 0);
  CHECK(strstr(text, word));
  CHECK_EQ(close(fd), 0);
}

int main(void) {
  test_streams();
  test_others();
  expect_word("dev", "    lo:");
  expect_word("route", "Iface\tDestination\tGateway");
  expect_word("if_inet6", "00000000000000000000000000000001 01 80 10 80       lo");
  expect_word("arp", "IP address       HW type");
  return 0;
}
