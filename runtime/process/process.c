/* The life of virtual processes: start, end, and what the models attach to them. */
#include "process/process.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <utlist.h>

#include "process/exec.h"
#include "process/family.h"
#include "process/fork.h"
#include "process/heap_memcheck.h"
#include "process/program.h"
#include "process/tree.h"
#include "trace/events.h"
#include "trace/log.h"

struct stp_process* stp_processes;
struct stp_process_tally stp_process_tally;
void (*stp_process_deployed_ended)(const struct stp_process* process);
double stp_process_last_end;

/* ---- memory of the runtime ---- */

void* stp_alloc(size_t size) {
  void* const block = calloc(1, size);
  if (block == NULL)
    stp_fatal("out of memory (%zu bytes asked for)", size);
  return block;
}

char* stp_strdup(const char* string) {
  const size_t size = strlen(string) + 1;
  return memcpy(stp_alloc(size), string, size);
}

void stp_free(void* block) { free(block); }

/* ---- start ---- */

static size_t count_strings(char* const* strings, size_t* bytes) {
  size_t count = 0;
  for (; strings[count] != NULL; count++)
    *bytes += strlen(strings[count]) + 1;
  return count;
}

static char* copy_strings(char** to, char* const* from, size_t count, char* text) {
  for (size_t i = 0; i < count; i++) {
    to[i] = text;
    text = stpcpy(text, from[i]) + 1;
  }
  return text;
}

/* Lays out argv, envp, an empty auxiliary vector and the strings as the kernel does: programs that
 * rewrite their title count on the strings lying one after the other. */
static bool place_arguments(struct stp_process* process, char* const* argv, char* const* envp) {
  size_t bytes = 0;
  const size_t argc = count_strings(argv, &bytes), envc = count_strings(envp, &bytes);
  const size_t pointers = argc + 1 + envc + 1 + 2;
  char** const block = stp_heap_alloc_zeroed(process->heap, pointers * sizeof(char*) + bytes);
  if (block == NULL)
    return false;
  process->argc = (int)argc;
  process->argv = block;
  process->libc->environ_ = block + argc + 1;
  process->arguments = (char*)(block + pointers);
  char* text = copy_strings(process->argv, argv, argc, process->arguments);
  process->arguments_size = (size_t)(text - process->arguments);
  copy_strings(process->libc->environ_, envp, envc, text);
  return true;
}

/* Makes the pages that every process touches at once (the end of its stack, small images, the start
 * of its heap) present with one system call, instead of a page fault for each. */
static void populate(const struct stp_process* process) {
  enum { SMALL = 8 * STP_PAGE };
  const size_t images = process->program->image_size;
#ifdef MADV_POPULATE_WRITE
  if (images <= SMALL)
    madvise(process->region.stack_top - STP_PAGE, STP_PAGE + images + STP_PAGE,
            MADV_POPULATE_WRITE); /* advice: a kernel without it has the page faults */
#endif
}

bool stp_process_place(struct stp_process* process, char* const* argv, char* const* envp) {
  if (stp_region_create(&process->region) != 0)
    return false;
  populate(process);
  /* Above the first stack frame: images refer to them, and the heap comes after the images. */
  const size_t size = (sizeof *process->libc + 15) / 16 * 16;
  process->main_stack_top = process->region.stack_top - size;
  process->libc = (struct stp_libc_variables*)process->main_stack_top;
  process->libc->opterr_ = process->libc->optind_ = 1; /* as libc initialises them */
  stp_program_place(process->program, &process->region, process->libc);
  process->heap = stp_heap_create(&process->region);
  if (process->heap == NULL || !place_arguments(process, argv, envp)) {
    stp_region_destroy(&process->region);
    return false;
  }
  return true;
}

void stp_process_name(struct stp_process* process, const char* name) {
  char label[256];
  snprintf(label, sizeof label, "%.240s.%d", name, process->pid);
  stp_free(process->name);
  process->name = stp_strdup(name);
  stp_free((char*)process->label);
  process->label = stp_strdup(label);
}

void stp_process_enlist(struct stp_process* process) {
  static unsigned made;
  process->number = ++made;
  DL_APPEND2(process->host->processes, process, prev_on_host, next_on_host);
  DL_APPEND(stp_processes, process);
}

struct stp_process* stp_process_start(struct stp_program* program, struct stp_host* host,
                                      char* const* argv, char* const* envp) {
  struct stp_process* const process = stp_alloc(sizeof *process);
  process->pid = stp_pid_next(host);
  process->deployed = true;
  process->host = host;
  process->program = program;
  process->start_date = stp_engine_now();
  /* Of the link, where it was started by one. */
  const char *const name = argv[0] == NULL ? "" : argv[0], *const slash = strrchr(name, '/');
  stp_process_name(process, slash != NULL && slash[1] != '\0' ? slash + 1 : name);
  if (!stp_process_place(process, argv, envp)) {
    stp_warn("cannot start %s on %s: no memory left for it", process->label, host->name);
    stp_process_tally.started++;
    stp_process_tally.failed++;
    stp_process_discard(process);
    return NULL;
  }
  for (int i = 0; stp_process_hooks[i] != NULL; i++)
    if (stp_process_hooks[i]->start != NULL)
      stp_process_hooks[i]->start(process);
  stp_process_enlist(process);
  stp_process_tally.started++;
  if (stp_observed())
    stp_tell_process(process, STP_PROCESS_STARTED);
  stp_thread_start_main(process, stp_process_entry);
  return process;
}

