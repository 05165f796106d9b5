// Calls that are traced leave programs as they are: what lies on the stack reaches the callee,
// exceptions and cancellation go through, jumps and vfork come back, errno stays.
//
// RUN: env STP_RUN=--strace=all %both_cxx
// RUN: env STP_RUN="--strace=all,!write --strace-file=%t.strace" %both_cxx
#include <cerrno>
#include <csetjmp>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <netdb.h>
#include <pthread.h>
#include <string>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "check.h"

static char* self;

static void stack_arguments() {
  char text[400];
  FILE* const file = tmpfile();
  fprintf(file, "%d %s %.2f %ld %.1f %d %d %d %d %d %d %.3f %.3f %.3f %.3f %.3f %.3f %.3f %.3f %s",
          1, "two", 3.25, 4L, 5.5, 6, 7, 8, 9, 10, 11, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875,
          1.0, "end");
  rewind(file);
  CHECK(fgets(text, sizeof text, file) == text);
  CHECK(strcmp(
            text,
            "1 two 3.25 4 5.5 6 7 8 9 10 11 0.125 0.250 0.375 0.500 0.625 0.750 0.875 1.000 end") ==
        0);
  fclose(file);
  int d[9];
  CHECK(sscanf("1 2 3 4 5 6 7 8 9", "%d %d %d %d %d %d %d %d %d", &d[0], &d[1], &d[2], &d[3], &d[4],
               &d[5], &d[6], &d[7], &d[8]) == 9 &&
        d[8] == 9);
  CHECK(syscall(SYS_futex, &d[0], 129, 1, nullptr, nullptr, 0) == 0);
  char host[50], service[50];
  struct sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(80);
  CHECK(getnameinfo((sockaddr*)&address, sizeof address, host, sizeof host, service, sizeof service,
                    NI_NUMERICHOST | NI_NUMERICSERV) == 0);
  CHECK(strcmp(service, "80") == 0);
  CHECK(mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
  srand48(1);
  const double drawn = drand48();
  CHECK(drawn > 0 && drawn < 1);
}

static bool unwound;
struct Unwound {
  ~Unwound() { unwound = true; }
};

static void* waits(void*) {
  Unwound here;
  pause();
  return nullptr;
}

static void* leaves(void*) {
  Unwound here;
  pthread_exit(&unwound);
}

static void unwinding() {
  try {
    std::once_flag once;
    std::call_once(once, [] { throw 7; });
    CHECK(false);
  } catch (int value) {
    CHECK(value == 7);
  }
  pthread_t thread;
  void* result;
  CHECK(pthread_create(&thread, nullptr, waits, nullptr) == 0);
  usleep(1000);
  CHECK(pthread_cancel(thread) == 0);
  CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED && unwound);
  unwound = false;
  CHECK(pthread_create(&thread, nullptr, leaves, nullptr) == 0);
  CHECK(pthread_join(thread, &result) == 0 && result == &unwound && unwound);
  int sum = 0;
  std::thread other([&sum] { sum++; });
  other.join();
  CHECK(sum == 1);
}

static sigjmp_buf away;
static void jump(int) { siglongjmp(away, 1); }

static void jumps() {
  signal(SIGALRM, jump);
  for (volatile int i = 0; i < 3; i++)
    if (sigsetjmp(away, 1) == 0) {
      ualarm(1000, 0);
      pause();
      CHECK(false);
    }
}

static void children() {
  int status = 0;
  volatile int mine = 1;
  pid_t child = vfork();
  if (child == 0) {
    mine = 2;
    execl(self, self, "a", "b", "c", "d", "e", "f", "g", (char*)nullptr);
    _exit(1);
  }
  CHECK(child > 0 && mine == 2);
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 8);
  child = fork();
  if (child == 0) {
    signal(SIGALRM, SIG_DFL);
    ualarm(1000, 0);
    pause();
  }
  CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
}

static void error_numbers() {
  errno = 77;
  CHECK(getpid() > 0 && errno == 77);
  CHECK(getenv("NO_SUCH_VARIABLE") == nullptr && errno == 77);
  CHECK(read(-1, nullptr, 0) == -1 && errno == EBADF);
  CHECK(write(1, (void*)16, 5) == -1 && errno == EFAULT);
  CHECK(open((char*)24, O_RDONLY) == -1 && errno == EFAULT);
  CHECK(fopen("/none", "r") == nullptr && errno == ENOENT);
}

int main(int argc, char** argv) {
  self = argv[0];
  if (argc > 1)
    return argc;
  stack_arguments();
  unwinding();
  jumps();
  children();
  error_numbers();
  return 0;
}
