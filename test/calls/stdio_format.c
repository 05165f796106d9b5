// CALLS: printf fprintf vprintf vfprintf dprintf vdprintf perror scanf fscanf vscanf vfscanf
// CALLS: __printf_chk __fprintf_chk __vprintf_chk __vfprintf_chk __dprintf_chk __vdprintf_chk
// CALLS: flockfile ftrylockfile funlockfile
// CALLS: warn warnx vwarn vwarnx error error_at_line
// RUN: %both
//
// Formatted output and input, and messages on standard error.
#define _GNU_SOURCE
#include "check.h"

#include <err.h>
#include <error.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <unistd.h>

int __printf_chk(int flag, const char* format, ...);
int __fprintf_chk(FILE* stream, int flag, const char* format, ...);
int __vprintf_chk(int flag, const char* format, va_list arguments);
int __vfprintf_chk(FILE* stream, int flag, const char* format, va_list arguments);
int __dprintf_chk(int fd, int flag, const char* format, ...);
int __vdprintf_chk(int fd, int flag, const char* format, va_list arguments);

static FILE* f;
static int fd;

static void variadic(const char* format, ...) {
  va_list a, b, c, d, e;
  va_start(a, format);
  va_copy(b, a);
  va_copy(c, a);
  va_copy(d, a);
  va_copy(e, a);
  CHECK_EQ(vprintf(format, a), 3);
  CHECK_EQ(vfprintf(f, format, b), 3);
  CHECK_EQ(__vprintf_chk(1, format, c), 3);
  CHECK_EQ(__vfprintf_chk(f, 1, format, d), 3);
  va_end(b);
  va_copy(b, e);
  CHECK_EQ(vdprintf(fd, format, e), 3);
  CHECK_EQ(__vdprintf_chk(fd, 1, format, b), 3);
  va_end(a);
  va_end(b);
  va_end(c);
  va_end(d);
  va_end(e);
}

static void check_content(const char* path, const char* expected) {
  char text[512] = "";
  int file = open(path, O_RDONLY);
  CHECK(read(file, text, sizeof text - 1) >= 0);
  close(file);
  if (strcmp(text, expected) != 0) {
    fprintf(stderr, "%s holds:\n%s\nexpected:\n%s\n", path, text, expected);
    CHECK(0);
  }
}

static void output(void) {
  CHECK(freopen("out", "w", stdout) == stdout);
  f = fopen("file", "w");
  fd = creat("fd", 0600);
  CHECK_EQ(printf("%s-%d;", "a", 1), 4);
  CHECK_EQ(__printf_chk(1, "%5.2f;", 1.234), 6);
  CHECK_EQ(fprintf(f, "%c%c;", 'x', 'y'), 3);
  CHECK_EQ(__fprintf_chk(f, 1, "%x;", 255), 3);
  CHECK_EQ(dprintf(fd, "%d;", 12), 3);
  CHECK_EQ(__dprintf_chk(fd, 1, "%d;", 34), 3);
  CHECK_ERRNO(dprintf(99, "x"), EBADF);
  variadic("<%d>", 7);
  CHECK_EQ(fflush(NULL), 0);
  fclose(f);
  close(fd);
  check_content("out", "a-1; 1.23;<7><7>");
  check_content("file", "xy;ff;<7><7>");
  check_content("fd", "12;34;<7><7>");
}

static int scan(FILE* from, const char* format, ...) {
  va_list a;
  va_start(a, format);
  int result = from ? vfscanf(from, format, a) : vscanf(format, a);
  va_end(a);
  return result;
}

static void input(void) {
  int a, b;
  char word[16];
  FILE* in = fopen("numbers", "w+");
  fputs("1 2 three 4.5 6 7 8", in);
  rewind(in);
  CHECK_EQ(fscanf(in, "%d %d %15s", &a, &b, word), 3);
  CHECK(a == 1 && b == 2 && strcmp(word, "three") == 0);
  float real;
  CHECK_EQ(scan(in, "%f", &real), 1);
  CHECK(real == 4.5f);
  fclose(in);
  CHECK(freopen("numbers", "r", stdin) == stdin);
  CHECK_EQ(scanf("%d", &a), 1);
  CHECK_EQ(scan(NULL, "%d", &b), 1);
  CHECK(a == 1 && b == 2);
  CHECK_EQ(scanf("%d", &a), 0);
}

static void message(const char* format, ...) {
  va_list a, b;
  va_start(a, format);
  va_copy(b, a);
  vwarnx(format, a);
  errno = ENOENT;
  vwarn(format, b);
  va_end(b);
  va_end(a);
}

/* The first word of each line, the program's name, is taken away. */
static void messages(void) {
  CHECK(freopen("err", "w", stderr) == stderr);
  errno = EACCES;
  perror("perror");
  errno = EACCES;
  perror("");
  errno = EACCES;
  warn("warn %d", 1);
  CHECK_EQ(errno, EACCES);
  warnx("warnx %d", 2);
  message("v%d", 3);
  error(0, EPERM, "error %d", 4);
  error_at_line(0, 0, "file.c", 12, "at line");
  fflush(stderr);
  FILE* in = fopen("err", "r");
  char line[256], all[512] = "";
  while (fgets(line, sizeof line, in)) {
    char* text = strchr(line, ':');
    strcat(all, strncmp(line, "perror", 6) == 0 || line[0] == 'P' ? line : text);
  }
  fclose(in);
  if (strcmp(all, "perror: Permission denied\nPermission denied\n: warn 1: Permission denied\n"
                  ": warnx 2\n: v3\n: v3: No such file or directory\n"
                  ": error 4: Operation not permitted\n:file.c:12: at line\n") != 0) {
    printf("%s", all);
    CHECK(0);
  }
}

/* ---- one thread at a time ---- */

static FILE* shared;
static int ready[2];

static void* write_line(void* unused) {
  char byte;
  CHECK_EQ(read(ready[0], &byte, 1), 1);
  CHECK_EQ(ftrylockfile(shared), EBUSY);
  fputs("second\n", shared); /* waits */
  return unused;
}

static void locking(void) {
  shared = fopen("shared", "w");
  CHECK_EQ(pipe(ready), 0);
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, write_line, NULL), 0);
  flockfile(shared);
  flockfile(shared);
  CHECK_EQ(write(ready[1], "x", 1), 1);
  usleep(20000);
  fputs("fir", shared);
  funlockfile(shared);
  usleep(20000);
  fputs("st\n", shared);
  funlockfile(shared);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(ftrylockfile(shared), 0);
  funlockfile(shared);
  fclose(shared);
  check_content("shared", "first\nsecond\n");
}

int main(void) {
  output();
  input();
  locking();
  messages();
  return 0;
}
