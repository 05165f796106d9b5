/* Virtual threads over actors: creation, the two stacks, parking, ending. What the kernel thread
 * keeps for whoever runs (errno, C++ exceptions in flight, floating-point modes, the displacements
 * of the program's state) is exchanged here, and nowhere else. */
#include "process/thread.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <utlist.h>
#include <xmmintrin.h>

#include "process/exec.h"
#include "process/family.h"
#include "process/late.h"
#include "process/libraries.h"
#include "process/memcheck.h"
#include "process/process.h"
#include "process/program.h"
#include "process/signals.h"
#include "process/stack.h"
#include "process/tree.h"
#include "sync/wait.h"
#include "trace/events.h"
#include "trace/log.h"
#include "trace/strace.h"

/* Of the C++ ABI: the chain of caught exceptions and the count of uncaught ones (16 bytes). */
void** __cxa_get_globals(void);
static void** exceptions; /* those of the kernel thread */

__attribute__((constructor)) static void find_exceptions(void) { exceptions = __cxa_get_globals(); }

/* Of the ABI: all exceptions masked, rounding to nearest. */
enum { INITIAL_MXCSR = 0x1f80, INITIAL_X87 = 0x37f };

struct stp_thread* stp_self;
double stp_thread_date;
void (*stp_thread_settle)(void);
void (*stp_thread_resumed)(void);
void (*stp_thread_paused)(struct stp_thread* thread);

/* Whose displacements the modules hold now; null: nobody's. */
static struct stp_thread* installed;

/* ---- exchanging what the kernel thread keeps ---- */

static void save(struct stp_thread* thread) {
  thread->saved_errno = errno;
  thread->saved_cxa[0] = exceptions[0];
  thread->saved_cxa[1] = exceptions[1];
  thread->saved_mxcsr = _mm_getcsr();
  __asm__ volatile("fnstcw %0" : "=m"(thread->saved_x87));
}

static void put_away(struct stp_thread* thread) {
  save(thread);
  if (thread->saved_mxcsr != INITIAL_MXCSR) /* the simulator must not trap, nor round otherwise */
    _mm_setcsr(INITIAL_MXCSR);
  stp_self = NULL;
}

static void install_displacements(struct stp_thread* thread) {
  if (installed == thread)
    return;
  struct stp_process* const process = thread->process;
  if (installed != NULL && installed->process->program->library_locals_size != 0)
    stp_library_locals_save(installed);
  stp_family_place(&process->region);
  if (installed == NULL || installed->process != process) {
    stp_program_switch(process->program, &process->region);
    stp_late_switch(process);
    if (process->program->library_count != 0)
      stp_libraries_exchange(process);
  }
  if (process->program->library_locals_size != 0)
    stp_library_locals_load(thread);
  if (thread->tls != NULL)
    stp_program_switch_tls(process->program, thread->tls);
  installed = thread;
}

static void take_out(struct stp_thread* thread) {
  install_displacements(thread);
  errno = thread->saved_errno;
  exceptions[0] = thread->saved_cxa[0];
  exceptions[1] = thread->saved_cxa[1];
  if (_mm_getcsr() != thread->saved_mxcsr)
    _mm_setcsr(thread->saved_mxcsr);
  unsigned short x87;
  __asm__ volatile("fnstcw %0" : "=m"(x87));
  if (x87 != thread->saved_x87)
    __asm__ volatile("fldcw %0" : : "m"(thread->saved_x87));
  stp_self = thread;
  stp_thread_date = stp_engine_now();
  if (stp_thread_resumed != NULL)
    stp_thread_resumed();
}

/* ---- life ---- */

static bool is_stopped(const struct stp_thread* thread) {
  const struct stp_process* const process = thread->process;
  return (process->stop_signal != 0 || process->host->paused) && !thread->ending &&
         !stp_engine_killed(thread->actor);
}

/* On the kernel stack. SIGCONT, SIGKILL and the end of a pause unpark. */
static void wait_while_stopped(const struct stp_thread* thread) {
  while (is_stopped(thread))
    stp_engine_park(thread->actor);
}

static bool give_tls(struct stp_thread* thread) {
  const struct stp_process* const process = thread->process;
  const size_t size = process->program->tls_size;
  if (size == 0)
    return true;
  thread->tls = stp_heap_alloc_aligned(process->heap, STP_TLS_ALIGN, size);
  if (thread->tls == NULL)
    return false;
  memset(thread->tls, 0, size);
  stp_program_place_tls(process->program, &process->region, thread->tls);
  return true;
}

