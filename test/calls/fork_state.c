// CALLS: fork _Fork
// RUN: %both
//
// A child is a copy of its parent: what they share and what they do not.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "child.h"

static int global = 1;
static int zeroed[100000];
static __thread int local_to_thread = 2;
static const char* text = "constant";

/* ---- memory ---- */

struct memory {
  int* stack;
  int* heap;
  int* mapped;
};

static void change(void* argument) {
  struct memory* m = argument;
  CHECK(global == 1 && local_to_thread == 2 && zeroed[99999] == 0 && strcmp(text, "constant") == 0);
  CHECK(*m->stack == 3 && *m->heap == 4 && *m->mapped == 5);
  global = local_to_thread = zeroed[99999] = *m->stack = *m->heap = *m->mapped = 77;
  text = "changed";
  void* more = malloc(1 << 20);
  CHECK(more);
  memset(more, 1, 1 << 20);
  free(more);
  free(m->heap);
}

static void memory(void) {
  int stack = 3;
  struct memory m = {.stack = &stack, .heap = malloc(sizeof(int))};
  m.mapped = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(m.mapped != MAP_FAILED);
  *m.heap = 4;
  *m.mapped = 5;
  in_child(change, &m);
  CHECK(global == 1 && local_to_thread == 2 && zeroed[99999] == 0 && strcmp(text, "constant") == 0);
  CHECK(stack == 3 && *m.heap == 4 && *m.mapped == 5);
  free(m.heap);
  munmap(m.mapped, 1 << 16);
}

/* Blocks of all sizes keep their contents, on both sides, while both allocate and free. */
static void churn(void* seed) {
  static char* blocks[2000];
  unsigned state = *(unsigned*)seed;
  for (int i = 0; i < 20000; i++) {
    state = state * 1103515245 + 12345;
    char** block = &blocks[state / 65536 % 2000];
    if (*block)
      CHECK(**block == (char)((size_t)*block >> 4));
    free(*block);
    const size_t size = 16 + state % 777 * (state / 7 % 97 == 0 ? 100 : 1);
    *block = malloc(size);
    CHECK(*block);
    **block = (char)((size_t)*block >> 4);
    (*block)[size - 1] = 'z';
    **block = (char)((size_t)*block >> 4);
    if (i % 5000 == 4999)
      usleep(1);
  }
}

static void heaps(void) {
  unsigned seeds[4] = {1, 2, 3, 4};
  pid_t pids[3];
  churn(&seeds[3]);
  for (int i = 0; i < 3; i++)
    pids[i] = child_start(churn, &seeds[i]);
  churn(&seeds[0]);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(child_status(pids[i]), 0);
}

/* ---- descriptors and files ---- */

static void read_three(void* fd) {
  char bytes[4] = "";
  CHECK_EQ(read(*(int*)fd, bytes, 3), 3);
  CHECK(strcmp(bytes, "abc") == 0);
  CHECK_EQ(fcntl(*(int*)fd, F_SETFD, FD_CLOEXEC), 0);
  CHECK_EQ(fcntl(*(int*)fd, F_SETFL, O_NONBLOCK), 0);
  CHECK_EQ(close(*(int*)fd), 0);
}

/* Descriptors are each process's; offset and status flags are the open file's. */
static void descriptors(void) {
  char bytes[4] = "";
  int fd = open("letters", O_RDWR | O_CREAT | O_TRUNC, 0600);
  CHECK(fd >= 0);
  CHECK_EQ(write(fd, "abcdef", 6), 6);
  CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
  in_child(read_three, &fd);
  CHECK_EQ(fcntl(fd, F_GETFD), 0);
  CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
  CHECK_EQ(read(fd, bytes, 3), 3);
  CHECK(strcmp(bytes, "def") == 0);
  CHECK_EQ(close(fd), 0);
}

