/* Cost of fork (with the child's end and its reaping) for a process with so much written memory, of
 * posting a byte to a relative and back (families of 2 and of 32), and of the same between
 * strangers.
 *
 *   fork copy MIB         fork_MIB: one fork
 *   fork exec             exec: one fork whose child executes this program, which ends
 *   fork spawn MIB        spawn_MIB: the same by posix_spawn
 *   fork family COUNT     family_COUNT: one switch between processes
 *   fork server           strangers: the same, over the same kind of socket,
 *   fork client           between two programs */
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tsc.h"

enum { ROUNDS = 20000, FORKS = 200 };

static void copy(int mib) {
  char* volatile const memory = malloc((size_t)mib << 20);
  memset(memory, 1, (size_t)mib << 20);
  const int forks = mib > 10 ? FORKS / 10 : FORKS;
  const uint64_t start = tsc_now();
  for (int i = 0; i < forks; i++) {
    const pid_t child = fork();
    if (child == 0)
      _exit(0);
    if (child < 0 || waitpid(child, NULL, 0) != child)
      abort();
  }
  char name[32];
  snprintf(name, sizeof name, "fork_%d", mib);
  tsc_report(name, start, forks);
}

static char* const again[] = {"fork", "nothing", NULL};

static void exec(void) {
  const uint64_t start = tsc_now();
  for (int i = 0; i < FORKS; i++) {
    const pid_t child = fork();
    if (child == 0) {
      execv("/proc/self/exe", again);
      abort();
    }
    if (child < 0 || waitpid(child, NULL, 0) != child)
      abort();
  }
  tsc_report("exec", start, FORKS);
}

static void spawn(int mib) {
  char* volatile const memory = malloc((size_t)mib << 20);
  memset(memory, 1, (size_t)mib << 20);
  const uint64_t start = tsc_now();
  for (int i = 0; i < FORKS; i++) {
    pid_t child;
    if (posix_spawn(&child, "/proc/self/exe", NULL, NULL, again, environ) != 0 ||
        waitpid(child, NULL, 0) != child)
      abort();
  }
  char name[32];
  snprintf(name, sizeof name, "spawn_%d", mib);
  tsc_report(name, start, FORKS);
}

static void answer(int fd) {
  char byte;
  while (read(fd, &byte, 1) == 1)
    if (write(fd, &byte, 1) != 1)
      abort();
}

static struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/socket"};

static int dial(void) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  while (connect(fd, (struct sockaddr*)&address, sizeof address) != 0)
    usleep(1000);
  return fd;
}

static int listener(void) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(fd, (struct sockaddr*)&address, sizeof address) != 0 || listen(fd, 64) != 0)
    abort();
  return fd;
}

/* In turn with all others. */
static void play(const char* name, const int* fds, int count) {
  char byte = 0;
  const uint64_t start = tsc_now();
  for (int i = 0; i < ROUNDS; i++)
    if (write(fds[i % count], &byte, 1) != 1 || read(fds[i % count], &byte, 1) != 1)
      abort();
  tsc_report(name, start, 2.0 * ROUNDS);
}

static void family(int count) {
  const int door = listener();
  int fds[64];
  for (int i = 0; i < count - 1; i++) {
    if (fork() == 0) {
      answer(dial());
      _exit(0);
    }
    fds[i] = accept(door, NULL, NULL);
  }
  char name[32];
  snprintf(name, sizeof name, "family_%d", count);
  play(name, fds, count - 1);
}

int main(int argc, char** argv) {
  if (argc > 2 && strcmp(argv[1], "copy") == 0) {
    copy(atoi(argv[2]));
  } else if (argc > 2 && strcmp(argv[1], "spawn") == 0) {
    spawn(atoi(argv[2]));
  } else if (argc > 1 && strcmp(argv[1], "exec") == 0) {
    exec();
  } else if (argc > 1 && strcmp(argv[1], "nothing") == 0) {
    return 0;
  } else if (argc > 2 && strcmp(argv[1], "family") == 0) {
    family(atoi(argv[2]));
  } else if (argc > 1 && strcmp(argv[1], "client") == 0) {
    const int fd = dial();
    play("strangers", &fd, 1);
  } else {
    answer(accept(listener(), NULL, NULL));
  }
  return 0;
}
