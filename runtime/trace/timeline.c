/* The trace event format of Chrome: an array of objects, of which `ph` says what they are: X a
 * slice, s and f the ends of an arrow, i an instant, M a name. `ts` and `dur` are in microseconds.
 *
 * Importers differ from what the format says: Perfetto counts whole nanoseconds, drops a slice that
 * ends one after the slice around it, and finds a thread by its `tid` alone. So dates are whole
 * nanoseconds here, and tracks have numbers of their own. */
#include "trace/timeline.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "net/hash.h"
#include "net/tcp.h"
#include "process/process.h"
#include "trace/events.h"
#include "trace/json.h"

/* The tracks of host 3 are 300000, the network, and 300000 + TID. */
enum { TRACKS = 100000, NETWORK = 0 };

static const char* path;
static FILE* file;
static bool any;

static void put(json_t* event) {
  fputs(any ? ",\n" : "{\"traceEvents\":[\n", file);
  any = true;
  stp_json_write(file, event);
}

static int number_of(const struct stp_host* host) { return (int)host->index + 1; }

static json_t* number_of_track(const struct stp_host* host, int tid) {
  return json_integer((json_int_t)number_of(host) * TRACKS + tid);
}

static int64_t nanoseconds(double date) { return llround(date * 1e9); }

/* Some importers cut a decimal fraction off: a tenth keeps it from falling short. */
static double microseconds(int64_t count) { return ((double)count + 0.1) / 1000; }

static void put_name(const char* what, const struct stp_host* host, int tid, const char* name) {
  put(json_pack("{ss ss si so s{so}}", "ph", "M", "name", what, "pid", number_of(host), "tid",
                number_of_track(host, tid), "args", "name", stp_json_text(name, strlen(name))));
}

static json_t* slice(const char* name, const char* category, const struct stp_host* host, int tid,
                     int64_t begin, int64_t end) {
  return json_pack("{ss ss ss si so sf sf}", "ph", "X", "name", name, "cat", category, "pid",
                   number_of(host), "tid", number_of_track(host, tid), "ts", microseconds(begin),
                   "dur", microseconds(end - begin));
}

static json_t* slice_between(const char* name, const char* category, const struct stp_host* host,
                             int tid, double begin, double end) {
  return slice(name, category, host, tid, nanoseconds(begin), nanoseconds(end));
}

static json_t* instant(json_t* name, const char* category, const char* scope,
                       const struct stp_host* host, int tid, double date) {
  return json_pack("{ss so ss ss si so sf}", "ph", "i", "name", name, "cat", category, "s", scope,
                   "pid", number_of(host), "tid", number_of_track(host, tid), "ts",
                   microseconds(nanoseconds(date)));
}

/* ---- processes and threads ---- */

struct track {
  const void* key; /* a thread, or a process */
  double begin;
  bool under_way;
  UT_hash_handle hh;
};

static struct track* tracks;

static struct track* track_of(const void* key) {
  struct track* track;
  HASH_FIND_PTR(tracks, &key, track);
  if (track == NULL) {
    track = stp_alloc(sizeof *track);
    track->key = key;
    HASH_ADD_PTR(tracks, key, track);
  }
  return track;
}

static void track_over(struct track* track) {
  HASH_DEL(tracks, track);
  stp_free(track);
}

static void name_thread(const struct stp_thread* thread) {
  const struct stp_process* const process = thread->process;
  char name[300];
  snprintf(name, sizeof name, "%s/%d", process->label, thread->tid);
  put_name("thread_name", process->host, thread->tid, name);
}

static void on_process(const struct stp_event_process* event) {
  struct track* const track = track_of(event->process);
  if (event->phase == STP_PROCESS_REPLACED) {
    for (const struct stp_thread* t = event->process->threads; t != NULL; t = t->next)
      name_thread(t);
  } else if (event->phase == STP_PROCESS_ENDED) {
    json_t* const life =
        slice_between(event->label, "process", event->host, event->pid, track->begin, event->date);
    json_object_set_new(life, "args",
                        json_pack("{ss sf}", "end", stp_end_text(event->status, event->stopped),
                                  "cpu", event->cpu_time));
    put(life);
    track_over(track);
  } else {
    track->begin = event->date;
  }
}

static void on_thread(const struct stp_event_thread* event) {
  if (event->phase == STP_THREAD_STARTED)
    name_thread(event->thread);
  else
    track_over(track_of(event->thread));
}

/* Whether something began on a thread's track that ends now, having taken time. */
static bool ends(struct track* track, bool begins, double date, double* since) {
  const bool told = !begins && track->under_way && nanoseconds(track->begin) < nanoseconds(date);
  *since = track->begin;
  track->under_way = begins;
  track->begin = date;
  return told;
}

