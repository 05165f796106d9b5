// CALLS: posix_spawn posix_spawnp posix_spawn_file_actions_init posix_spawn_file_actions_destroy
// CALLS: posix_spawn_file_actions_addopen posix_spawn_file_actions_addclose
// CALLS: posix_spawn_file_actions_adddup2 posix_spawn_file_actions_addchdir_np
// CALLS: posix_spawn_file_actions_addfchdir_np posix_spawn_file_actions_addclosefrom_np
// RUN: %both
//
// Children that run another program: this one, with what it is to do as first argument.
#define _GNU_SOURCE
#include "child.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>

extern char** environ;
static char own[PATH_MAX];

/* ---- what the children do ---- */

static void say_state(void) {
  sigset_t blocked;
  struct sigaction first, second;
  sigprocmask(SIG_BLOCK, NULL, &blocked);
  sigaction(SIGUSR1, NULL, &first);
  sigaction(SIGUSR2, NULL, &second);
  char here[PATH_MAX];
  printf("group %d session %d blocked %d %d usr1 %d usr2 %d in %s\n", getpgrp() == getpid(),
         getsid(0) == getpid(), sigismember(&blocked, SIGHUP), sigismember(&blocked, SIGTERM),
         first.sa_handler == SIG_DFL, second.sa_handler == SIG_IGN,
         strrchr(getcwd(here, sizeof here), '/') + 1);
}

static void say_descriptors(void) {
  for (int fd = 3; fd < 20; fd++)
    if (fcntl(fd, F_GETFD) >= 0)
      printf("%d%s ", fd, fcntl(fd, F_GETFD) & FD_CLOEXEC ? "x" : "");
  char line[64] = "nothing";
  printf("read %s\n", fgets(line, sizeof line, stdin) ? line : "nothing");
}

static int child(char** argv, char** envp) {
  if (strcmp(argv[1], "arguments") == 0)
    printf("%s %s %s\n", argv[0], argv[2], envp[0]);
  else if (strcmp(argv[1], "state") == 0)
    say_state();
  else
    say_descriptors();
  fflush(stdout);
  return 5;
}

/* ---- the test ---- */

static char answer[1024];
static int answers;

/* The child's output goes to a file. */
static void redirect(posix_spawn_file_actions_t* actions) {
  CHECK_EQ(
      posix_spawn_file_actions_addopen(actions, 1, "answer", O_WRONLY | O_CREAT | O_TRUNC, 0644),
      0);
}

static void await(pid_t pid) {
  const int status = child_status(pid);
  CHECK(WIFEXITED(status));
  CHECK_EQ(WEXITSTATUS(status), 5);
  answers = open("answer", O_RDONLY);
  const ssize_t size = read(answers, answer, sizeof answer - 1);
  CHECK(size > 0);
  answer[size - 1] = 0;
  close(answers);
}

static void expect(const char* text) {
  if (strcmp(answer, text) != 0)
    printf("\"%s\" instead of \"%s\"\n", answer, text);
  CHECK(strcmp(answer, text) == 0);
}

static void arguments(void) {
  posix_spawn_file_actions_t actions;
  CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
  redirect(&actions);
  pid_t pid = 0;
  CHECK_EQ(posix_spawn(&pid, own, &actions, NULL, (char*[]){"zero", "arguments", "two", NULL},
                       (char*[]){"A=b", NULL}),
           0);
  CHECK(pid > 0);
  await(pid);
  expect("zero two A=b");

  CHECK_EQ(posix_spawn(&pid, "/proc/self/exe", &actions, NULL,
                       (char*[]){"self", "arguments", "3", NULL}, (char*[]){"A=d", NULL}),
           0);
  await(pid);
  expect("self 3 A=d");

  char directory[PATH_MAX];
  strcpy(directory, own);
  char* const slash = strrchr(directory, '/');
  *slash = 0;
  char* const before = strdup(getenv("PATH"));
  setenv("PATH", directory, 1);
  CHECK_EQ(posix_spawnp(&pid, slash + 1, &actions, NULL, (char*[]){"p", "arguments", "q", NULL},
                        (char*[]){"A=c", NULL}),
           0);
  setenv("PATH", before, 1);
  free(before);
  await(pid);
  expect("p q A=c");
  CHECK_EQ(posix_spawn_file_actions_destroy(&actions), 0);
}

