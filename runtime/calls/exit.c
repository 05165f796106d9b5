/* How processes end of their own accord: exit and its registrations, _exit, abort, and the ends
 * that compiled code asks for (assertions, smashed stacks). */
#include "calls/exit.h"

#include <math.h>
#include <signal.h>

#include "calls/adapter.h"
#include "calls/complain.h"
#include "file/streams.h"
#include "process/atfork.h"
#include "process/exits.h"
#include "process/hidden.h"
#include "process/late.h"
#include "process/program.h"
#include "process/signals.h"
#include "sync/threads.h"
#include "time/work.h"
#include "trace/strace.h"

struct ending {
  /* Which calls exit; others that do wait until the process is gone. */
  const struct stp_thread_record* thread;
  bool finalised; /* destructors of modules were started: once only */
};

static const char key;

_Noreturn void stp_exit(int code) {
  struct ending* ending = stp_hidden_block(&key, sizeof *ending);
  const struct stp_thread_record* const self = stp_thread_record_self();
  stp_self->cancel_disabled = true;
  stp_work_finish();
  if (!ending->thread)
    ending->thread = self;
  while (ending->thread != self)
    if (stp_park(INFINITY) == -EINTR)
      stp_signals_handle();
  stp_thread_run_local_destructors();
  stp_exits_run(false, code, NULL);
  if (!ending->finalised) {
    ending->finalised = true;
    stp_late_fini();
    stp_program_fini(stp_me->program);
  }
  stp_streams_finish();
  stp_work_finish();
  if (stp_strace_on)
    stp_strace_exit(code);
  stp_process_end((code & 255) << 8);
}

_Noreturn void simterpose_exit(int code) {
  STP_CALL();
  stp_exit(code);
}

_Noreturn void simterpose__exit(int code) {
  stp_work_finish();
  stp_process_end((code & 255) << 8);
}

_Noreturn void simterpose__Exit(int code) { simterpose__exit(code); }

_Noreturn void simterpose_quick_exit(int code) {
  stp_exits_run(true, code, NULL);
  simterpose__exit(code);
}

/* ---- registrations ---- */

int simterpose_atexit(void (*function)(void)) {
  struct stp_exit entry = {.kind = STP_EXIT_PLAIN, .function.plain = function};
  return stp_exits_add(&entry, false) == 0 ? 0 : -1;
}

int simterpose_at_quick_exit(void (*function)(void)) {
  struct stp_exit entry = {.kind = STP_EXIT_PLAIN, .function.plain = function};
  return stp_exits_add(&entry, true) == 0 ? 0 : -1;
}

int simterpose_on_exit(void (*function)(int, void*), void* argument) {
  struct stp_exit entry = {
      .kind = STP_EXIT_STATUS, .function.status = function, .argument = argument};
  return stp_exits_add(&entry, false) == 0 ? 0 : -1;
}

int simterpose___cxa_atexit(void (*function)(void*), void* argument, void* dso_handle) {
  struct stp_exit entry = {.kind = STP_EXIT_ARGUMENT,
                           .function.argument = function,
                           .argument = argument,
                           .dso_handle = dso_handle};
  return stp_exits_add(&entry, false) == 0 ? 0 : -1;
}

int simterpose___cxa_at_quick_exit(void (*function)(void*), void* dso_handle) {
  struct stp_exit entry = {
      .kind = STP_EXIT_ARGUMENT, .function.argument = function, .dso_handle = dso_handle};
  return stp_exits_add(&entry, true) == 0 ? 0 : -1;
}

void simterpose___cxa_finalize(void* dso_handle) {
  stp_exits_run(false, 0, dso_handle);
  if (dso_handle)
    stp_atfork_forget(dso_handle);
}

/* ---- bad ends ---- */

_Noreturn void simterpose_abort(void) {
  stp_signal_block(stp_signal_blocked() & ~STP_SIGBIT(SIGABRT));
  if (stp_signal_ignored(SIGABRT))
    stp_signal_action(SIGABRT, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
  struct sigaction action;
  stp_signal_action(SIGABRT, NULL, &action);
  if (action.sa_handler != SIG_DFL) {
    stp_signal_raise(SIGABRT);
    stp_signals_handle();
  }
  stp_crash_end(SIGABRT);
}

static _Noreturn void assertion_failed(const char* file, unsigned line, const char* function,
                                       const char* what, const char* detail, const char* end) {
  const char* name = stp_program_name();
  stp_complain("%s%s%s:%u: %s%s%s%s%s\n", name, *name ? ": " : "", file, line,
               function ? function : "", function ? ": " : "", what, detail, end);
  simterpose_abort();
}

_Noreturn void simterpose___assert_fail(const char* assertion, const char* file, unsigned line,
                                        const char* function) {
  assertion_failed(file, line, function, "Assertion `", assertion, "' failed.");
}

_Noreturn void simterpose___assert(const char* assertion, const char* file, int line) {
  simterpose___assert_fail(assertion, file, (unsigned)line, NULL);
}

_Noreturn void simterpose___assert_perror_fail(int error, const char* file, unsigned line,
                                               const char* function) {
  char buffer[64];
  assertion_failed(file, line, function,
                   "Unexpected error: ", strerror_r(error, buffer, sizeof buffer), ".");
}

/* libc's own ends for these are the same line on the standard error. */
static _Noreturn void detected(const char* what) {
  stp_complain("*** %s ***: terminated\n", what);
  simterpose_abort();
}

_Noreturn void simterpose___stack_chk_fail(void) { detected("stack smashing detected"); }

_Noreturn void simterpose___chk_fail(void) { detected("buffer overflow detected"); }

_Noreturn void stp_uncaught(const char* type, const char* what) {
  if (type)
    stp_complain("terminate called after throwing an instance of '%s'\n", type);
  else
    stp_complain("terminate called without an active exception\n");
  if (what)
    stp_complain("  what():  %s\n", what);
  simterpose_abort();
}
