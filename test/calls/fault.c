// Handlers of faults: what they are told, where they run, jumping out of them and returning; and
// what kills all the same.
// CALLS: sigaltstack sigaction abort
// RUN: %both
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "check.h"

static sigjmp_buf back;
static volatile siginfo_t told;
static volatile int* volatile nothing;
static volatile int zero, seven = 7;

static void install(int signal, void (*handler)(int, siginfo_t*, void*), int flags) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
  CHECK_EQ(sigaction(signal, &action, NULL), 0);
}

static int blocked(int signal) {
  sigset_t set;
  CHECK_EQ(sigprocmask(SIG_BLOCK, NULL, &set), 0);
  return sigismember(&set, signal);
}

/* ---- jumping out ---- */

static void jump(int signal, siginfo_t* info, void* context) {
  (void)context;
  told = *info;
  CHECK(blocked(signal));
  siglongjmp(back, signal);
}

static void test_jump(void) {
  install(SIGSEGV, jump, 0);
  for (int i = 0; i < 3; i++) {
    if (sigsetjmp(back, 1) == 0) {
      nothing = (int*)(uintptr_t)(16 + i);
      *nothing = 1;
      CHECK(!"reached");
    }
    CHECK_EQ(told.si_signo, SIGSEGV);
    CHECK_EQ(told.si_code, SEGV_MAPERR);
    CHECK_EQ(told.si_addr, 16 + i);
    CHECK(!blocked(SIGSEGV));
  }
  static const char constant = 1;
  volatile char* const written = (volatile char*)&constant;
  if (sigsetjmp(back, 1) == 0)
    *written = 2;
  CHECK_EQ(told.si_code, SEGV_ACCERR);
  CHECK(told.si_addr == (void*)&constant);

  install(SIGFPE, jump, 0);
  const int signal = sigsetjmp(back, 1);
  if (signal == 0)
    zero = seven / zero;
  CHECK_EQ(signal, SIGFPE);
  CHECK_EQ(told.si_code, FPE_INTDIV);
  install(SIGILL, jump, 0);
  if (sigsetjmp(back, 1) == 0)
    __builtin_trap();
  CHECK_EQ(told.si_signo, SIGILL);
}

/* Without the mask the signal stays blocked. */
static void test_mask(void) {
  install(SIGSEGV, jump, 0);
  if (sigsetjmp(back, 0) == 0)
    *(volatile int*)nothing = 1;
  CHECK(blocked(SIGSEGV));
  sigset_t set;
  sigemptyset(&set);
  CHECK_EQ(sigprocmask(SIG_SETMASK, &set, NULL), 0);

  sigaddset(&set, SIGUSR1);
  if (sigsetjmp(back, 1) == 0) {
    CHECK_EQ(sigprocmask(SIG_BLOCK, &set, NULL), 0);
    siglongjmp(back, 1);
  }
  CHECK(!blocked(SIGUSR1));
  jmp_buf here;
  volatile int passes = 0;
  if (setjmp(here) == 0 || passes < 3) {
    passes++;
    CHECK_EQ(sigprocmask(SIG_BLOCK, &set, NULL), 0);
    longjmp(here, 7);
  }
  CHECK_EQ(passes, 3);
  CHECK(blocked(SIGUSR1));
  CHECK_EQ(sigprocmask(SIG_UNBLOCK, &set, NULL), 0);
}

/* ---- returning ---- */

static char* page;
static volatile double ratio = 1;

static void open_page(int signal, siginfo_t* info, void* context) {
  CHECK_EQ(signal, SIGSEGV);
  CHECK(info->si_addr == page + 8);
  CHECK_EQ(info->si_code, SEGV_ACCERR);
  CHECK(((ucontext_t*)context)->uc_mcontext.gregs[REG_RSP] != 0);
  CHECK(!sigismember(&((ucontext_t*)context)->uc_sigmask, SIGSEGV));
  CHECK_EQ(mprotect(page, 4096, PROT_READ | PROT_WRITE), 0);
  usleep(1000);                /* others may run */
  for (int i = 0; i < 10; i++) /* and registers change */
    ratio = ratio * 1.5 + i;
}

static void step_over(int signal, siginfo_t* info, void* context) {
  (void)signal, (void)info;
  ((ucontext_t*)context)->uc_mcontext.gregs[REG_RIP] += 2; /* ud2 */
}

static volatile int calls;

static void count(int signal, siginfo_t* info, void* context) {
  (void)signal, (void)info, (void)context;
  calls++;
}

static void test_return(void) {
  page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(page != MAP_FAILED);
  install(SIGSEGV, open_page, 0);
  double sum = 0;
  uint64_t registers[6] = {1, 2, 3, 4, 5, 6};
  for (int i = 0; i < 100; i++) {
    for (int k = 0; k < 6; k++)
      registers[k] = registers[k] * 6364136223846793005u + 1;
    if (i == 50)
      *(volatile uint64_t*)(page + 8) = registers[5];
    sum += (double)i / 4;
  }
  CHECK_EQ(*(uint64_t*)(page + 8) != 0, 1);
  CHECK(sum == 1237.5);
  CHECK(!blocked(SIGSEGV));
  CHECK_EQ(munmap(page, 4096), 0);

  install(SIGILL, step_over, 0);
  __asm__ volatile("ud2");
  install(SIGTRAP, count, 0);
  __asm__ volatile("int3");
  CHECK_EQ(calls, 1);
  raise(SIGTRAP);
  CHECK_EQ(calls, 2);
}