static void move_away(void* unused) {
  char before[4096], after[4096];
  CHECK_EQ(umask(0), 022);
  CHECK(getcwd(before, sizeof before));
  CHECK_EQ(mkdir("elsewhere", 0777), 0);
  CHECK_EQ(chdir("elsewhere"), 0);
  CHECK(getcwd(after, sizeof after) && strcmp(before, after) != 0);
  CHECK_EQ(setenv("FORKED", "child", 1), 0);
  CHECK(strcmp(getenv("KEPT"), "parent") == 0);
  CHECK_EQ(unsetenv("KEPT"), 0);
  (void)unused;
}

static void surroundings(void) {
  char before[4096], after[4096];
  umask(022);
  CHECK(getcwd(before, sizeof before));
  CHECK_EQ(setenv("KEPT", "parent", 1), 0);
  in_child(move_away, NULL);
  CHECK_EQ(umask(022), 022);
  CHECK(getcwd(after, sizeof after) && strcmp(before, after) == 0);
  CHECK(!getenv("FORKED") && strcmp(getenv("KEPT"), "parent") == 0);
  CHECK_EQ(rmdir("elsewhere"), 0);
}

/* ---- streams ---- */

static void nothing(void* unused) { (void)unused; }

static long size_of(const char* path) {
  struct stat stat_;
  CHECK_EQ(stat(path, &stat_), 0);
  return (long)stat_.st_size;
}

/* What a stream has not written at the fork is written by both. */
static void streams(void) {
  FILE* file = fopen("twice", "w");
  CHECK(file);
  fputs("buffered", file);
  pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    CHECK_EQ(fclose(file), 0);
    _exit(0);
  }
  CHECK_EQ(child_status(pid), 0);
  CHECK_EQ(size_of("twice"), 8);
  CHECK_EQ(fclose(file), 0);
  CHECK_EQ(size_of("twice"), 16);

  file = fopen("once", "w");
  fputs("buffered", file);
  pid = fork();
  if (pid == 0)
    _exit(0); /* writes nothing */
  CHECK_EQ(child_status(pid), 0);
  CHECK_EQ(size_of("once"), 0);
  CHECK_EQ(fclose(file), 0);
  CHECK_EQ(size_of("once"), 8);

  file = fopen("once", "r"); /* both read on from what was read ahead */
  CHECK_EQ(fgetc(file), 'b');
  pid = fork();
  if (pid == 0)
    _exit(fgetc(file));
  CHECK_EQ(WEXITSTATUS(child_status(pid)), 'u');
  CHECK_EQ(fgetc(file), 'u');
  fclose(file);
}

/* ---- ends ---- */

static int mark_fd;

static void mark(void) { CHECK_EQ(write(mark_fd, "x", 1), 1); }

static void ends(void) {
  char bytes[16];
  int ends_[2];
  CHECK_EQ(pipe(ends_), 0);
  mark_fd = ends_[1];
  CHECK_EQ(atexit(mark), 0);
  pid_t pid = fork();
  if (pid == 0)
    exit(3);
  CHECK_EQ(WEXITSTATUS(child_status(pid)), 3);
  pid = fork();
  if (pid == 0)
    _exit(4);
  CHECK_EQ(WEXITSTATUS(child_status(pid)), 4);
  CHECK_EQ(read(ends_[0], bytes, sizeof bytes), 1);
  close(ends_[0]);
  mark_fd = open("/dev/null", O_WRONLY);
}

/* ---- ids, nesting, many ---- */

static pid_t parent;

static void ids(void* group) {
  CHECK(getpid() != parent && getppid() == parent);
  CHECK_EQ(gettid(), getpid());
  CHECK_EQ(getpgrp(), *(pid_t*)group);
  CHECK_EQ(getsid(0), getsid(parent));
}

static void nest(void* levels) {
  int left = *(int*)levels - 1;
  if (left == 0)
    return;
  CHECK_EQ(global, 10 - left);
  global++;
  in_child(nest, &left);
  CHECK_EQ(global, 11 - left);
}

static void add(void* argument) {
  int* pipe_ = argument;
  const pid_t me = getpid();
  usleep((useconds_t)(me % 7) * 100);
  CHECK_EQ(write(pipe_[1], &me, sizeof me), sizeof me);
}

