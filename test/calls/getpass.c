// CALLS: getpass
// RUN: env STP_LIBS=-lutil %both
//
// Passwords: typed on the controlling terminal, unseen, or else from standard input.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "check.h"

static int master;

static void expect(const char* text) {
  char found[256] = "";
  size_t size = 0;
  while (size < strlen(text)) {
    const ssize_t got = read(master, found + size, sizeof found - 1 - size);
    CHECK(got > 0);
    size += (size_t)got;
  }
  if (strcmp(found, text) != 0)
    printf("found \"%s\", expected \"%s\"\n", found, text);
  CHECK(strcmp(found, text) == 0);
}

static void type(const char* text) { CHECK_EQ(write(master, text, strlen(text)), strlen(text)); }

static void check_status(pid_t child) {
  int status;
  CHECK_EQ(waitpid(child, &status, 0), child);
  CHECK_EQ(status, 0);
}

/* Standard input is something else: the terminal is asked all the same. */
static void ask(void) {
  struct termios before, after;
  CHECK_EQ(tcgetattr(1, &before), 0);
  CHECK_EQ(dup2(open("/dev/null", O_RDONLY), 0), 0);
  const char* const first = getpass("Password: ");
  CHECK(first && strcmp(first, "open sesame") == 0);
  const char* const second = getpass("Again: ");
  CHECK(second && strcmp(second, "") == 0);
  CHECK(strcmp(getpass("End: "), "") == 0);
  CHECK_EQ(tcgetattr(1, &after), 0);
  CHECK_EQ(after.c_lflag, before.c_lflag);
  CHECK_EQ(write(1, "done\n", 5), 5);
  sleep(1);
}

static void test_terminal(void) {
  const pid_t child = forkpty(&master, NULL, NULL, NULL);
  if (child == 0) {
    ask();
    exit(0);
  }
  expect("Password: ");
  type("open sesame\r");
  expect("\r\nAgain: ");
  type("\003\025\r"); /* no interrupt; what is erased was not there */
  expect("\r\nEnd: ");
  type("\004");
  expect("done\r\n");
  check_status(child);
  close(master);
}

static void test_none(void) {
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  CHECK_EQ(write(ends[1], "secret\nrest", 11), 11);
  CHECK_EQ(close(ends[1]), 0);
  const pid_t child = fork();
  if (child == 0) {
    CHECK(setsid() >= 0);
    CHECK_EQ(dup2(ends[0], 0), 0);
    CHECK_EQ(dup2(open("/dev/null", O_WRONLY), 2), 2);
    CHECK(strcmp(getpass("?"), "secret") == 0);
    CHECK(strcmp(getpass("?"), "rest") == 0);
    CHECK(strcmp(getpass("?"), "") == 0);
    exit(0);
  }
  check_status(child);
}

int main(void) {
  test_terminal();
  test_none();
  return 0;
}