static void on_wait(const struct stp_event_wait* event) {
  double since;
  if (!ends(track_of(event->thread), event->begins, event->date, &since))
    return;
  json_t* const wait =
      slice_between(event->call, "wait", event->host, event->tid, since, event->date);
  json_t* const arguments = json_pack("{ss}", "outcome", event->outcome);
  if (event->fd >= 0) {
    json_object_set_new(arguments, "fd", json_integer(event->fd));
    json_object_set_new(arguments, "kind", json_string(event->fd_kind));
  }
  json_object_set_new(wait, "args", arguments);
  put(wait);
}

static void on_work(const struct stp_event_work* event) {
  double since;
  if (event->spins || !ends(track_of(event->thread), event->begins, event->date, &since))
    return;
  json_t* const work = slice_between("cpu", "cpu", event->host, event->tid, since, event->date);
  json_object_set_new(work, "args", json_pack("{sf}", "cpu", event->cpu_time));
  put(work);
}

static void on_output(const struct stp_event_output* event) {
  put(instant(stp_json_text(event->text, event->size), "output", "t", event->host, event->pid,
              event->date));
}

/* ---- messages ---- */

static const char* name_of(const struct stp_event_message* event) {
  if (event->protocol != STP_EVENT_TCP)
    return event->protocol == STP_EVENT_UDP ? "UDP" : "ICMP";
  return event->kind & STP_TCP_DATA      ? "TCP"
         : event->kind & STP_TCP_SYN     ? "TCP SYN"
         : event->kind & STP_TCP_SYN_ACK ? "TCP SYN-ACK"
         : event->kind & STP_TCP_FIN     ? "TCP FIN"
         : event->kind & STP_TCP_RST     ? "TCP RST"
                                         : "TCP ACK";
}

static int64_t* taken; /* until which nanosecond the network track of a host is, by index */

/* An arrow ends in the slice around it; these are as short as can be, and each has a nanosecond to
 * itself: in Perfetto, arrows that end in one belong to one message. */
static void put_end(const struct stp_event_message* event, const struct stp_host* host,
                    bool leaves) {
  int64_t* const free = &taken[host->index];
  const int64_t date = nanoseconds(event->date), begin = date > *free ? date : *free;
  *free = begin + 1;
  json_t* const at = slice(name_of(event), "message", host, NETWORK, begin, begin + 1);
  json_object_set_new(at, "args",
                      json_pack("{sI sI so so}", "id", (json_int_t)event->id, "size",
                                (json_int_t)event->size, "from", stp_json_endpoint(event->source),
                                "to", stp_json_endpoint(event->destination)));
  put(at);
  json_t* const arrow =
      json_pack("{ss ss ss sI si so sf}", "ph", leaves ? "s" : "f", "name", "message", "cat",
                "message", "id", (json_int_t)event->id, "pid", number_of(host), "tid",
                number_of_track(host, NETWORK), "ts", microseconds(begin));
  if (!leaves)
    json_object_set_new(arrow, "bp", json_string("e"));
  put(arrow);
}

static void on_message(const struct stp_event_message* event) {
  const struct stp_host* const at = event->phase == STP_MESSAGE_ARRIVED ? event->to : event->from;
  if (at == NULL || event->phase == STP_MESSAGE_BEGINS)
    return;
  if (event->phase != STP_MESSAGE_LOST)
    put_end(event, at, event->phase == STP_MESSAGE_LEFT);
  else
    put(instant(json_sprintf("%s lost: %s", name_of(event), event->lost), "loss", "t", at, NETWORK,
                event->date));
}

static void on_fault(const struct stp_event_fault* event) {
  json_t* const fault = instant(
      json_sprintf("%s: %s", event->kind, event->subject), "fault", event->host != NULL ? "p" : "g",
      event->host != NULL ? event->host : stp_host_at(0), NETWORK, event->date);
  if (event->detail != NULL)
    json_object_set_new(
        fault, "args",
        json_pack("{so}", "detail", stp_json_text(event->detail, strlen(event->detail))));
  put(fault);
}

/* ---- the run ---- */

static void start(void) {
  file = stp_json_open(path);
  taken = stp_alloc(stp_host_count() * sizeof *taken);
  for (size_t i = 0; i < stp_host_count(); i++) {
    const struct stp_host* const host = stp_host_at(i);
    put_name("process_name", host, NETWORK, host->name);
    put_name("thread_name", host, NETWORK, "network");
  }
}

static void finish(double end) {
  (void)end;
  fputs("\n],\"displayTimeUnit\":\"ns\"}\n", file);
  stp_json_close(file, path);
}

static struct stp_observer observer = {
    .process = on_process,
    .thread = on_thread,
    .wait = on_wait,
    .work = on_work,
    .message = on_message,
    .output = on_output,
    .fault = on_fault,
    .start = start,
    .finish = finish,
};

void stp_timeline_start(const char* where) {
  path = where;
  stp_observe(&observer);
}
