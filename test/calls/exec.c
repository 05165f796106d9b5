// CALLS: execl execle execlp execv execve execvp execvpe execveat fexecve
// RUN: %both
//
// Programs that replace themselves: arguments, environment, descriptors, signals, scripts, errors.
// The test executes itself, as /proc/self/exe, with the name of what to check as first argument.
#define _GNU_SOURCE
#include "child.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char self[] = "/proc/self/exe";
static char own[PATH_MAX]; /* the real name of the program */
static int answers[2];     /* a pipe to the test, on fixed descriptors of the children */

/* ---- what the programs that are executed do ---- */

static void say(const char* text) { CHECK_EQ(write(answers[1], text, strlen(text)), strlen(text)); }

static void show(int argc, char** argv, char** envp) {
  for (int i = 0; i < argc; i++) {
    say(i > 0 ? "|" : "");
    say(argv[i]);
  }
  for (; *envp; envp++) {
    say(";");
    say(*envp);
  }
}

static void show_state(void) {
  char text[256];
  struct sigaction ignored, handled;
  sigset_t blocked, pending;
  sigaction(SIGUSR1, NULL, &ignored);
  sigaction(SIGUSR2, NULL, &handled);
  sigprocmask(SIG_BLOCK, NULL, &blocked);
  sigpending(&pending);
  snprintf(text, sizeof text,
           "kept %d closed %d ignored %d default %d blocked %d pending %d alarm %d umask %o pid %d",
           fcntl(10, F_GETFD) == 0, fcntl(11, F_GETFD) < 0, ignored.sa_handler == SIG_IGN,
           handled.sa_handler == SIG_DFL, sigismember(&blocked, SIGHUP),
           sigismember(&pending, SIGHUP), alarm(0) > 1000, umask(0), getpid());
  say(text);
}

static int executed(int argc, char** argv, char** envp) {
  answers[1] = 9;
  if (strcmp(argv[1], "show") == 0)
    show(argc, argv, envp);
  else if (strcmp(argv[1], "state") == 0)
    show_state();
  else
    show(argc, argv, (char*[]){NULL}); /* run by a script */
  return 7;
}

/* ---- the test ---- */

static char answer[4096];

/* Runs function(argument) in a child, whose program ends with 7; what it says is in `answer`. */
static pid_t ask(void (*function)(void*), void* argument) {
  CHECK_EQ(pipe(answers), 0);
  fflush(NULL);
  const pid_t pid = fork();
  if (pid == 0) {
    CHECK_EQ(dup2(answers[1], 9), 9);
    close(answers[0]);
    close(answers[1]);
    function(argument);
    _exit(99);
  }
  close(answers[1]);
  size_t size = 0;
  ssize_t got;
  while ((got = read(answers[0], answer + size, sizeof answer - 1 - size)) > 0)
    size += (size_t)got;
  answer[size] = 0;
  close(answers[0]);
  const int status = child_status(pid);
  CHECK(WIFEXITED(status));
  CHECK_EQ(WEXITSTATUS(status), 7);
  return pid;
}

static void check_answer(const char* expected) {
  if (strcmp(answer, expected) != 0)
    printf("%s\ninstead of\n%s\n", answer, expected);
  CHECK(strcmp(answer, expected) == 0);
}