/* On its user stack, until it leaves. */
static void run(struct stp_thread* thread) {
  char* const top = thread->user_stack == NULL
                        ? thread->process->main_stack_top
                        : (char*)thread->user_stack + thread->user_stack_size;
  take_out(thread);
  if (thread->resume_sp != NULL)
    stp_stack_resume(&thread->kernel_sp, thread->resume_sp);
  else
    stp_stack_enter(&thread->kernel_sp, top, thread->start, thread->start_argument);
  /* back by stp_thread_leave */
  stp_self = NULL;
}

/* Makes the last thread of a process the first of what replaces it. False: no memory. */
static bool renew(struct stp_thread* thread) {
  struct stp_process* const process = thread->process;
  installed = NULL;
  thread->user_stack = NULL;
  thread->resume_sp = NULL;
  thread->tls = NULL;
  thread->sync = NULL;
  stp_free(thread->library_locals);
  thread->library_locals = NULL;
  if (!stp_exec_replace(process) || !give_tls(thread))
    return false;
  thread->tid = process->pid;
  thread->call = "start";
  thread->start = stp_process_entry;
  thread->start_argument = process;
  thread->cancelled = thread->cancel_disabled = thread->cancel_anywhere = false;
  thread->saved_errno = 0;
  thread->saved_cxa[0] = thread->saved_cxa[1] = NULL;
  thread->saved_mxcsr = INITIAL_MXCSR;
  thread->saved_x87 = INITIAL_X87;
  return true;
}

/* The actor's code, on the kernel stack. */
static void thread_main(void* argument) {
  struct stp_thread* const thread = argument;
  struct stp_process* const process = thread->process;
  wait_while_stopped(thread);
  if (!thread->ending && !stp_engine_killed(thread->actor))
    run(thread);
  while (process->replacement != NULL && !thread->ending && renew(thread))
    run(thread);
  if (!thread->ending && stp_engine_killed(thread->actor))
    stp_process_kill(process, SIGKILL);
  stp_waiters_drop(thread);
  stp_cores_leave(thread);
  if (stp_thread_paused != NULL)
    stp_thread_paused(thread);
  stp_signals_thread_end(thread);
  if (stp_strace_on)
    stp_strace_thread_end(thread);
  if (thread->deadline != NULL)
    stp_engine_timer_cancel(thread->deadline);
  if (installed == thread)
    installed = NULL;
  if (thread->user_stack != NULL)
    stp_memcheck_stack_end(thread->memcheck_stack);
  if (thread->user_stack != NULL && !process->ending) {
    stp_family_place(&process->region);
    stp_region_release(&process->region, thread->user_stack, thread->user_stack_size, true);
  }
  process->cpu_time += thread->owed;
  if (stp_observed())
    stp_tell_thread(thread, STP_THREAD_ENDED);
  DL_DELETE(process->threads, thread);
  process->thread_count--;
  if (process->thread_count == 0) /* a timer: SimGrid frees ended actors between rounds only */
    stp_engine_timer(stp_engine_now(), stp_process_finish, process);
  else if (process->replacement != NULL && process->thread_count == 1)
    stp_thread_unpark(process->threads);
  stp_free(thread->library_locals);
  stp_free(thread->affinity);
  stp_free(thread);
}

static void spawn(void* argument) {
  struct stp_thread* const thread = argument;
  thread->actor =
      stp_engine_spawn(thread->process->label, thread->process->host->engine, thread_main, thread);
  if (thread->actor != NULL)
    return;
  thread->process->stopped = true; /* the host is off: all that it does is end */
  stp_process_kill(thread->process, SIGKILL);
  thread_main(thread);
}

static void inherit(struct stp_thread* thread, const struct stp_thread* creator) {
  thread->blocked = creator->blocked;
  memcpy(thread->name, creator->name, sizeof thread->name);
  thread->policy = creator->policy;
  thread->priority = creator->priority;
  if (creator->affinity != NULL) {
    thread->affinity = stp_alloc(sizeof *thread->affinity);
    *thread->affinity = *creator->affinity;
  }
}