struct stp_process* stp_process_child(void) {
  struct stp_process *const parent = stp_me, *const child = stp_alloc(sizeof *child);
  child->host = parent->host;
  child->pid = stp_pid_next(child->host);
  child->origin = parent->origin;
  child->program = parent->program;
  child->start_date = stp_engine_now();
  return child;
}

void stp_process_take_memory(struct stp_process* to, const struct stp_process* from) {
  to->main_stack_top = from->main_stack_top;
  to->heap = from->heap;
  to->libc = from->libc;
  to->argc = from->argc;
  to->argv = from->argv;
  to->arguments = from->arguments;
  to->arguments_size = from->arguments_size;
  to->sync = from->sync;
  to->exits = from->exits;
  to->late = from->late;
  to->late_globals = from->late_globals;
  to->hidden = from->hidden;
  if (to->heap != NULL)
    stp_heap_adopt(stp_region_alias(&to->region, to->heap), &to->region);
}

struct stp_process* stp_process_fork(void) {
  struct stp_process *const parent = stp_me, *const child = stp_process_child();
  if (stp_family_fork(&child->region, &parent->region) != 0) {
    stp_free(child);
    return NULL;
  }
  stp_process_take_memory(child, parent);
  if (parent->executable != NULL)
    child->executable = stp_strdup(parent->executable);
  stp_process_name(child, parent->name);
  stp_tree_add(child, parent);
  stp_process_enlist(child);
  if (stp_observed())
    stp_tell_process(child, STP_PROCESS_FORKED);
  stp_thread_fork(child);
  for (int i = 0; stp_process_hooks[i] != NULL; i++)
    if (stp_process_hooks[i]->fork != NULL)
      stp_process_hooks[i]->fork(child, parent);
  return child;
}

/* ---- end ---- */

static void doom_threads(struct stp_process* process, int status) {
  process->ending = true;
  process->status = status;
  struct stp_thread* thread;
  DL_FOREACH(process->threads, thread) stp_thread_doom(thread);
}

void stp_process_end(int status) {
  if (!stp_me->ending) {
    stp_me->resident = (long)(stp_heap_in_use(stp_me->heap) / 1024);
    doom_threads(stp_me, status);
  }
  stp_thread_leave();
}

void stp_process_kill(struct stp_process* process, int status) {
  if (stp_self != NULL && stp_me == process)
    stp_process_end(status);
  if (!process->ending)
    doom_threads(process, status);
}

const char* stp_status_text(int status) {
  static char text[128];
  if (WIFEXITED(status))
    snprintf(text, sizeof text, "exited with %d", WEXITSTATUS(status));
  else
    snprintf(text, sizeof text, "killed by SIG%s (%s)", sigabbrev_np(WTERMSIG(status)),
             strsignal(WTERMSIG(status)));
  return text;
}

const char* stp_end_text(int status, bool stopped) {
  static char text[128];
  if (!stopped)
    return stp_status_text(status);
  if (WIFEXITED(status))
    snprintf(text, sizeof text, "stopped, exited with %d", WEXITSTATUS(status));
  else
    snprintf(text, sizeof text, "stopped by SIG%s", sigabbrev_np(WTERMSIG(status)));
  return text;
}

static void report(const struct stp_process* process) {
  stp_warn("%s on %s %s at %.6f", process->label, process->host->name,
           stp_end_text(process->status, process->stopped), stp_engine_now());
}

/* What a child did is its parent's business, if it has one. */
static void tally(const struct stp_process* process) {
  stp_process_last_end = stp_engine_now();
  const bool told = stp_verbosity >= (process->stopped ? STP_VERBOSE : STP_NORMAL);
  if (!process->deployed) {
    if (process->status != 0 && told && (process->parent == NULL || stp_verbosity >= STP_VERBOSE))
      report(process);
    return;
  }
  if (process->stopped)
    stp_process_tally.stopped++;
  else if (process->status == 0)
    stp_process_tally.succeeded++;
  else
    stp_process_tally.failed++;
  if (process->status != 0 && told)
    report(process);
  if (stp_process_deployed_ended != NULL)
    stp_process_deployed_ended(process);
}

void stp_process_finish(void* argument) {
  struct stp_process* const process = argument;
  tally(process);
  if (stp_observed())
    stp_tell_process(process, STP_PROCESS_ENDED);
  stp_vfork_end(process);
  int count = 0;
  while (stp_process_hooks[count] != NULL)
    count++;
  while (count-- > 0)
    if (stp_process_hooks[count]->end != NULL)
      stp_process_hooks[count]->end(process);
  if (process->region.base != NULL) { /* else an exec failed */
    if (stp_memcheck()) {
      stp_family_place(&process->region);
      stp_heap_told_end(process->heap, true);
    }
    stp_region_destroy(&process->region);
  }
  stp_tree_ended(process);
}

void stp_process_discard(struct stp_process* process) {
  stp_free(process->identity);
  if (process->replacement != NULL)
    stp_exec_drop(process->replacement);
  stp_free(process->replacement);
  stp_free(process->executable);
  stp_free(process->name);
  stp_free((char*)process->label);
  stp_free(process);
}

void stp_process_forget(struct stp_process* process) {
  process->host->past_cpu_time += process->cpu_time;
  DL_DELETE2(process->host->processes, process, prev_on_host, next_on_host);
  DL_DELETE(stp_processes, process);
  stp_process_discard(process);
}
