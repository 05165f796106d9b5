/* Threads see to it themselves that they do not run on a host that is paused (thread.c). */
#include "process/pause.h"

#include <utlist.h>

#include "process/cores.h"
#include "process/process.h"

void stp_host_pause(struct stp_host* host) {
  host->paused = true;
  stp_cores_speed_changed(host);
}

void stp_host_resume(struct stp_host* host) {
  host->paused = false;
  stp_cores_speed_changed(host);
  struct stp_process* process;
  DL_FOREACH2(host->processes, process, next_on_host) {
    struct stp_thread* thread;
    DL_FOREACH(process->threads, thread) stp_thread_unpark(thread);
  }
}