static void attributes(void) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
  redirect(&actions);
  CHECK_EQ(posix_spawnattr_init(&attributes), 0);
  signal(SIGUSR1, SIG_IGN);
  signal(SIGUSR2, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  sigprocmask(SIG_BLOCK, &set, NULL);
  pid_t pid;
  char* const argv[] = {"child", "state", NULL};
  CHECK_EQ(posix_spawn(&pid, own, &actions, &attributes, argv, environ), 0);
  await(pid);
  CHECK(strncmp(answer, "group 0 session 0 blocked 1 0 usr1 0 usr2 1 in ", 47) == 0);

  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  CHECK_EQ(posix_spawnattr_setsigmask(&attributes, &set), 0);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  CHECK_EQ(posix_spawnattr_setsigdefault(&attributes, &set), 0);
  CHECK_EQ(posix_spawnattr_setpgroup(&attributes, 0), 0);
  CHECK_EQ(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                     POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_RESETIDS |
                                                     POSIX_SPAWN_USEVFORK),
           0);
  CHECK_EQ(mkdir("below", 0755), 0);
  CHECK_EQ(posix_spawn_file_actions_addchdir_np(&actions, "below"), 0);
  CHECK_EQ(posix_spawn(&pid, own, &actions, &attributes, argv, environ), 0);
  await(pid);
  expect("group 1 session 0 blocked 0 1 usr1 1 usr2 1 in below");

  CHECK_EQ(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID), 0);
  CHECK_EQ(posix_spawn_file_actions_destroy(&actions), 0);
  CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
  redirect(&actions);
  const int below = open("below", O_RDONLY | O_DIRECTORY);
  CHECK_EQ(posix_spawn_file_actions_addfchdir_np(&actions, below), 0);
  CHECK_EQ(posix_spawn(&pid, own, &actions, &attributes, argv, environ), 0);
  await(pid);
  expect("group 1 session 1 blocked 1 0 usr1 0 usr2 1 in below");
  close(below);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  CHECK_EQ(posix_spawnattr_destroy(&attributes), 0);
  CHECK_EQ(posix_spawn_file_actions_destroy(&actions), 0);
}

static void descriptors(void) {
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  CHECK_EQ(dup2(ends[0], 10), 10);
  CHECK_EQ(dup2(ends[1], 11), 11);
  CHECK_EQ(dup3(ends[1], 12, O_CLOEXEC), 12);
  CHECK_EQ(dup3(ends[1], 13, O_CLOEXEC), 13);
  CHECK_EQ(dup2(ends[1], 18), 18);
  close(ends[0]);
  close(ends[1]);
  posix_spawn_file_actions_t actions;
  CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
  redirect(&actions);
  CHECK_EQ(posix_spawn_file_actions_adddup2(&actions, 10, 0), 0);
  CHECK_EQ(posix_spawn_file_actions_addclose(&actions, 10), 0);
  CHECK_EQ(posix_spawn_file_actions_addclose(&actions, 15), 0); /* not open */
  CHECK_EQ(posix_spawn_file_actions_adddup2(&actions, 13, 13), 0);
  CHECK_EQ(posix_spawn_file_actions_addclosefrom_np(&actions, 14), 0);
  CHECK_EQ(write(11, "through the pipe", 16), 16);
  pid_t pid;
  char* const argv[] = {"child", "descriptors", NULL};
  CHECK_EQ(write(11, "\n", 1), 1);
  CHECK_EQ(posix_spawn(&pid, own, &actions, NULL, argv, environ), 0);
  await(pid);
  expect("11 13 read through the pipe\n");
  for (int fd = 10; fd <= 13; fd++)
    CHECK_EQ(close(fd), 0);
  CHECK_EQ(close(18), 0);
  CHECK_EQ(posix_spawn_file_actions_destroy(&actions), 0);
}

static void errors(void) {
  char* const argv[] = {"child", "state", NULL};
  pid_t pid = -7;
  CHECK_EQ(posix_spawn(&pid, "/nonexistent", NULL, NULL, argv, environ), ENOENT);
  CHECK_EQ(posix_spawnp(&pid, "no-such-program", NULL, NULL, argv, environ), ENOENT);
  CHECK_EQ(posix_spawn(&pid, "/tmp", NULL, NULL, argv, environ), EACCES);
  const int fd = open("text", O_WRONLY | O_CREAT, 0755);
  CHECK_EQ(write(fd, "text\n", 5), 5);
  close(fd);
  CHECK_EQ(posix_spawn(&pid, "./text", NULL, NULL, argv, environ), ENOEXEC);
  posix_spawn_file_actions_t actions;
  CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
  CHECK_EQ(posix_spawn_file_actions_addclose(&actions, -1), EBADF);
  CHECK_EQ(posix_spawn_file_actions_adddup2(&actions, 1, -1), EBADF);
  CHECK_EQ(posix_spawn_file_actions_addopen(&actions, -1, "x", O_RDONLY, 0), EBADF);
  CHECK_EQ(posix_spawn_file_actions_addopen(&actions, 3, "absent", O_RDONLY, 0), 0);
  CHECK_EQ(posix_spawn(&pid, own, &actions, NULL, argv, environ), ENOENT);
  CHECK_EQ(posix_spawn_file_actions_destroy(&actions), 0);
  CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
  CHECK_EQ(posix_spawn_file_actions_adddup2(&actions, 99, 1), 0);
  CHECK_EQ(posix_spawn(&pid, own, &actions, NULL, argv, environ), EBADF);
  CHECK_EQ(posix_spawn_file_actions_destroy(&actions), 0);
  posix_spawnattr_t attributes;
  CHECK_EQ(posix_spawnattr_init(&attributes), 0);
  CHECK_EQ(posix_spawnattr_setpgroup(&attributes, 999999), 0);
  CHECK_EQ(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP), 0);
  CHECK_EQ(posix_spawn(&pid, own, NULL, &attributes, argv, environ), EPERM);
  CHECK_ERRNO(waitpid(-1, NULL, WNOHANG), ECHILD); /* none is left behind */
}

int main(int argc, char** argv, char** envp) {
  if (argc > 1)
    return child(argv, envp);
  closefrom(3);
  alarm(20);
  CHECK(readlink("/proc/self/exe", own, sizeof own) > 0);
  arguments();
  attributes();
  descriptors();
  errors();
  return 0;
}
