/* Interruptions of code that computes without polling, with --cpu measured only. A timer of the
 * real thread's CPU time comes every so often; if it finds the program's own code running, that is
 * made to call a poll between two of its instructions, as if it had been compiled there. Anywhere
 * else (in the runtime, libc, the simulator) it does nothing: such code is never interrupted. */
#include "time/preempt.h"

#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "process/process.h"
#include "process/program.h"
#include "trace/log.h"

enum { PERIOD = 10000000 /* ns */, RED_ZONE = 128 };

static bool is_program_code(const struct stp_program* program, const char* address) {
  for (size_t i = 0; i < program->module_count; i++)
    if (address >= program->modules[i].code && address < program->modules[i].code_end)
      return true;
  return false;
}

/* On the alternate stack of faults (process/crash.c). */
static void tick(int signal, siginfo_t* info, void* context) {
  (void)signal, (void)info;
  greg_t* const registers = ((ucontext_t*)context)->uc_mcontext.gregs;
  if (stp_self == NULL || !is_program_code(stp_me->program, (const char*)registers[REG_RIP]))
    return;
  registers[REG_RSP] -= RED_ZONE + (greg_t)sizeof(greg_t);
  *(greg_t*)registers[REG_RSP] = registers[REG_RIP];
  registers[REG_RIP] = (greg_t)stp_preempt_entry;
}

void stp_preempt_start(void) {
  const int signal = SIGRTMIN + 3;
  struct sigaction action = {.sa_sigaction = tick,
                             .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, NULL);
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = signal};
  event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
  const struct itimerspec period = {{0, PERIOD}, {0, PERIOD}};
  timer_t timer;
  if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer) != 0 ||
      timer_settime(timer, 0, &period, NULL) != 0)
    stp_warn("no timer of CPU time: code that computes is interrupted where it polls only");
}
