/* The record of a run: each event a line of JSON, written when it is over. Kept in memory: messages
 * on their way, and the time of threads that live, in slices. */
#include "trace/record.h"

#include <arpa/inet.h>
#include <math.h>
#include <string.h>
#include <sys/wait.h>

#include "engine/engine.h"
#include "net/hash.h"
#include "net/tcp.h"
#include "process/process.h"
#include "run.h"
#include "trace/events.h"
#include "trace/json.h"
#include "trace/slices.h"
#include "trace/usage.h"

static const char* path;
static FILE* file;

static void put(json_t* line) { stp_json_line(file, line); }

static void set(json_t* object, const char* key, json_t* value) {
  json_object_set_new_nocheck(object, key, value);
}

/* ---- threads ---- */

struct thread {
  const struct stp_thread* key;
  struct stp_slice slice; /* under way */
  bool under_way, works;
  struct stp_slices slices;
  UT_hash_handle hh;
};

static struct thread* threads;

static struct thread* find_thread(const struct stp_thread* key) {
  struct thread* found;
  HASH_FIND_PTR(threads, &key, found);
  return found;
}

static void slice_ends(struct thread* thread, double date, double time) {
  if (!thread->under_way)
    return;
  thread->under_way = false;
  thread->slice.end = date;
  thread->slice.time = time >= 0 ? time : date - thread->slice.begin;
  stp_slices_add(&thread->slices, &thread->slice);
}

static void on_wait(const struct stp_event_wait* event) {
  struct thread* const thread = find_thread(event->thread);
  if (thread == NULL)
    return;
  slice_ends(thread, event->date, -1);
  thread->under_way = event->begins;
  thread->slice = (struct stp_slice){.begin = event->date,
                                     .count = 1,
                                     .what = event->call,
                                     .fd = event->fd,
                                     .kind = event->fd_kind};
}

static void on_work(const struct stp_event_work* event) {
  struct thread* const thread = find_thread(event->thread);
  if (thread == NULL || event->spins)
    return;
  slice_ends(thread, event->date, event->begins ? -1 : event->cpu_time);
  thread->under_way = event->begins;
  thread->slice = (struct stp_slice){.begin = event->date, .count = 1, .what = "cpu", .fd = -1};
}

static json_t* json_of_slice(const struct stp_slice* slice) {
  json_t* const array = json_pack("[fffIs]", slice->begin, slice->end, slice->time,
                                  (json_int_t)slice->count, slice->what);
  if (slice->fd >= 0) {
    json_array_append_new(array, json_integer(slice->fd));
    json_array_append_new(array, json_string(slice->kind));
  }
  return array;
}

static void put_slices(const struct stp_thread* key, const struct thread* thread) {
  json_t* const array = json_array();
  for (size_t i = 0; i < thread->slices.count; i++)
    json_array_append_new(array, json_of_slice(&thread->slices.items[i]));
  put(json_pack("{ss ss si si so}", "type", "slices", "host", key->process->host->name, "pid",
                key->process->pid, "tid", key->tid, "slices", array));
}

static void on_thread(const struct stp_event_thread* event) {
  const bool starts = event->phase == STP_THREAD_STARTED;
  if (starts) {
    struct thread* const thread = stp_alloc(sizeof *thread);
    thread->key = event->thread;
    HASH_ADD_PTR(threads, key, thread);
  } else {
    struct thread* const thread = find_thread(event->thread);
    slice_ends(thread, event->date, -1);
    put_slices(event->thread, thread);
    HASH_DEL(threads, thread);
    stp_slices_clear(&thread->slices);
    stp_free(thread);
  }
  put(json_pack("{ss sf ss ss si si}", "type", "thread", "date", event->date, "phase",
                starts ? "started" : "ended", "host", event->host->name, "pid", event->pid, "tid",
                event->tid));
}

/* ---- processes ---- */