static struct stp_thread* thread_new(struct stp_process* process, void (*start)(void*),
                                     void* argument) {
  struct stp_thread* const thread = stp_alloc(sizeof *thread);
  thread->process = process;
  thread->tid = process->thread_count == 0 ? process->pid : stp_pid_next(process->host);
  thread->start = start;
  thread->start_argument = argument;
  thread->call = "start";
  if (stp_self != NULL)
    inherit(thread, stp_self);
  else
    snprintf(thread->name, sizeof thread->name, "%s", process->name);
  thread->saved_mxcsr = INITIAL_MXCSR;
  thread->saved_x87 = INITIAL_X87;
  if (!give_tls(thread)) {
    stp_free(thread->affinity);
    stp_free(thread);
    return NULL;
  }
  return thread;
}

static void thread_join_process(struct stp_thread* thread) {
  static unsigned made;
  thread->number = ++made;
  DL_APPEND(thread->process->threads, thread);
  thread->process->thread_count++;
  if (stp_observed())
    stp_tell_thread(thread, STP_THREAD_STARTED);
  stp_engine_defer(spawn, thread);
}

void stp_thread_start_main(struct stp_process* process, void (*start)(void*)) {
  struct stp_thread* const thread = thread_new(process, start, process);
  if (thread == NULL)
    stp_fatal("%s on %s: its thread-locals do not fit its memory", process->label,
              process->host->name);
  thread_join_process(thread);
}

struct stp_thread* stp_thread_create(struct stp_process* process, void (*start)(void*),
                                     void* argument, size_t stack_size) {
  if (stack_size == 0)
    stack_size = STP_DEFAULT_STACK;
  stack_size = stp_round_to_pages(stack_size);
  void* const stack = stp_region_take(&process->region, stack_size, true);
  if (stack == NULL)
    return NULL;
  struct stp_thread* const thread = thread_new(process, start, argument);
  if (thread == NULL) {
    stp_region_release(&process->region, stack, stack_size, true);
    return NULL;
  }
  thread->user_stack = stack;
  thread->user_stack_size = stack_size;
  thread->memcheck_stack = stp_memcheck_stack(stack, (char*)stack + stack_size);
  thread_join_process(thread);
  return thread;
}

void stp_thread_fork(struct stp_process* child) {
  struct stp_thread* const thread = stp_alloc(sizeof *thread);
  *thread = (struct stp_thread){.process = child,
                                .tid = child->pid,
                                .call = stp_self->call,
                                .user_stack = stp_self->user_stack,
                                .user_stack_size = stp_self->user_stack_size,
                                .tls = stp_self->tls,
                                .resume_sp = stp_self->resume_sp,
                                .alternate = stp_self->alternate,
                                .interruption = stp_self->interruption,
                                .sync = stp_self->sync,
                                .cancel_disabled = stp_self->cancel_disabled,
                                .cancel_anywhere = stp_self->cancel_anywhere};
  inherit(thread, stp_self);
  save(thread);
  if (child->program->library_locals_size != 0)
    stp_library_locals_save(thread);
  thread_join_process(thread);
}

void stp_thread_leave(void) {
  stp_stack_leave(stp_self->kernel_sp);
  __builtin_unreachable();
}

void stp_thread_end(void) {
  if (stp_self->tls != NULL)
    stp_heap_free(stp_me->heap, stp_self->tls);
  stp_thread_leave();
}

void stp_thread_doom(struct stp_thread* thread) {
  if (thread->ending)
    return;
  thread->ending = true;
  stp_waiters_drop(thread);
  if (thread != stp_self && thread->actor != NULL) {
    stp_engine_unpark(thread->actor);
    stp_engine_rouse(thread->actor);
  }
}

/* ---- blocking ---- */

void stp_on_kernel_stack(void (*function)(void*), void* argument) {
  stp_stack_call(stp_self->kernel_sp, function, argument);
}

void stp_thread_block(void (*wait)(struct stp_thread*)) {
  struct stp_thread* const thread = stp_self;
  if (stp_thread_paused != NULL)
    stp_thread_paused(thread);
  put_away(thread);
  wait(thread);
  wait_while_stopped(thread);
  if (thread->ending || stp_engine_killed(thread->actor))
    stp_stack_leave(thread->kernel_sp);
  take_out(thread);
}

/* ---- sanitizers ---- */

#ifdef __SANITIZE_ADDRESS__
/* What an abandoned stack has left is seen to when it is used again (region.c). So the sanitizer's
 * own, which knows no such stack and says so on standard error, is not asked; by its __cxa_throw
 * neither, on actors' stacks. */
__attribute__((visibility("default"))) void __asan_handle_no_return(void);
void __asan_handle_no_return(void) {}
#endif
