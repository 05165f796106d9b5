/* Counters of hosts, processes and links. */
#include "trace/stats.h"

#include <string.h>
#include <sys/wait.h>

#include "engine/engine.h"
#include "net/hash.h"
#include "net/tcp.h"
#include "process/process.h"
#include "trace/events.h"
#include "trace/json.h"
#include "trace/usage.h"

struct way {
  uint64_t messages, packets, bytes; /* chunks and datagrams; what they are on the wire; payload */
};

struct host {
  struct way sent, received;
  uint64_t lost, sent_again; /* packets that it has sent */
  uint64_t connected, accepted, failed;
  double cpu;
};

static const char* path;
static struct host* hosts; /* by index */
static json_t* processes;

/* ---- processes ---- */

struct process {
  const struct stp_process* key;
  double begin;
  UT_hash_handle hh;
};

static struct process* running;

static void ended(const struct stp_event_process* event, bool over) {
  struct process* process;
  HASH_FIND_PTR(running, &event->process, process);
  if (process == NULL)
    return;
  json_t* const line =
      json_pack("{ss si so sf sf sf}", "host", event->host->name, "pid", event->pid, "label",
                stp_json_text(event->label, strlen(event->label)), "started", process->begin,
                "ended", event->date, "cpu", event->cpu_time);
  if (over)
    json_object_set_new(line, "status", json_string(stp_end_text(event->status, event->stopped)));
  json_array_append_new(processes, line);
  hosts[event->host->index].cpu += event->cpu_time;
  HASH_DEL(running, process);
  stp_free(process);
}

static void on_process(const struct stp_event_process* event) {
  if (event->phase == STP_PROCESS_ENDED) {
    ended(event, true);
  } else if (event->phase != STP_PROCESS_REPLACED) {
    struct process* const process = stp_alloc(sizeof *process);
    process->key = event->process;
    process->begin = event->date;
    HASH_ADD_PTR(running, key, process);
  }
}

/* ---- the network ---- */

static uint64_t packets_of(const struct stp_event_message* event) {
  const size_t whole = event->protocol == STP_EVENT_TCP ? event->mss : event->size;
  return event->size > whole && whole > 0 ? (event->size + whole - 1) / whole : 1;
}

static void count(struct way* way, const struct stp_event_message* event) {
  way->messages += event->size > 0;
  way->packets += packets_of(event);
  way->bytes += event->size;
}

static void on_message(const struct stp_event_message* event) {
  struct host* const from = event->from == NULL ? NULL : &hosts[event->from->index];
  struct host* const to = event->to == NULL ? NULL : &hosts[event->to->index];
  if (event->phase == STP_MESSAGE_LEFT && from != NULL) {
    count(&from->sent, event);
    from->lost += event->lost_count;
    from->sent_again += event->lost_count;
  } else if (event->phase == STP_MESSAGE_ARRIVED && to != NULL) {
    count(&to->received, event);
  } else if (event->phase == STP_MESSAGE_LOST && from != NULL) {
    from->lost++;
  }
}

static void on_connection(const struct stp_event_connection* event) {
  struct host* const host = &hosts[event->host->index];
  host->connected += event->opened && !event->accepted;
  host->accepted += event->opened && event->accepted;
  host->failed += event->error != 0;
}

/* ---- the file ---- */

static json_t* json_of_way(const struct way* way) {
  return json_pack("{sI sI sI}", "messages", (json_int_t)way->messages, "packets",
                   (json_int_t)way->packets, "bytes", (json_int_t)way->bytes);
}

static json_t* json_of_host(const struct stp_host* host) {
  const struct host* const counted = &hosts[host->index];
  return json_pack("{ss si sf so so sI sI s{sI sI sI}}", "host", host->name, "cores",
                   stp_engine_host_cores(host->engine), "cpu", counted->cpu, "sent",
                   json_of_way(&counted->sent), "received", json_of_way(&counted->received), "lost",
                   (json_int_t)counted->lost, "sent_again", (json_int_t)counted->sent_again,
                   "connections", "opened", (json_int_t)counted->connected, "accepted",
                   (json_int_t)counted->accepted, "failed", (json_int_t)counted->failed);
}

/* Its use is part of the bandwidth that it had: on the whole, and in the busiest span. */
static void add_link(json_t* links, const struct stp_engine_link* link, double end) {
  const struct stp_link_usage* const usage = stp_usage_of(link);
  if (usage == NULL)
    return;
  double most = 0;
  for (size_t i = 0; i < usage->count; i++)
    most = usage->spans[i] > most ? usage->spans[i] : most;
  const double bandwidth = stp_engine_link_bandwidth(link);
  json_array_append_new(
      links, json_pack("{ss sf sI sI sf sf sf}", "link", stp_engine_link_name(link), "bandwidth",
                       bandwidth, "bytes", (json_int_t)usage->bytes, "flows",
                       (json_int_t)usage->flows, "use", end > 0 ? usage->busy / end : 0, "peak",
                       bandwidth > 0 ? most / (usage->span * bandwidth) : 0, "span", usage->span));
}

/* The oldest first. */
static void add_running(double end) {
  for (size_t i = 0; i < stp_host_count(); i++)
    for (const struct stp_process* p = stp_host_at(i)->processes; p != NULL; p = p->next_on_host)
      if (!p->zombie) {
        double cpu = p->cpu_time;
        for (const struct stp_thread* t = p->threads; t != NULL; t = t->next)
          cpu += t->owed + stp_cores_under_way(t);
        const struct stp_event_process event = {.date = end,
                                                .host = p->host,
                                                .pid = p->pid,
                                                .label = p->label,
                                                .cpu_time = cpu,
                                                .process = p};
        ended(&event, false);
      }
}

static void start(void) {
  hosts = stp_alloc((stp_host_count() + 1) * sizeof *hosts);
  processes = json_array();
}

static void finish(double end) {
  add_running(end);
  json_t *const all = json_array(), *const links = json_array();
  for (size_t i = 0; i < stp_host_count(); i++)
    json_array_append_new(all, json_of_host(stp_host_at(i)));
  for (size_t i = 0; i < stp_engine_link_count(); i++)
    add_link(links, stp_engine_link_at(i), end);
  FILE* const file = stp_json_open(path);
  stp_json_line(file, json_pack("{si sf so so so}", "version", 1, "end", end, "hosts", all,
                                "processes", processes, "links", links));
  stp_json_close(file, path);
}

static struct stp_observer observer = {
    .process = on_process,
    .message = on_message,
    .connection = on_connection,
    .carried = stp_usage_add,
    .start = start,
    .finish = finish,
};

void stp_stats_start(const char* where) {
  path = where;
  stp_observe(&observer);
}