static void on_process(const struct stp_event_process* event) {
  static const char* const phases[] = {"started", "forked", "replaced", "ended"};
  json_t* const line =
      json_pack("{ss sf ss ss si si so so}", "type", "process", "date", event->date, "phase",
                phases[event->phase], "host", event->host->name, "pid", event->pid, "parent",
                event->parent, "label", stp_json_text(event->label, strlen(event->label)),
                "program", stp_json_text(event->program, strlen(event->program)));
  if (event->phase == STP_PROCESS_ENDED) {
    if (WIFEXITED(event->status))
      set(line, "exit", json_integer(WEXITSTATUS(event->status)));
    else
      set(line, "signal", json_string(sigabbrev_np(WTERMSIG(event->status))));
    if (event->stopped)
      set(line, "stopped", json_true());
    set(line, "cpu", json_real(event->cpu_time));
  }
  put(line);
}

static void on_output(const struct stp_event_output* event) {
  put(json_pack(
      "{ss sf ss si so ss so}", "type", "output", "date", event->date, "host", event->host->name,
      "pid", event->pid, "file", stp_json_text(event->file, strlen(event->file)), "stream",
      event->error ? "stderr" : "stdout", "text", stp_json_text(event->text, event->size)));
}

static void on_fault(const struct stp_event_fault* event) {
  json_t* const line = json_pack("{ss sf ss ss}", "type", "fault", "date", event->date, "kind",
                                 event->kind, "subject", event->subject);
  if (event->detail != NULL)
    set(line, "detail", json_string(event->detail));
  if (event->host != NULL)
    set(line, "host", json_string(event->host->name));
  put(line);
}

/* ---- messages ---- */

/* Of TCP, on its way. */
struct message {
  uint64_t id;
  double begin, left;
  uint64_t offset;
  size_t size, kept;
  UT_hash_handle hh;
  char data[];
};

static struct message* messages;

static json_t* kinds(unsigned kind) {
  static const struct {
    unsigned bit;
    const char* name;
  } names[] = {{STP_TCP_SYN, "SYN"},    {STP_TCP_SYN_ACK, "SYN-ACK"}, {STP_TCP_ACK, "ACK"},
               {STP_TCP_DATA, "DATA"},  {STP_TCP_FIN, "FIN"},         {STP_TCP_RST, "RST"},
               {STP_TCP_PROBE, "PROBE"}};
  char text[48] = "";
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (kind & names[i].bit) {
      if (text[0] != '\0')
        strcat(text, "+");
      strcat(text, names[i].name);
    }
  return json_string_nocheck(text);
}

static const char* name_of(const struct stp_host* host) { return host == NULL ? NULL : host->name; }

static void put_message(const struct stp_event_message* event, double begin, double left) {
  static const char* const protocols[] = {"tcp", "udp", "icmp"};
  json_t* const line =
      json_pack("{ss sI ss ss? ss? so so sf}", "type", "message", "id", (json_int_t)event->id,
                "protocol", protocols[event->protocol], "from", name_of(event->from), "to",
                name_of(event->to), "source", stp_json_endpoint(event->source), "destination",
                stp_json_endpoint(event->destination), "left", left);
  if (begin < left)
    set(line, "begin", json_real(begin));
  if (event->phase == STP_MESSAGE_LOST) {
    set(line, "lost", json_real(event->date));
    set(line, "why", json_string(event->lost));
  } else {
    set(line, "arrived", json_real(event->date));
  }
  if (event->protocol == STP_EVENT_TCP) {
    set(line, "connection", json_integer((json_int_t)event->connection));
    set(line, "kind", kinds(event->kind));
    set(line, "offset", json_integer((json_int_t)event->offset));
  }
  set(line, "size", json_integer((json_int_t)event->size));
  const size_t most = event->kept;
  if (most > 0)
    set(line, "data", stp_json_bytes(event->data, most));
  put(line);
}

static struct stp_observer observer;

static void tcp_left(const struct stp_event_message* event) {
  struct message* const message = stp_alloc(sizeof *message + event->kept);
  message->id = event->id;
  message->begin = event->begin;
  message->left = event->date;
  message->offset = event->offset;
  message->size = event->size;
  message->kept = event->kept;
  if (event->kept > 0)
    memcpy(message->data, event->data, event->kept);
  HASH_ADD(hh, messages, id, sizeof message->id, message);
}