static void with_execve(void* path) {
  execve(path, (char*[]){"zero", "show", "two words", "", NULL}, (char*[]){"A=1", "B=", NULL});
}
static void with_execv(void* path) {
  clearenv();
  setenv("NAME", "value", 1);
  execv(path, (char*[]){"zero", "show", NULL});
}
static void with_execl(void* path) {
  clearenv();
  execl(path, "zero", "show", "a", "b", "c", "d", "e", "f", "g", "h", NULL);
}
static void with_execle(void* path) { execle(path, "zero", "show", NULL, (char*[]){"E=5", NULL}); }
static void with_fexecve(void* path) {
  const int fd = open(path, O_RDONLY);
  fexecve(fd, (char*[]){"zero", "show", NULL}, (char*[]){NULL});
}
static void with_execveat(void* path) {
  char directory[PATH_MAX];
  strcpy(directory, path);
  char* const slash = strrchr(directory, '/');
  *slash = 0;
  const int fd = open(directory, O_RDONLY | O_DIRECTORY);
  execveat(fd, slash + 1, (char*[]){"zero", "show", NULL}, (char*[]){NULL}, 0);
}
static void with_execvp(void* path) {
  char directory[PATH_MAX + 32] = "/nonexistent:", *slash;
  strcat(directory, path);
  slash = strrchr(directory, '/');
  *slash = 0;
  clearenv();
  setenv("PATH", directory, 1);
  execvp(slash + 1, (char*[]){"zero", "show", NULL});
}
static void with_execlp(void* path) {
  clearenv();
  execlp(path, "zero", "show", NULL);
}
static void with_execvpe(void* path) {
  execvpe(path, (char*[]){"zero", "show", NULL}, (char*[]){"V=6", NULL});
}

static void all_forms(void) {
  ask(with_execve, (void*)self);
  CHECK(strcmp(answer, "zero|show|two words|;A=1;B=") == 0);
  ask(with_execve, own);
  CHECK(strcmp(answer, "zero|show|two words|;A=1;B=") == 0);
  ask(with_execv, own);
  CHECK(strcmp(answer, "zero|show;NAME=value") == 0);
  ask(with_execl, own);
  CHECK(strcmp(answer, "zero|show|a|b|c|d|e|f|g|h") == 0);
  ask(with_execle, own);
  CHECK(strcmp(answer, "zero|show;E=5") == 0);
  ask(with_fexecve, own);
  CHECK(strcmp(answer, "zero|show") == 0);
  ask(with_execveat, own);
  CHECK(strcmp(answer, "zero|show") == 0);
  ask(with_execvp, own);
  CHECK(strncmp(answer, "zero|show;PATH=/nonexistent:", 28) == 0);
  ask(with_execlp, own);
  CHECK(strcmp(answer, "zero|show") == 0);
  ask(with_execvpe, own);
  CHECK(strcmp(answer, "zero|show;V=6") == 0);
}

/* ---- what stays ---- */

static void handler(int signal) { (void)signal; }

static void with_state(void* unused) {
  (void)unused;
  CHECK_EQ(dup2(9, 10), 10);
  CHECK_EQ(dup3(9, 11, O_CLOEXEC), 11);
  signal(SIGUSR1, SIG_IGN);
  signal(SIGUSR2, handler);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGHUP);
  alarm(2000);
  umask(0123);
  execl(self, "zero", "state", NULL);
}

static void* exec_in_thread(void* unused) {
  with_state(unused);
  return NULL;
}

static void* sleep_for_ever(void* unused) {
  pause();
  return unused;
}

static void with_threads(void* unused) {
  pthread_t thread;
  for (int i = 0; i < 3; i++)
    CHECK_EQ(pthread_create(&thread, NULL, sleep_for_ever, NULL), 0);
  CHECK_EQ(pthread_create(&thread, NULL, exec_in_thread, NULL), 0);
  pthread_join(thread, NULL);
  (void)unused;
}

static void what_stays(void) {
  char expected[128];
  pid_t pid = ask(with_state, NULL);
  sprintf(expected,
          "kept 1 closed 1 ignored 1 default 1 blocked 1 pending 1 alarm 1 umask 123 pid %d", pid);
  check_answer(expected);
  pid = ask(with_threads, NULL);
  sprintf(expected,
          "kept 1 closed 1 ignored 1 default 1 blocked 1 pending 1 alarm 1 umask 123 pid %d", pid);
  check_answer(expected);
}

/* ---- scripts ---- */

static void write_file(const char* path, const char* text, mode_t mode) {
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  CHECK(fd >= 0);
  CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
  CHECK_EQ(fchmod(fd, mode), 0);
  CHECK_EQ(close(fd), 0);
}