/* ---- the alternate stack ---- */

static char* alternate;
enum { ALTERNATE = 65536 };

static void jump_off(int signal, siginfo_t* info, void* context) {
  (void)context;
  char here;
  CHECK(&here > alternate && &here < alternate + ALTERNATE);
  stack_t stack;
  CHECK_EQ(sigaltstack(NULL, &stack), 0);
  CHECK_EQ(stack.ss_flags, SS_ONSTACK);
  told = *info;
  siglongjmp(back, signal);
}

static int overflow(int depth) {
  volatile char frame[1024];
  frame[0] = (char)depth;
  return depth ? overflow(depth + 1) + frame[0] : 0;
}

static void* overflow_twice(void* stack) {
  alternate = stack;
  const stack_t given = {.ss_sp = alternate, .ss_size = ALTERNATE};
  CHECK_EQ(sigaltstack(&given, NULL), 0);
  install(SIGSEGV, jump_off, SA_ONSTACK);
  for (volatile int i = 0; i < 2; i++) {
    if (sigsetjmp(back, 1) == 0)
      overflow(1);
    CHECK_EQ(told.si_signo, SIGSEGV);
  }
  const stack_t none = {.ss_flags = SS_DISABLE};
  CHECK_EQ(sigaltstack(&none, NULL), 0);
  return NULL;
}

static void test_alternate(void) {
  char* const stack = malloc(ALTERNATE);
  overflow_twice(stack);
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, overflow_twice, stack), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  free(stack);
}

/* ---- what kills ---- */

static void block_segv(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGSEGV);
  sigprocmask(SIG_BLOCK, &set, NULL);
}

static void fault(void) { *nothing = 1; }
static void fault_blocked(void) { install(SIGSEGV, jump, 0), block_segv(), fault(); }
static void fault_ignored(void) { signal(SIGSEGV, SIG_IGN), fault(); }
static void fault_twice(void) { install(SIGSEGV, count, SA_RESETHAND), fault(); }
static void divide(void) { signal(SIGFPE, SIG_DFL), zero = seven / zero; }
static void trap(void) { signal(SIGTRAP, SIG_DFL), __builtin_debugtrap(); }
static void illegal(void) { signal(SIGILL, SIG_DFL), __builtin_trap(); }
static void no_room(void) { install(SIGSEGV, count, 0), overflow(1); }
static void nowhere(void) { ((void (*)(void))(uintptr_t)zero)(); }
static void raised(void) { signal(SIGSEGV, SIG_DFL), raise(SIGSEGV); }

static void smash(void) {
  volatile uintptr_t frame[2];
  for (volatile int i = 0; i < 40; i++)
    frame[i] = 0x10;
}

static void bus(void) {
  FILE* const file = tmpfile();
  char* const map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fileno(file), 0);
  CHECK(map != MAP_FAILED);
  zero = map[100]; /* past the end of the file */
}

static void* overflow_thread(void* unused) {
  overflow(1);
  return unused;
}

static void thread_overflow(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, overflow_thread, NULL);
  pthread_join(thread, NULL);
}

static void free_twice(void) {
  void* volatile block = malloc(24);
  free(block);
  free(block);
}

static void handle_abort(void) { install(SIGABRT, count, 0), abort(); }

/* Runs it in a child, which must die of `signal`. */
static void check_death(void (*act)(void), int signal) {
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    act();
    _exit(0);
  }
  int status;
  CHECK_EQ(waitpid(child, &status, 0), child);
  CHECK(WIFSIGNALED(status));
  CHECK_EQ(WTERMSIG(status), signal);
}

int main(void) {
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  close(2); /* what libc says of some of them */
  open("/dev/null", O_WRONLY);
  test_jump();
  test_mask();
  test_return();
  test_alternate();
  signal(SIGSEGV, SIG_DFL);
  nothing = NULL;
  zero = 0;
  check_death(fault, SIGSEGV);
  check_death(fault_blocked, SIGSEGV);
  check_death(fault_ignored, SIGSEGV);
  check_death(fault_twice, SIGSEGV);
  check_death(divide, SIGFPE);
  check_death(trap, SIGTRAP);
  check_death(illegal, SIGILL);
  check_death(no_room, SIGSEGV);
  check_death(nowhere, SIGSEGV);
  check_death(raised, SIGSEGV);
  check_death(smash, SIGSEGV);
  check_death(bus, SIGBUS);
  check_death(thread_overflow, SIGSEGV);
  check_death(free_twice, SIGABRT);
  check_death(abort, SIGABRT);
  check_death(handle_abort, SIGABRT);
  return 0;
}