static void tcp_over(const struct stp_event_message* event) {
  struct message* message;
  HASH_FIND(hh, messages, &event->id, sizeof event->id, message);
  if (message == NULL) {
    if (event->size > 0) /* lost before all of it has left */
      put_message(event, event->begin, event->date);
    return;
  }
  struct stp_event_message whole = *event;
  whole.offset = message->offset;
  whole.size = message->size;
  whole.kept = message->kept;
  whole.data = message->data;
  put_message(&whole, message->begin, message->left);
  HASH_DEL(messages, message);
  stp_free(message);
}

static void on_message(const struct stp_event_message* given) {
  struct stp_event_message event = *given;
  if (event.kept > observer.payload)
    event.kept = observer.payload;
  if (event.phase == STP_MESSAGE_BEGINS)
    return;
  if (event.protocol == STP_EVENT_TCP)
    (event.phase == STP_MESSAGE_LEFT ? tcp_left : tcp_over)(&event);
  else if (event.phase != STP_MESSAGE_LEFT)
    put_message(&event, event.begin, event.begin);
}

static void on_connection(const struct stp_event_connection* event) {
  json_t* const line = json_pack(
      "{ss sf ss sI sb ss ss? so so}", "type", "connection", "date", event->date, "phase",
      event->opened ? "opened" : "closed", "connection", (json_int_t)event->connection, "accepted",
      event->accepted, "host", event->host->name, "peer", name_of(event->peer), "local",
      stp_json_endpoint(event->local), "remote", stp_json_endpoint(event->remote));
  if (event->error)
    set(line, "error", json_string(strerrorname_np(event->error)));
  put(line);
}

/* ---- the run ---- */

static json_t* address_of(const struct stp_host* host, bool v4) {
  return stp_json_endpoint((struct stp_endpoint){v4 ? stp_address_of4(host->ipv4) : host->ipv6, 0});
}

static void start(void) {
  file = stp_json_open(path);
  put(json_pack("{ss si sI si}", "type", "run", "version", 1, "seed", (json_int_t)stp_seed,
                "payload", (int)observer.payload));
  for (size_t i = 0; i < stp_host_count(); i++) {
    const struct stp_host* const host = stp_host_at(i);
    put(json_pack("{ss ss so so sf si}", "type", "host", "host", host->name, "ipv4",
                  address_of(host, true), "ipv6", address_of(host, false), "speed",
                  stp_engine_host_speed(host->engine), "cores",
                  stp_engine_host_cores(host->engine)));
  }
}

static void put_link(const struct stp_engine_link* link) {
  const struct stp_link_usage* const usage = stp_usage_of(link);
  if (usage == NULL)
    return;
  json_t* const spans = json_array();
  for (size_t i = 0; i < usage->count; i++)
    if (usage->spans[i] > 0)
      json_array_append_new(spans, json_pack("[If]", (json_int_t)i, usage->spans[i]));
  put(json_pack("{ss ss sf sf sf sf so}", "type", "link", "link", stp_engine_link_name(link),
                "bandwidth", stp_engine_link_bandwidth(link), "latency",
                stp_engine_link_latency(link), "bytes", usage->bytes, "span", usage->span, "spans",
                spans));
}

static void finish(double end) {
  struct thread *thread, *next;
  HASH_ITER(hh, threads, thread, next) {
    slice_ends(thread, end, -1);
    put_slices(thread->key, thread);
  }
  for (size_t i = 0; i < stp_engine_link_count(); i++)
    put_link(stp_engine_link_at(i));
  put(json_pack("{ss sf}", "type", "end", "date", end));
  stp_json_close(file, path);
}

static struct stp_observer observer = {
    .process = on_process,
    .thread = on_thread,
    .wait = on_wait,
    .work = on_work,
    .message = on_message,
    .connection = on_connection,
    .carried = stp_usage_add,
    .output = on_output,
    .fault = on_fault,
    .start = start,
    .finish = finish,
};

void stp_record_start(const char* where, size_t payload) {
  path = where;
  observer.payload = payload;
  stp_observe(&observer);
}
