/* Crashes stay local: a fault on a user stack ends the virtual process that made it; a fault in the
 * runtime or in SimGrid is ours, and ends the run with one line. */
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "process/process.h"
#include "process/program.h"
#include "trace/log.h"

enum { ALTERNATE_STACK = 64 << 10 };

static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};

/* What the fault left behind, for the report made on the kernel stack. */
static struct {
  int signal;
  uintptr_t address, code;
} crash;

static bool in_guard_page(const struct stp_process* process, uintptr_t address) {
  const struct stp_thread* const thread = stp_self;
  const uintptr_t bottom =
      (uintptr_t)(thread->user_stack == NULL ? process->region.base : thread->user_stack);
  return address >= bottom && address < bottom + STP_PAGE;
}

/* A place in code as what holds it and the offset in that file: the same in every run, and what
 * addr2line wants. Static buffer. */
static const char* code_place(uintptr_t address) {
  static char text[256];
  Dl_info info;
  if (dladdr((void*)address, &info) == 0) {
    snprintf(text, sizeof text, "no code");
    return text;
  }
  const char* name = strrchr(info.dli_fname, '/');
  name = name == NULL ? info.dli_fname : name + 1;
  if (strstr(info.dli_fname, "/fd/") != NULL) /* loaded from memory: the program itself */
    name = stp_me->program->name;
  snprintf(text, sizeof text, "%s+%#lx", name, address - (uintptr_t)info.dli_fbase);
  return text;
}

/* On the kernel stack, as if the faulting code had called it. */
static void report_and_end(void) {
  struct stp_process* const process = stp_me;
  const char* const name = sigabbrev_np(crash.signal);
  if (crash.signal == SIGSEGV && in_guard_page(process, crash.address))
    stp_warn("%s: stack overflow (SIG%s at %s)", process->label, name, code_place(crash.code));
  else
    stp_warn("%s: crashed with SIG%s at %s (address %#lx)", process->label, name,
             code_place(crash.code), crash.address);
  stp_process_end(crash.signal);
}

static void fault(int signal_number, siginfo_t* info, void* context) {
  greg_t* const registers = ((ucontext_t*)context)->uc_mcontext.gregs;
  if (stp_self == NULL || !stp_region_holds((void*)registers[REG_RSP])) {
    /* Not on a user stack (or so far past its end that its guard does not tell): ours. */
    dprintf(STDERR_FILENO,
            "simterpose: internal error: signal %d at %#llx (address %p); please report it\n",
            signal_number, (unsigned long long)registers[REG_RIP], info->si_addr);
    _exit(2);
  }
  crash.signal = signal_number;
  crash.address = (uintptr_t)info->si_addr;
  crash.code = (uintptr_t)registers[REG_RIP];
  registers[REG_RIP] = (greg_t)(uintptr_t)report_and_end;
  registers[REG_RSP] = (greg_t)(((uintptr_t)stp_self->kernel_sp & ~(uintptr_t)15) - 8);
  registers[REG_RBP] = 0;
}

void stp_crash_start(void) {
  const stack_t stack = {.ss_sp = stp_alloc(ALTERNATE_STACK), .ss_size = ALTERNATE_STACK};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = fault,
                             .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < sizeof fatal_signals / sizeof *fatal_signals; i++)
    sigaction(fatal_signals[i], &action, NULL);
}
