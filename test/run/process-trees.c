// Random trees of processes with threads, handlers, pipes, execs, stops: each checks its memory and
// the ends of its children. Another tree on each host; the same in every run.
//
// UNSUPPORTED: sanitize
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -g -pthread -I%include %s -o tree
// RUN: ./tree 1 && ./tree 2
// RUN: for n in 1 2 3 4 5; do %simterpose run -q -n 10 --seed $n -o out ./tree $n || exit 1; done
// RUN: %simterpose run -v -n 10 -o out ./tree 7 2>&1 | grep -v 'virtual time' >first
// RUN: %simterpose run -v -n 10 -o out ./tree 7 2>&1 | grep -v 'virtual time' >second
// RUN: cmp first second && grep 'killed by SIG' first
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>

#include "child.h"

static unsigned state;

static unsigned any(unsigned below) {
  state = state * 1103515245u + 12345u;
  return (state >> 16) % below;
}

/* ---- what each process does besides ---- */

static unsigned char memory[300000];

static void check_memory(unsigned char mark) {
  for (size_t i = 0; i < sizeof memory; i += 97)
    CHECK_EQ(memory[i], mark);
}

static void interrupt(int signal) {
  const int saved = errno;
  (void)signal;
  usleep(any(20));
  errno = saved;
}

static void rest(unsigned us) {
  struct timespec left = {0, (long)us * 1000};
  while (nanosleep(&left, &left) != 0)
    CHECK_EQ(errno, EINTR);
}

static void* work(void* unused) {
  for (int i = 0; i < 20; i++) {
    usleep(200);
    void* block = malloc(1000);
    CHECK(block);
    memset(block, 1, 1000);
    free(block);
  }
  return unused;
}

/* ---- kinds of children ---- */

enum kind { KILLED, WRITER, EXECUTED, STOPPED, PARENT, KINDS };

struct child {
  pid_t pid;
  enum kind kind;
  int pipe; /* from a WRITER */
};

static int live(int depth);

static _Noreturn void write_much(int fd) {
  static char much[100000];
  rest(any(500));
  for (size_t left = sizeof much; left > 0;) {
    const ssize_t written = write(fd, much, left);
    CHECK(written > 0 || errno == EINTR);
    left -= written > 0 ? (size_t)written : 0;
  }
  _exit(9);
}

static _Noreturn void execute(unsigned seed) {
  char text[16];
  snprintf(text, sizeof text, "%u", seed);
  execl("/proc/self/exe", "tree", "leaf", text, NULL);
  _exit(99);
}

static _Noreturn void begin(enum kind kind, const int* pipe_, int depth, unsigned seed,
                            unsigned char mark) {
  switch (kind) {
  case KILLED:
    check_memory(mark);
    memset(memory, 1, sizeof memory);
    for (;;)
      pause();
  case WRITER:
    close(pipe_[0]);
    write_much(pipe_[1]);
  case EXECUTED:
    execute(seed);
  case STOPPED:
    rest(1000);
    _exit(12);
  default:
    state = seed;
    _exit(live(depth - 1));
  }
}

static struct child start(int depth, unsigned char mark) {
  const unsigned number = any(KINDS + 1), seed = any(60000);
  struct child child = {.kind = number < KINDS ? (enum kind)number : PARENT, .pipe = -1};
  int pipe_[2] = {-1, -1};
  if (child.kind == WRITER)
    CHECK_EQ(pipe(pipe_), 0);
  if (child.kind == EXECUTED && any(2)) {
    child.pid = vfork();
    if (child.pid == 0)
      execute(seed);
  } else {
    child.pid = fork();
    if (child.pid == 0)
      begin(child.kind, pipe_, depth, seed, mark);
  }
  CHECK(child.pid > 0);
  if (child.kind == WRITER) {
    close(pipe_[1]);
    child.pipe = pipe_[0];
  }
  return child;
}

static int status_of(pid_t pid, int options) {
  int status;
  pid_t found;
  while ((found = waitpid(pid, &status, options)) < 0)
    CHECK_EQ(errno, EINTR);
  CHECK_EQ(found, pid);
  return status;
}

static void read_much(int fd) {
  char bytes[7777];
  size_t total = 0;
  for (ssize_t got; (got = read(fd, bytes, sizeof bytes)) != 0;) {
    CHECK(got > 0 || errno == EINTR);
    total += got > 0 ? (size_t)got : 0;
  }
  CHECK_EQ(total, 100000);
  close(fd);
}

static void finish(const struct child* child) {
  int status;
  switch (child->kind) {
  case KILLED:
    kill(child->pid, any(2) ? SIGKILL : SIGTERM);
    status = status_of(child->pid, 0);
    CHECK(status == SIGKILL || status == SIGTERM);
    return;
  case WRITER:
    read_much(child->pipe);
    CHECK_EQ(status_of(child->pid, 0), 9 << 8);
    return;
  case EXECUTED:
    CHECK_EQ(status_of(child->pid, 0), 33 << 8);
    return;
  case STOPPED:
    kill(child->pid, SIGSTOP);
    status = status_of(child->pid, WUNTRACED);
    if (WIFSTOPPED(status)) {
      kill(child->pid, SIGCONT);
      status = status_of(child->pid, 0);
    }
    CHECK_EQ(status, 12 << 8);
    return;
  default:
    CHECK_EQ(status_of(child->pid, 0), 50 << 8);
  }
}

/* ---- a life ---- */

static int live(int depth) {
  const unsigned char mark = (unsigned char)any(256);
  memset(memory, mark, sizeof memory);
  char* const heap = malloc(5000 + any(200000));
  strcpy(heap, "mine");
  char* const map = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  map[0] = (char)mark;
  const struct sigaction action = {.sa_handler = interrupt, .sa_flags = any(2) ? SA_RESTART : 0};
  sigaction(SIGCHLD, &action, NULL);
  pthread_t threads[3];
  const int thread_count = (int)any(3), child_count = depth > 0 ? (int)any(4) : 0;
  for (int i = 0; i < thread_count; i++)
    CHECK_EQ(pthread_create(&threads[i], NULL, work, NULL), 0);
  struct child children[4];
  for (int i = 0; i < child_count; i++) {
    children[i] = start(depth, mark);
    if (any(2))
      rest(any(300));
  }
  check_memory(mark);
  for (int i = child_count; i-- > 0;)
    finish(&children[i]);
  for (int i = 0; i < thread_count; i++)
    CHECK_EQ(pthread_join(threads[i], NULL), 0);
  CHECK_ERRNO(wait(NULL), ECHILD);
  check_memory(mark);
  CHECK(strcmp(heap, "mine") == 0 && map[0] == (char)mark);
  free(heap);
  return 50;
}

int main(int argc, char** argv) {
  state = (unsigned)atoi(argv[argc - 1]);
  if (argc > 2) {
    rest(any(1000));
    return 33;
  }
  char host[64];
  gethostname(host, sizeof host);
  for (const char* c = host; *c; c++)
    state = state * 31 + (unsigned char)*c;
  CHECK_EQ(live(4), 50);
  return 0;
}
