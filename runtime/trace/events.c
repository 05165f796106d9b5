/* The hub: hands events to observers, with the state of whoever runs kept from them. */
#include "trace/events.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "engine/engine.h"
#include "file/description.h"
#include "process/process.h"
#include "process/program.h"

struct stp_observer* stp_observers;

void stp_observe(struct stp_observer* observer) {
  struct stp_observer** place = &stp_observers;
  while (*place != NULL)
    place = &(*place)->next;
  observer->next = NULL;
  *place = observer;
}

size_t stp_observed_payload(void) {
  size_t most = 0;
  for (const struct stp_observer* o = stp_observers; o != NULL; o = o->next)
    most = o->payload > most ? o->payload : most;
  return most;
}

uint64_t stp_event_message_id(void) {
  static uint64_t last;
  return ++last;
}

/* ---- handing over ---- */

/* While an observer works no virtual thread runs, and none loses its errno. */
struct aside {
  struct stp_thread* self;
  int error;
};

static struct aside step_aside(void) {
  const struct aside aside = {stp_self, errno};
  stp_self = NULL;
  return aside;
}

static void step_back(const struct aside* aside) {
  stp_self = aside->self;
  errno = aside->error;
}

#define TELL(what, ...)                                                                            \
  struct aside aside __attribute__((cleanup(step_back), unused)) = step_aside();                   \
  for (const struct stp_observer* o = stp_observers; o != NULL; o = o->next)                       \
    if (o->what != NULL)                                                                           \
  o->what(__VA_ARGS__)

void stp_tell_message(const struct stp_event_message* event) { TELL(message, event); }

void stp_tell_connection(const struct stp_event_connection* event) { TELL(connection, event); }

void stp_tell_window(const struct stp_event_window* event) { TELL(window, event); }

void stp_tell_output(const struct stp_event_output* event) { TELL(output, event); }

void stp_tell_start(void) { TELL(start); }

void stp_tell_finish(double end) { TELL(finish, end); }

/* ---- processes and threads ---- */

void stp_tell_process(const struct stp_process* process, enum stp_process_phase phase) {
  double cpu_time = process->cpu_time;
  for (const struct stp_thread* t = process->threads; t != NULL; t = t->next)
    cpu_time += t->owed + stp_cores_under_way(t);
  const struct stp_event_process event = {
      .date = stp_engine_now(),
      .phase = phase,
      .host = process->host,
      .pid = process->pid,
      .parent = process->parent == NULL ? 0 : process->parent->pid,
      .label = process->label,
      .program = process->executable != NULL ? process->executable : process->program->path,
      .status = process->status,
      .stopped = process->stopped,
      .cpu_time = cpu_time,
      .process = process,
  };
  TELL(process, &event);
}

void stp_tell_thread(const struct stp_thread* thread, enum stp_thread_phase phase) {
  const struct stp_event_thread event = {
      .date = stp_engine_now(),
      .phase = phase,
      .host = thread->process->host,
      .pid = thread->process->pid,
      .tid = thread->tid,
      .thread = thread,
  };
  TELL(thread, &event);
}

static const char* plain_name(const char* call) {
  static const char prefix[] = "simterpose_";
  return strncmp(call, prefix, sizeof prefix - 1) == 0 ? call + sizeof prefix - 1 : call;
}

/* The call's own descriptor is the one that it has held last. */
static void tell_wait(const struct stp_thread* thread, bool begins, double deadline,
                      const char* outcome) {
  const struct stp_held* const held = thread->held_count == 1 ? &thread->held[0] : NULL;
  const struct stp_event_wait event = {
      .date = stp_engine_now(),
      .begins = begins,
      .host = thread->process->host,
      .pid = thread->process->pid,
      .tid = thread->tid,
      .call = plain_name(thread->call),
      .deadline = deadline,
      .fd = held == NULL ? -1 : held->fd,
      .fd_kind = held == NULL ? NULL : held->file->ops->kind,
      .outcome = outcome,
      .thread = thread,
  };
  TELL(wait, &event);
}

void stp_tell_wait(const struct stp_thread* thread, double deadline) {
  tell_wait(thread, true, deadline, NULL);
}

void stp_tell_goes_on(const struct stp_thread* thread, int result) {
  tell_wait(thread, false, INFINITY,
            result == 0            ? "woken"
            : result == -ETIMEDOUT ? "timeout"
                                   : "signal");
}

void stp_tell_work(const struct stp_thread* thread, bool begins, bool spins, double cpu_time) {
  const struct stp_event_work event = {
      .date = stp_engine_now(),
      .begins = begins,
      .spins = spins,
      .cpu_time = cpu_time,
      .host = thread->process->host,
      .pid = thread->process->pid,
      .tid = thread->tid,
      .thread = thread,
  };
  TELL(work, &event);
}

/* ---- the rest ---- */

void stp_tell_carried(const struct stp_path* path, double begin, double bytes) {
  const struct stp_event_carried event = {
      .begin = begin, .date = stp_engine_now(), .path = path, .bytes = bytes};
  TELL(carried, &event);
}

void stp_tell_fault(const char* kind, const char* subject, const char* detail,
                    const struct stp_host* host) {
  const struct stp_event_fault event = {
      .date = stp_engine_now(), .kind = kind, .subject = subject, .detail = detail, .host = host};
  TELL(fault, &event);
}
