// CALLS: fork exit fflush fclose ungetc fmemopen open_memstream flockfile
// RUN: %both
//
// Streams across fork: what is buffered is copied, what lies below is shared.
#define _GNU_SOURCE
#include "child.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio_ext.h>
#include <stdlib.h>

static FILE* f;

static void expect_file(const char* path, const char* content) {
  char text[256];
  const int fd = open(path, O_RDONLY);
  CHECK(fd >= 0);
  const ssize_t size = read(fd, text, sizeof text - 1);
  CHECK(size >= 0);
  text[size] = 0;
  if (strcmp(text, content) != 0)
    printf("%s holds \"%s\"\n", path, text);
  CHECK(strcmp(text, content) == 0);
  close(fd);
}

/* ---- written, not flushed ---- */

static void write_more(void* unused) {
  (void)unused;
  CHECK_EQ(__fpending(f), 7);
  fputs("child ", f);
  CHECK_EQ(fclose(f), 0);
}

static void output(void) {
  f = fopen("out", "w");
  fputs("before ", f);
  const pid_t pid = fork(); /* not child_start, which flushes */
  if (pid == 0) {
    write_more(NULL);
    _exit(0);
  }
  CHECK_EQ(child_status(pid), 0);
  CHECK_EQ(__fpending(f), 7);
  fputs("parent", f);
  CHECK_EQ(fclose(f), 0);
  expect_file("out", "before child before parent");
}

/* exit flushes the child's copy, _exit does not. */
static void ends(void) {
  f = fopen("ends", "w");
  fputs("a", f);
  pid_t pid = fork();
  if (pid == 0)
    exit(0);
  CHECK_EQ(child_status(pid), 0);
  pid = fork();
  if (pid == 0)
    _exit(0);
  CHECK_EQ(child_status(pid), 0);
  CHECK_EQ(fclose(f), 0);
  expect_file("ends", "aa");
}

/* ---- read, not used ---- */

static void read_on(void* unused) {
  (void)unused;
  CHECK_EQ(fgetc(f), 'y'); /* pushed back */
  CHECK_EQ(fgetc(f), 'x');
  CHECK_EQ(fgetc(f), 'c');
  CHECK_EQ(lseek(fileno(f), 0, SEEK_CUR), 10);
  CHECK_EQ(ungetc('z', f), 'z');
  CHECK_EQ(ungetc('z', f), 'z');
}

static void input(void) {
  f = fopen("in", "w+");
  fputs("abcdefghij", f);
  rewind(f);
  CHECK_EQ(fgetc(f), 'a');
  CHECK_EQ(fgetc(f), 'b');
  CHECK_EQ(ungetc('x', f), 'x');
  CHECK_EQ(ungetc('y', f), 'y');
  in_child(read_on, NULL);
  read_on(NULL);
  CHECK_EQ(fgetc(f), 'z');
  CHECK_EQ(fgetc(f), 'z');
  CHECK_EQ(fgetc(f), 'd');
  CHECK_EQ(fclose(f), 0);
}

/* exit puts the shared position back to where the child has read. */
static void position(void) {
  const int fd = open("in", O_RDONLY);
  const pid_t pid = fork();
  if (pid == 0) {
    f = fdopen(fd, "r");
    CHECK_EQ(fgetc(f), 'a');
    CHECK_EQ(fgetc(f), 'b');
    exit(0);
  }
  CHECK_EQ(child_status(pid), 0);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 2);
  close(fd);
}

/* ---- streams over memory ---- */

static char* made;
static size_t size;
static char fixed[16];

static void write_memory(void* text) {
  fputs(text, f);
  CHECK_EQ(fflush(f), 0);
}

static void memory(void) {
  f = open_memstream(&made, &size);
  fputs("both ", f);
  in_child(write_memory, "child");
  write_memory("parent");
  CHECK(strcmp(made, "both parent") == 0);
  CHECK_EQ(fclose(f), 0);
  free(made);
  f = fmemopen(fixed, sizeof fixed, "w");
  fputs("both ", f);
  in_child(write_memory, "child");
  write_memory("parent");
  CHECK_EQ(fclose(f), 0);
  CHECK(strcmp(fixed, "both parent") == 0);
}

/* ---- locks ---- */

static int ready[2], go[2];

static void* hold(void* unused) {
  char byte;
  flockfile(f);
  CHECK_EQ(write(ready[1], "", 1), 1);
  CHECK_EQ(read(go[0], &byte, 1), 1);
  funlockfile(f);
  return unused;
}

/* The child has no thread that holds the lock. */
static void use_stream(void* unused) {
  (void)unused;
  CHECK_EQ(fputs("child\n", f), 1);
  CHECK_EQ(fflush(f), 0);
}

static void locked(void) {
  f = fopen("locked", "w");
  CHECK_EQ(pipe(ready), 0);
  CHECK_EQ(pipe(go), 0);
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, hold, NULL), 0);
  char byte;
  CHECK_EQ(read(ready[0], &byte, 1), 1);
  CHECK_EQ(ftrylockfile(f) == 0, 0);
  const pid_t pid = fork();
  if (pid == 0) {
    use_stream(NULL);
    _exit(0);
  }
  CHECK_EQ(child_status(pid), 0);
  CHECK_EQ(write(go[1], "", 1), 1);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(ftrylockfile(f), 0);
  use_stream(NULL);
  funlockfile(f);
  CHECK_EQ(fclose(f), 0);
  expect_file("locked", "child\nchild\n");
}

/* Many children of children, each with a buffer of its own. */
static void generations(void) {
  f = fopen("generations", "w");
  for (int i = 0; i < 5; i++) {
    fprintf(f, "%d", i);
    const pid_t pid = fork();
    if (pid != 0) {
      CHECK_EQ(child_status(pid), 0);
      CHECK_EQ(fclose(f), 0);
      if (i > 0)
        _exit(0);
      break;
    }
    if (i == 4)
      _exit(0);
  }
  expect_file("generations", "012340123012010");
}

int main(void) {
  alarm(20);
  output();
  ends();
  input();
  position();
  memory();
  locked();
  generations();
  return 0;
}
