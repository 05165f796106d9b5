// CALLS: system popen pclose
// RUN: env STP_RUN="--bin /bin/sh=%t" %both
//
// Commands for the shell. On the emulated host this program itself is /bin/sh, and knows as much of
// the shell's language as the test needs.
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the shell ---- */

static void copy_input(void) {
  int byte;
  while ((byte = getchar()) != EOF)
    putchar(byte);
  fflush(stdout);
}

static int shell(const char* command) {
  int number;
  char word[64];
  if (sscanf(command, "exit %d", &number) == 1)
    return number;
  if (sscanf(command, "kill -%d", &number) == 1)
    kill(strstr(command, "$PPID") ? getppid() : getpid(), number);
  else if (sscanf(command, "echo %63s", word) == 1)
    puts(word);
  else if (strcmp(command, "cat") == 0)
    copy_input();
  else if (sscanf(command, "cat >%63s", word) == 1 && freopen(word, "w", stdout))
    copy_input();
  else
    return 127;
  return 0;
}

/* ---- the test ---- */

static int children, interrupts;

static void count(int signal) {
  children += signal == SIGCHLD;
  interrupts += signal == SIGINT;
}

static void commands(void) {
  CHECK_EQ(system(NULL), 1);
  CHECK_EQ(system("exit 0"), 0);
  int status = system("exit 3");
  CHECK(WIFEXITED(status));
  CHECK_EQ(WEXITSTATUS(status), 3);
  status = system("kill -9 $$");
  CHECK(WIFSIGNALED(status));
  CHECK_EQ(WTERMSIG(status), SIGKILL);
  CHECK_ERRNO(wait(NULL), ECHILD);
}

/* While it waits, SIGINT and SIGQUIT are ignored here, and SIGCHLD is blocked. */
static void signals(void) {
  signal(SIGINT, count);
  signal(SIGCHLD, count);
  CHECK_EQ(system("kill -2 $PPID"), 0);
  CHECK_EQ(interrupts, 0);
  int status = system("kill -2 $$");
  CHECK(WIFSIGNALED(status));
  CHECK_EQ(WTERMSIG(status), SIGINT);
  struct sigaction action;
  CHECK_EQ(sigaction(SIGINT, NULL, &action), 0);
  CHECK(action.sa_handler == count);
  sigset_t blocked;
  sigprocmask(SIG_BLOCK, NULL, &blocked);
  CHECK(!sigismember(&blocked, SIGCHLD));
  signal(SIGINT, SIG_DFL);
  signal(SIGCHLD, SIG_DFL);
}

static void reading(void) {
  FILE* f = popen("echo words", "r");
  CHECK(f);
  char line[64];
  CHECK(!(fcntl(fileno(f), F_GETFD) & FD_CLOEXEC));
  CHECK(fgets(line, sizeof line, f) && strcmp(line, "words\n") == 0);
  CHECK_EQ(fgetc(f), EOF);
  CHECK_EQ(pclose(f), 0);
  f = popen("exit 5", "re");
  CHECK(fcntl(fileno(f), F_GETFD) & FD_CLOEXEC);
  CHECK_EQ(pclose(f), 5 << 8);
  CHECK(popen("exit 0", "rw") == NULL && errno == EINVAL);
  CHECK(popen("exit 0", "x") == NULL && errno == EINVAL);
}

static void writing(void) {
  FILE* f = popen("cat >copy", "w");
  CHECK(f);
  for (int i = 0; i < 20000; i++)
    fprintf(f, "line %d\n", i);
  CHECK_EQ(pclose(f), 0);
  f = fopen("copy", "r");
  char line[64] = "";
  int lines = 0;
  while (fgets(line, sizeof line, f))
    lines++;
  CHECK(strcmp(line, "line 19999\n") == 0);
  CHECK_EQ(lines, 20000);
  fclose(f);
  CHECK_ERRNO(wait(NULL), ECHILD);
}

/* Children do not get the pipes of their elder siblings; else the first cat would never end. */
static void several(void) {
  FILE* first = popen("cat", "w");
  FILE* second = popen("cat", "w");
  CHECK(first && second);
  CHECK_EQ(pclose(first), 0);
  CHECK_EQ(pclose(second), 0);
}

int main(int argc, char** argv) {
  if (argc == 3 && strcmp(argv[1], "-c") == 0)
    return shell(argv[2]);
  closefrom(3);
  alarm(20);
  commands();
  signals();
  reading();
  writing();
  several();
  return 0;
}
