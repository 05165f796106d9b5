/* Replacing a process. The thread that asks for it waits for the others to end, then leaves its
 * user stack for good; on its kernel stack, the old memory is given back, new memory laid out, and
 * the thread begins again as the new program's first. */
#include "process/exec.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <utlist.h>

#include "process/family.h"
#include "process/fork.h"
#include "process/heap_memcheck.h"
#include "process/process.h"
#include "process/program.h"
#include "trace/events.h"
#include "trace/log.h"

char** stp_exec_copy(char* const* strings) {
  size_t count = 0, bytes = 0;
  for (; strings != NULL && strings[count] != NULL; count++)
    bytes += strlen(strings[count]) + 1;
  char** const copy = stp_alloc((count + 1) * sizeof *copy + bytes);
  char* text = (char*)(copy + count + 1);
  for (size_t i = 0; i < count; i++) {
    copy[i] = text;
    text = stpcpy(text, strings[i]) + 1;
  }
  return copy;
}

void stp_exec_drop(struct stp_exec* exec) {
  stp_free(exec->path);
  stp_free(exec->real_path);
  stp_free(exec->name);
  stp_free(exec->argv);
  stp_free(exec->envp);
  *exec = (struct stp_exec){0};
}

/* A thread that is doomed leaves at this date, whatever it was doing. */
static void end_other_threads(void) {
  struct stp_process* const process = stp_me;
  struct stp_thread *thread, *next;
  DL_FOREACH_SAFE(process->threads, thread, next) {
    if (thread != stp_self)
      stp_thread_doom(thread);
  }
  while (process->thread_count > 1) {
    stp_park(INFINITY);          /* thread.c unparks the last one */
    stp_self->signalled = false; /* left to the new program */
  }
  stp_self->signalled = true;
}

void stp_exec(const struct stp_exec* exec) {
  struct stp_process* const process = stp_me;
  process->replacement = stp_alloc(sizeof *process->replacement);
  *process->replacement = *exec;
  const uint64_t blocked = stp_self->blocked;
  stp_self->blocked = ~(uint64_t)0; /* what arrives meanwhile is the new program's */
  end_other_threads();
  stp_self->blocked = blocked;
  stp_thread_leave();
}

bool stp_exec_replace(struct stp_process* process) {
  struct stp_exec exec = *process->replacement;
  stp_free(process->replacement);
  process->replacement = NULL;
  stp_vfork_end(process);
  if (stp_memcheck()) {
    stp_family_place(&process->region);
    stp_heap_told_end(process->heap, false);
  }
  stp_process_take_memory(process, &(struct stp_process){.pid = 0}); /* none */
  stp_region_destroy(&process->region);
  process->program = exec.program;
  stp_free(process->executable);
  process->executable = stp_strdup(exec.path);
  stp_process_name(process, exec.name);
  snprintf(process->threads->name, sizeof process->threads->name, "%s", exec.name);
  const bool placed = stp_process_place(process, exec.argv, exec.envp);
  if (placed) {
    for (int i = 0; stp_process_hooks[i] != NULL; i++)
      if (stp_process_hooks[i]->exec != NULL)
        stp_process_hooks[i]->exec(process);
    if (stp_observed())
      stp_tell_process(process, STP_PROCESS_REPLACED);
  } else {
    stp_warn("cannot start %s on %s: no memory left for it", process->label, process->host->name);
    process->ending = true;
    process->status = SIGKILL;
  }
  stp_exec_drop(&exec);
  return placed;
}
