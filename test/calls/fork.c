// CALLS: fork _Fork
// RUN: %both
//
// Copies of processes: equal addresses, separate memory, shared open files.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static int global = 1;
static _Thread_local int local = 2;

static void byte(int to, char value) { CHECK_EQ(write(to, &value, 1), 1); }

static char expect_byte(int from) {
  char value = 0;
  CHECK_EQ(read(from, &value, 1), 1);
  return value;
}

static void expect_end(int from) {
  char value;
  CHECK_EQ(read(from, &value, 1), 0);
}

/* Parent and child take turns: each sees its own values only, at equal addresses. */
static void memory_is_separate(void) {
  int there[2], back[2], automatic = 3, *allocated = malloc(sizeof *allocated);
  char* const mapped =
      mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(mapped != MAP_FAILED);
  *allocated = 4;
  strcpy(mapped + 5000, "mapped");
  CHECK(pipe(there) == 0 && pipe(back) == 0);
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    CHECK(close(there[1]) == 0 && close(back[0]) == 0);
    CHECK(global == 1 && local == 2 && automatic == 3 && *allocated == 4);
    CHECK(strcmp(mapped + 5000, "mapped") == 0);
    global = local = automatic = *allocated = 50;
    strcpy(mapped + 5000, "child");
    for (int i = 0; i < 10; i++) {
      byte(back[1], (char)i);
      CHECK_EQ(expect_byte(there[0]), i);
      CHECK(global == 50 + i && local == 50 + i && automatic == 50 + i && *allocated == 50 + i);
      global++, local++, automatic++, (*allocated)++;
      CHECK(strcmp(mapped + 5000, "child") == 0);
    }
    expect_end(there[0]);
    _exit(0);
  }
  CHECK(close(there[0]) == 0 && close(back[1]) == 0);
  global = local = automatic = *allocated = 100;
  for (int i = 0; i < 10; i++) {
    CHECK_EQ(expect_byte(back[0]), i);
    CHECK(global == 100 + i && local == 100 + i && automatic == 100 + i && *allocated == 100 + i);
    CHECK(strcmp(mapped + 5000, "mapped") == 0);
    global++, local++, automatic++, (*allocated)++;
    byte(there[1], (char)i);
  }
  CHECK_EQ(close(there[1]), 0);
  expect_end(back[0]);
  CHECK_EQ(close(back[0]), 0);
  CHECK_EQ(munmap(mapped, 1 << 16), 0);
  free(allocated);
  global = 1, local = 2;
}

/* A position belongs to the open file, a descriptor to the process. */
static void files_are_shared(void) {
  char name[] = "fork-XXXXXX";
  int fd = mkstemp(name), ends[2];
  CHECK(fd >= 0 && unlink(name) == 0 && pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    CHECK_EQ(write(fd, "child", 5), 5);
    CHECK_EQ(close(fd), 0);
    byte(ends[1], 1);
    _exit(0);
  }
  CHECK_EQ(expect_byte(ends[0]), 1);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 5);
  CHECK_EQ(write(fd, "parent", 6), 6);
  char text[12] = "";
  CHECK_EQ(pread(fd, text, 11, 0), 11);
  CHECK(strcmp(text, "childparent") == 0);
  CHECK(close(fd) == 0 && close(ends[0]) == 0 && close(ends[1]) == 0);
}

/* A child's child's child ...: each adds to what it got and tells the first. */
static void nested(void) {
  int ends[2];
  char* const heap = calloc(1, 1000);
  CHECK_EQ(pipe(ends), 0);
  const pid_t first = fork();
  if (first == 0) {
    for (int depth = 1; depth < 5; depth++) {
      heap[0]++;
      const pid_t child = _Fork();
      CHECK(child >= 0);
      if (child > 0) {
        byte(ends[1], heap[0]);
        _exit(0);
      }
    }
    heap[0]++;
    byte(ends[1], heap[0]);
    _exit(0);
  }
  CHECK_EQ(close(ends[1]), 0);
  int seen = 0;
  for (int i = 0; i < 5; i++)
    seen |= 1 << expect_byte(ends[0]);
  CHECK_EQ(seen, 62);
  expect_end(ends[0]);
  CHECK(heap[0] == 0 && close(ends[0]) == 0);
  free(heap);
}

/* A large heap, written in both. */
static void large(void) {
  enum { SIZE = 40 << 20 };
  char* const block = malloc(SIZE);
  int ends[2];
  CHECK(block && pipe(ends) == 0);
  for (size_t i = 0; i < SIZE; i += 4096)
    block[i] = (char)(i >> 12);
  if (fork() == 0) {
    for (size_t i = 0; i < SIZE; i += 4096)
      CHECK_EQ(block[i], (char)(i >> 12));
    memset(block, 1, SIZE);
    byte(ends[1], 1);
    _exit(0);
  }
  CHECK_EQ(expect_byte(ends[0]), 1);
  for (size_t i = 0; i < SIZE; i += 4096)
    CHECK_EQ(block[i], (char)(i >> 12));
  CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
  free(block);
}

int main(void) {
  memory_is_separate();
  files_are_shared();
  nested();
  large();
  return 0;
}