static void many(void) {
  enum { COUNT = 50 };
  pid_t pids[COUNT], found;
  int pipe_[2], seen = 0;
  CHECK_EQ(pipe(pipe_), 0);
  for (int i = 0; i < COUNT; i++)
    pids[i] = child_start(add, pipe_);
  close(pipe_[1]);
  while (read(pipe_[0], &found, sizeof found) == sizeof found)
    for (int i = 0; i < COUNT; i++)
      seen += pids[i] == found;
  CHECK_EQ(seen, COUNT);
  for (int i = 0; i < COUNT; i++)
    CHECK_EQ(waitpid(pids[i], NULL, 0), pids[i]);
  CHECK_ERRNO(wait(NULL), ECHILD);
  close(pipe_[0]);
}

/* ---- pipes between them ---- */

static void to_upper(void* argument) {
  int(*pipes)[2] = argument;
  char byte;
  close(pipes[0][1]);
  close(pipes[1][0]);
  while (read(pipes[0][0], &byte, 1) == 1) {
    byte = (char)(byte - 'a' + 'A');
    CHECK_EQ(write(pipes[1][1], &byte, 1), 1);
  }
}

static void pipes(void) {
  int pipes_[2][2];
  char bytes[16] = "";
  CHECK_EQ(pipe(pipes_[0]), 0);
  CHECK_EQ(pipe(pipes_[1]), 0);
  const pid_t pid = child_start(to_upper, pipes_);
  close(pipes_[0][0]);
  close(pipes_[1][1]);
  CHECK_EQ(write(pipes_[0][1], "forked", 6), 6);
  close(pipes_[0][1]);
  for (int i = 0; i < 6; i++)
    CHECK_EQ(read(pipes_[1][0], bytes + i, 1), 1);
  CHECK(strcmp(bytes, "FORKED") == 0);
  CHECK_EQ(read(pipes_[1][0], bytes, 1), 0); /* the last writer has gone */
  CHECK_EQ(child_status(pid), 0);
  close(pipes_[1][0]);
}

static void write_to_nobody(void* fd) {
  signal(SIGPIPE, SIG_DFL);
  for (;;)
    CHECK(write(*(int*)fd, "x", 1) == 1);
}

static void broken_pipe(void) {
  int pipe_[2];
  CHECK_EQ(pipe(pipe_), 0);
  const pid_t pid = child_start(write_to_nobody, &pipe_[1]);
  CHECK_EQ(close(pipe_[0]), 0); /* the child has one, too: it blocks when the pipe is full */
  usleep(1000);
  CHECK_EQ(kill(pid, 0), 0);
  CHECK_EQ(kill(pid, SIGTERM), 0);
  CHECK_EQ(child_status(pid), SIGTERM);
  signal(SIGPIPE, SIG_IGN);
  CHECK_ERRNO(write(pipe_[1], "x", 1), EPIPE);
  close(pipe_[1]);
}

static void first_reader_goes(void* argument) {
  int* pipe_ = argument;
  close(pipe_[0]);
  signal(SIGPIPE, SIG_DFL);
  for (;;)
    CHECK(write(pipe_[1], "x", 1) == 1);
}

static void killed_by_pipe(void) {
  int pipe_[2];
  char byte;
  CHECK_EQ(pipe(pipe_), 0);
  const pid_t pid = child_start(first_reader_goes, pipe_);
  CHECK_EQ(read(pipe_[0], &byte, 1), 1);
  CHECK_EQ(close(pipe_[0]), 0);
  CHECK_EQ(child_status(pid), SIGPIPE);
  close(pipe_[1]);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  memory();
  heaps();
  descriptors();
  surroundings();
  streams();
  ends();
  parent = getpid();
  pid_t group = getpgrp();
  in_child(ids, &group);
  int levels = 10;
  in_child(nest, &levels);
  many();
  pipes();
  broken_pipe();
  killed_by_pipe();
  in_child(nothing, NULL);
  const pid_t pid = _Fork();
  CHECK(pid >= 0);
  if (pid == 0)
    _exit(getppid() == parent ? 9 : 8);
  CHECK_EQ(WEXITSTATUS(child_status(pid)), 9);
  return 0;
}
