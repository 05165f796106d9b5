/* Processor sharing by what each thread would have done, had it worked all along: all that work
 * have the same part at any date, so the order of their ends never changes, and one timer, for the
 * first of them, is enough. */
#include "process/cores.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <utlist.h>

#include "engine/engine.h"
#include "process/process.h"
#include "trace/events.h"

struct stp_cores {
  struct stp_stint* working; /* by end; those that spin last */
  unsigned count, threads;   /* cores; threads that work or spin */
  double speed;              /* of one core; 0: it stands still */
  bool paused;               /* the host is */
  double last_speed, period; /* the last that was not 0, and its inverse */
  double date;               /* of the following two, 0 whenever nobody has worked: */
  double done;               /* flops that each thread has done, */
  double cpu_time;           /* and how long it has had a core for that */
  struct stp_timer* timer;   /* for the first end, or null */
};

/* Ends that differ by less are one (s): dates are sums of doubles. */
static const double tolerance = 1e-12;

void (*stp_cores_changed)(struct stp_host* host);

static void look_at_speed(struct stp_host* host) {
  struct stp_cores* const cores = host->cores;
  cores->paused = host->paused;
  cores->speed = host->paused ? 0 : stp_engine_host_speed_now(host->engine);
  if (cores->speed > 0)
    cores->last_speed = cores->speed;
  cores->period = 1 / cores->last_speed;
}

static struct stp_cores* cores_of(struct stp_host* host) {
  if (host->cores == NULL) {
    host->cores = stp_alloc(sizeof *host->cores);
    host->cores->count = (unsigned)stp_engine_host_cores(host->engine);
    host->cores->last_speed = stp_engine_host_speed(host->engine);
    look_at_speed(host);
  }
  return host->cores;
}

double stp_cores_speed(struct stp_host* host) { return cores_of(host)->last_speed; }

double stp_cores_period(struct stp_host* host) { return cores_of(host)->period; }

static double share(const struct stp_cores* cores) {
  if (cores->paused)
    return 0;
  return cores->threads <= cores->count ? 1 : (double)cores->count / cores->threads;
}

double stp_cores_share(struct stp_host* host) { return share(cores_of(host)); }

/* ---- as time goes by ---- */

static void advance(struct stp_cores* cores) {
  const double now = stp_engine_now();
  const double core_time = (now - cores->date) * share(cores);
  cores->date = now;
  if (cores->threads == 0) {
    cores->done = cores->cpu_time = 0;
    return;
  }
  cores->done += core_time * cores->speed;
  cores->cpu_time += core_time;
}

static void ended(void* argument);

/* Call when `date` is now and something has changed. */
static void settle(struct stp_host* host) {
  struct stp_cores* const cores = host->cores;
  if (cores->timer != NULL)
    stp_engine_timer_cancel(cores->timer);
  cores->timer = NULL;
  const struct stp_stint* const first = cores->working;
  if (first != NULL && !isinf(first->end) && cores->speed > 0) {
    const double left = fmax(first->end - cores->done, 0) / (cores->speed * share(cores));
    cores->timer = stp_engine_timer_loose(cores->date + left, ended, host);
  }
  if (stp_cores_changed != NULL)
    stp_cores_changed(host);
}

static void take_off(struct stp_stint* stint) {
  struct stp_cores* const cores = stint->thread->process->host->cores;
  DL_DELETE(cores->working, stint);
  cores->threads--;
  stint->runs = false;
  const double time = cores->cpu_time - stint->began;
  stint->thread->cpu_time += time;
  stint->thread->process->cpu_time += time;
  if (stp_observed())
    stp_tell_work(stint->thread, false, isinf(stint->end), time);
}

/* The first ends now. In maestro. */
static void ended(void* argument) {
  struct stp_host* const host = argument;
  struct stp_cores* const cores = host->cores;
  cores->timer = NULL;
  advance(cores);
  cores->done = fmax(cores->done, cores->working->end);
  const double latest = cores->done + tolerance * cores->speed;
  while (cores->working != NULL && cores->working->end <= latest) {
    struct stp_stint* const stint = cores->working;
    take_off(stint);
    stp_engine_rouse(stint->thread->actor);
  }
  settle(host);
}

void stp_cores_speed_changed(struct stp_host* host) {
  if (host->cores == NULL)
    return;
  advance(host->cores);
  look_at_speed(host);
  settle(host);
}

static void speed_changed(struct stp_engine_host* engine) {
  struct stp_host* const host = stp_host_by_name(stp_engine_host_name(engine));
  if (host != NULL)
    stp_cores_speed_changed(host);
}

void stp_cores_start(void) { stp_engine_watch_speeds(speed_changed); }

/* ---- what threads do ---- */

/* Behind those that end before it; a seed puts it before those that end with it. */
static void put_on(struct stp_thread* thread, double flops) {
  struct stp_cores* const cores = cores_of(thread->process->host);
  struct stp_stint* const stint = &thread->stint;
  advance(cores);
  *stint = (struct stp_stint){
      .thread = thread, .runs = true, .end = cores->done + flops, .began = cores->cpu_time};
  const double earliest = isinf(flops) ? stint->end : stint->end - tolerance * cores->speed;
  struct stp_stint* place = cores->working == NULL ? NULL : cores->working->prev; /* the last */
  uint64_t coins = stp_engine_any();
  while (place != NULL &&
         (place->end > stint->end || (place->end >= earliest && (coins & 1) != 0))) {
    coins >>= place->end <= stint->end;
    place = place == cores->working ? NULL : place->prev;
  }
  if (place == NULL)
    DL_PREPEND(cores->working, stint);
  else
    DL_APPEND_ELEM(cores->working, place, stint);
  cores->threads++;
  if (stp_observed())
    stp_tell_work(thread, true, isinf(flops), 0);
  settle(thread->process->host);
}

void stp_cores_leave(struct stp_thread* thread) {
  if (!thread->stint.runs)
    return;
  advance(thread->process->host->cores);
  take_off(&thread->stint);
  settle(thread->process->host);
}

static void until_done(struct stp_thread* thread) {
  while (thread->stint.runs && !thread->ending && !stp_engine_killed(thread->actor))
    stp_engine_doze(thread->actor);
  stp_cores_leave(thread);
}

static void work_on_kernel_stack(void* unused) {
  (void)unused;
  stp_thread_block(until_done);
}

void stp_cores_work(double flops) {
  put_on(stp_self, flops);
  stp_on_kernel_stack(work_on_kernel_stack, NULL);
}

void stp_cores_spin(void) { put_on(stp_self, INFINITY); }

void stp_cores_spun(void) { stp_cores_leave(stp_self); }

double stp_cores_under_way(const struct stp_thread* thread) {
  const struct stp_cores* const cores = thread->process->host->cores;
  if (!thread->stint.runs)
    return 0;
  return cores->cpu_time - thread->stint.began + (stp_engine_now() - cores->date) * share(cores);
}