static void with_script(void* path) { execl(path, "zero", "x", NULL); }

static void with_script_path(void* unused) {
  setenv("PATH", "", 1); /* the working directory */
  execlp("script", "zero", "x", NULL);
  (void)unused;
}

static void scripts(void) {
  char text[PATH_MAX + 64], expected[2 * PATH_MAX];
  sprintf(text, "#! %s  one argument \t\nrest\n", own);
  write_file("script", text, 0755);
  ask(with_script, "./script");
  sprintf(expected, "%s|one argument|./script|x", own);
  check_answer(expected);
  ask(with_script_path, NULL);
  sprintf(expected, "%s|one argument|script|x", own);
  check_answer(expected);
  write_file("nested", "#!./script", 0755);
  ask(with_script, "nested");
  sprintf(expected, "%s|one argument|./script|nested|x", own);
  check_answer(expected);
  write_file("loop", "#!./loop\n", 0755);
  CHECK_ERRNO(execl("./loop", "loop", NULL), ELOOP);
  write_file("absent", "#!/nonexistent\n", 0755);
  CHECK_ERRNO(execl("./absent", "absent", NULL), ENOENT);
  write_file("blank", "#!  \n", 0755);
  CHECK_ERRNO(execl("./blank", "blank", NULL), ENOEXEC);
}

/* ---- errors ---- */

static void errors(void) {
  char* const argv[] = {"zero", NULL};
  CHECK_ERRNO(execv("/nonexistent", argv), ENOENT);
  CHECK_ERRNO(execv("", argv), ENOENT);
  CHECK_ERRNO(execv("/tmp", argv), EACCES);
  write_file("plain", "plain text\n", 0644);
  CHECK_ERRNO(execv("plain", argv), EACCES);
  CHECK_ERRNO(execv("plain/below", argv), ENOTDIR);
  CHECK_EQ(chmod("plain", 0755), 0);
  CHECK_ERRNO(execv("plain", argv), ENOEXEC);
  write_file("empty", "", 0755);
  CHECK_ERRNO(execv("empty", argv), ENOEXEC);
  CHECK_EQ(symlink("ring", "ring"), 0);
  CHECK_ERRNO(execv("ring", argv), ELOOP);
  CHECK_EQ(symlink("plain", "link"), 0);
  CHECK_ERRNO(execveat(AT_FDCWD, "link", argv, NULL, AT_SYMLINK_NOFOLLOW), ELOOP);
  CHECK_ERRNO(execveat(AT_FDCWD, "link", argv, NULL, 1 << 30), EINVAL);
  CHECK_ERRNO(fexecve(-1, argv, argv), EINVAL);
  CHECK_ERRNO(execveat(99, "", argv, NULL, AT_EMPTY_PATH), EBADF);
  CHECK_ERRNO(execveat(99, "plain", argv, NULL, 0), EBADF);
  CHECK_ERRNO(execvp("", argv), ENOENT);
  CHECK_ERRNO(execvp("no-such-program", argv), ENOENT);
  char* const long_name = malloc(1 << 18);
  memset(long_name, 'x', (1 << 18) - 1);
  long_name[(1 << 18) - 1] = 0;
  CHECK_ERRNO(execv(own, (char*[]){"zero", long_name, NULL}), E2BIG);
  CHECK_ERRNO(execvp(long_name, argv), ENAMETOOLONG);
  char** const many = calloc(1 << 20, sizeof *many);
  for (int i = 0; i < (1 << 20) - 1; i++)
    many[i] = "abc";
  CHECK_ERRNO(execv(own, many), E2BIG);
  free(many);
  free(long_name);
}

int main(int argc, char** argv, char** envp) {
  if (argc > 1)
    return executed(argc, argv, envp);
  signal(SIGALRM, SIG_DFL);
  alarm(20);
  CHECK(readlink(self, own, sizeof own) > 0);
  all_forms();
  what_stays();
  scripts();
  errors();
  return 0;
}
