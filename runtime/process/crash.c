/* What a process does to itself: faults on its user stack, abort() and what ends like it. A fault
 * in the runtime or in SimGrid is ours, and ends the run with one line.
 *
 * A report is made on a stack of its own, because the process's may be full or gone; a fault while
 * it is made ends it, not the run. */
#include "process/crash.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>
#include <xmmintrin.h>

#include "process/fault.h"
#include "process/libraries.h"
#include "process/probe.h"
#include "process/process.h"
#include "process/program.h"
#include "process/stack.h"
#include "trace/backtrace.h"
#include "trace/debug.h"
#include "trace/log.h"

enum { ALTERNATE_STACK = 64 << 10, REPORT_STACK = 1 << 20, REPORT_SECONDS = 120 };

/* SIGABRT is libc's or SimGrid's: they found their own state broken. */
static const int fault_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};

/* The crash under report. */
static struct {
  struct stp_thread* thread; /* null: none */
  int signal;
  char headline[512];
  struct stp_registers registers;
} crash;

/* ---- the report ---- */

static char* report_stack_top(void) {
  static char* stack;
  if (stack == NULL) {
    stack = mmap(NULL, REPORT_STACK, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (stack == MAP_FAILED)
      stp_fatal("out of memory (%d bytes asked for)", REPORT_STACK);
  }
  return stack + REPORT_STACK;
}

/* The crash has left libc in a state in which nothing works (a lock held for ever ...). */
static void report_stuck(int unused) {
  (void)unused;
  static const char text[] = "simterpose: a crash cannot be reported, nor the run go on\n";
  (void)!write(STDERR_FILENO, text, sizeof text - 1);
  _exit(2);
}

static void write_backtrace(const struct stp_program* program) {
  signal(SIGALRM, report_stuck);
  alarm(REPORT_SECONDS);
  stp_backtrace(stderr, &crash.registers, program);
  alarm(0);
}

static _Noreturn void end_report(void) {
  alarm(0);
  stp_self = crash.thread;
  crash.thread = NULL;
  stp_me->stopped = false; /* it was not asked for this */
  stp_process_end(crash.signal);
}

/* On the report stack. */
static void report(void* unused) {
  (void)unused;
  crash.thread = stp_self;
  stp_heap_of_libc = NULL;
  _mm_setcsr(0x1f80); /* the program may have asked for exceptions */
  stp_warn("%s", crash.headline);
  stp_self = NULL;
  write_backtrace(crash.thread->process->program);
  end_report();
}

static struct stp_registers registers_of(const ucontext_t* context) {
  static const int dwarf_order[STP_REGISTERS] = {
      REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP, REG_R8,
      REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};
  struct stp_registers registers;
  for (int i = 0; i < STP_REGISTERS; i++)
    registers.value[i] = (uint64_t)context->uc_mcontext.gregs[dwarf_order[i]];
  return registers;
}

static _Noreturn void report_here(int signal_number) {
  stp_debug_halt(STP_DEBUG_ABORT);
  ucontext_t here;
  getcontext(&here);
  crash.signal = signal_number;
  crash.registers = registers_of(&here);
  stp_stack_call(report_stack_top(), report, NULL);
  __builtin_unreachable();
}

void stp_process_abort(const char* format, ...) {
  char message[400];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  snprintf(crash.headline, sizeof crash.headline, "%s: %s", stp_me->label, message);
  report_here(SIGABRT);
}

void stp_crash_end(int signal) {
  if (signal == SIGABRT)
    stp_process_abort("aborted");
  snprintf(crash.headline, sizeof crash.headline, "%s: ended itself with SIG%s", stp_me->label,
           sigabbrev_np(signal));
  report_here(signal);
}

/* ---- sanitizers ---- */

#ifndef __SANITIZE_ADDRESS__ /* else it is ours, and linked to all */
static void report_and_leave(void* unused) {
  (void)unused;
  stp_warn("%s: a sanitizer has ended the run", stp_me->label);
  const struct stp_program* const program = stp_me->program;
  stp_self = NULL;
  write_backtrace(program);
  _exit(1); /* it holds a lock for ever, on which a second report would wait */
}

/* On the user stack, when all has been said. */
static void sanitizer_dies(void) {
  if (stp_self == NULL)
    return;
  ucontext_t here;
  getcontext(&here);
  crash.registers = registers_of(&here);
  stp_heap_of_libc = NULL;
  stp_stack_call(report_stack_top(), report_and_leave, NULL);
}

void stp_crash_loaded(void* handle) {
  void (*const set)(void (*)(void)) =
      (void (*)(void (*)(void)))dlsym(handle, "__sanitizer_set_death_callback");
  if (set != NULL)
    set(sanitizer_dies);
}
#else
void stp_crash_loaded(void* handle) { (void)handle; }
#endif

/* ---- faults ---- */

/* Lets the interrupted thread go on with a function, on a stack. */
static void divert(ucontext_t* context, void (*function)(void), char* stack_top) {
  enum { TRAP = 0x100, DIRECTION = 0x400, ALIGNMENT = 0x40000 };
  greg_t* const registers = context->uc_mcontext.gregs;
  registers[REG_RIP] = (greg_t)(uintptr_t)function;
  registers[REG_RSP] = (greg_t)(((uintptr_t)stack_top & ~(uintptr_t)15) - 8);
  registers[REG_RBP] = 0;
  registers[REG_EFL] &= ~(greg_t)(TRAP | DIRECTION | ALIGNMENT);
}

/* Whether a fault at `address` with the stack pointer at `sp` comes from a stack that is used up:
 * its guard page was touched, or the stack pointer has passed it. */
static bool is_overflow(uintptr_t address, uintptr_t sp) {
  enum { BEYOND = 1 << 20 };
  const struct stp_thread* const thread = stp_self;
  const bool is_main = thread->user_stack == NULL;
  const uintptr_t bottom =
      is_main ? (uintptr_t)thread->process->region.base + STP_GUARD : (uintptr_t)thread->user_stack;
  return bottom - address <= (is_main ? STP_GUARD : STP_PAGE) ||
         (bottom - sp < BEYOND && address - sp + BEYOND < 2 * BEYOND);
}

/* An address without what differs from run to run. Static buffer. */
static const char* address_text(const siginfo_t* info) {
  static char text[256];
  const uintptr_t address = (uintptr_t)info->si_addr;
  Dl_info place;
  if (info->si_code == SI_KERNEL)
    return "no valid address";
  if (address < stp_arena.base + stp_arena.size)
    snprintf(text, sizeof text, "address %#lx", address);
  else if (dladdr(info->si_addr, &place) != 0)
    snprintf(text, sizeof text, "address %#lx in %s", address - (uintptr_t)place.dli_fbase,
             strstr(place.dli_fname, "/fd/") != NULL ? stp_me->program->name
                                                     : basename(place.dli_fname));
  else
    snprintf(text, sizeof text, "an address outside its memory");
  return text;
}

static void describe(const siginfo_t* info, uintptr_t sp) {
  const char *const label = stp_me->label, *const name = sigabbrev_np(info->si_signo);
  const bool memory = info->si_signo == SIGSEGV || info->si_signo == SIGBUS;
  if (memory && is_overflow((uintptr_t)info->si_addr, sp))
    snprintf(crash.headline, sizeof crash.headline, "%s: stack overflow (SIG%s)", label, name);
  else if (memory)
    snprintf(crash.headline, sizeof crash.headline, "%s: crashed with SIG%s (%s)", label, name,
             address_text(info));
  else
    snprintf(crash.headline, sizeof crash.headline, "%s: crashed with SIG%s", label, name);
}

static void report_fault(void) { report(NULL); }

/* Whether a stack pointer stands on the calling thread's kernel stack. */
static bool on_kernel_stack(uintptr_t sp) {
#ifdef __SANITIZE_ADDRESS__
  enum { KERNEL_STACK = 512 << 10 };
#else
  enum { KERNEL_STACK = 60 << 10 };
#endif
  return (uintptr_t)stp_self->kernel_sp - sp < KERNEL_STACK;
}

/* ---- our own ---- */

static void report_ourselves(void) {
  stp_self = NULL;
  write_backtrace(NULL);
  _exit(2);
}

/* The runtime or SimGrid has failed: that ends the run. */
static void internal_error(int signal_number, const siginfo_t* info, ucontext_t* context) {
  static bool again;
  if (again) /* in the report */
    _exit(2);
  again = true;
  dprintf(STDERR_FILENO, "simterpose: internal error: SIG%s at %.6f", sigabbrev_np(signal_number),
          stp_engine_now());
  if (signal_number != SIGABRT)
    dprintf(STDERR_FILENO, " (address %p)", info->si_addr);
  if (stp_self != NULL)
    dprintf(STDERR_FILENO, " while %s on %s runs", stp_me->label, stp_me->host->name);
  dprintf(STDERR_FILENO, "; please report it\n");
  crash.registers = registers_of(context);
  divert(context, report_ourselves, report_stack_top());
}

static void fault(int signal_number, siginfo_t* info, void* argument) {
  ucontext_t* const context = argument;
  if (signal_number == SIGSEGV && stp_libraries_written(info->si_addr))
    return;
  if (stp_probe_failed(&context->uc_mcontext.gregs[REG_RIP]))
    return;
  const uintptr_t sp = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
  if (crash.thread != NULL &&
      signal_number != SIGABRT) { /* while its report is made: that is all there is to say */
    divert(context, end_report, report_stack_top());
    return;
  }
  if (stp_self == NULL || signal_number == SIGABRT ||
      (on_kernel_stack(sp) && !stp_fault_delivering)) {
    internal_error(signal_number, info, context);
    return;
  }
  if (!stp_fault_delivering) {
    crash.signal = signal_number;
    crash.registers = registers_of(context);
    describe(info, sp);
    if (stp_fault_deliver(info, context))
      return;
  } /* else its handler has no room on its stack: SIGSEGV for the first fault (signal(7)) */
  stp_fault_delivering = false;
  divert(context, report_fault, report_stack_top());
}

void stp_crash_start(void) {
  const stack_t stack = {.ss_sp = stp_alloc(ALTERNATE_STACK), .ss_size = ALTERNATE_STACK};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = fault,
                             .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < sizeof fault_signals / sizeof *fault_signals; i++)
    sigaction(fault_signals[i], &action, NULL);
}
