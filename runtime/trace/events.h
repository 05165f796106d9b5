/* What happens in a run, told to observers: captures, timelines, statistics, records. When nobody
 * listens, an event costs the one branch of stp_observed().
 *
 * An observer fills in a struct stp_observer with a function for each kind of event that it wants,
 * and registers it before the run. Its functions are called where the event happens: in maestro, or
 * in a virtual thread, on whatever stack that has (so they must not need more than some KiB of it),
 * with stp_self null. They must not block, nor change anything of the run; errno is kept for them.
 *
 * All that an event holds or points to is lent for the duration of the call, but for hosts, which
 * live as long as the run. Dates are in seconds of virtual time. They never decrease from one event
 * to the next, except where a comment says so. */
#ifndef STP_EVENTS_H
#define STP_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/address.h"

struct stp_file;
struct stp_host;
struct stp_path;
struct stp_process;
struct stp_thread;

/* ---- processes and threads ---- */

enum stp_process_phase {
  STP_PROCESS_STARTED,  /* by the deployment, or with a program of its own (posix_spawn) */
  STP_PROCESS_FORKED,   /* as a copy of its parent */
  STP_PROCESS_REPLACED, /* by exec: pid and host stay, the label is new */
  STP_PROCESS_ENDED,
};

struct stp_event_process {
  double date;
  enum stp_process_phase phase;
  const struct stp_host* host;
  int pid, parent;     /* pid; parent 0: the deployment */
  const char* label;   /* "redis-server.2" */
  const char* program; /* path on the host */
  int status;          /* as waitpid has it, once ended */
  bool stopped;        /* it was asked to end: struct stp_process */
  double cpu_time;     /* s so far */
  const struct stp_process* process;
};

enum stp_thread_phase { STP_THREAD_STARTED, STP_THREAD_ENDED };

/* A process has started before its first thread, and ends after its last one. */
struct stp_event_thread {
  double date;
  enum stp_thread_phase phase;
  const struct stp_host* host;
  int pid, tid; /* equal for the main thread */
  const struct stp_thread* thread;
};

/* A thread waits in a call, and later goes on. One that ends while it waits does not go on. */
struct stp_event_wait {
  double date;
  bool begins;
  const struct stp_host* host;
  int pid, tid;
  const char* call;    /* "recv", "a loop": where */
  double deadline;     /* INFINITY: none */
  int fd;              /* the descriptor that the call is about; -1: none, or many */
  const char* fd_kind; /* "socket", "pipe" ...; null: none */
  const char* outcome; /* when it goes on: "woken", "timeout", "signal"; else null */
  const struct stp_thread* thread;
};

/* A thread occupies a core of its host, or a share of one, and later does not any more. Work that
 * is too little to take part in the sharing (--cpu-threshold) is not told. */
struct stp_event_work {
  double date;
  bool begins;
  bool spins;      /* it does nothing, but keeps the core */
  double cpu_time; /* s of CPU that it has had, at the end */
  const struct stp_host* host;
  int pid, tid;
  const struct stp_thread* thread;
};

/* ---- the network ---- */

enum stp_protocol { STP_EVENT_TCP, STP_EVENT_UDP, STP_EVENT_ICMP };

/* A message is a segment of TCP without data, a chunk of many segments with data, a datagram of UDP
 * or a message of ICMP. Its id is its own. It BEGINS to leave (chunks only: that takes time), has
 * LEFT, and ARRIVED or is LOST; either may come without the one before, where a message never comes
 * to leave (LOST: then it tells the payload), or does not wait (LEFT). A datagram to a group, or
 * one that is duplicated on the way, arrives more than once, and may be lost as well. */
enum stp_message_phase {
  STP_MESSAGE_BEGINS,
  STP_MESSAGE_LEFT,
  STP_MESSAGE_ARRIVED,
  STP_MESSAGE_LOST,
};

struct stp_event_message {
  double date;
  enum stp_message_phase phase;
  enum stp_protocol protocol;
  uint64_t id;
  const struct stp_host *from, *to; /* to: null for groups, and where nobody has the address */
  struct stp_endpoint source, destination; /* ports in network byte order; ICMP: 0 */
  bool loopback;                           /* inside the host */
  const char* lost;                        /* why: "chance", "link off" ...; else null */

  /* The payload (of ICMP, the message from its type on), when it has left and arrived; of it the
   * first `kept` bytes, as many as an observer wants. */
  size_t size, kept;
  const void* data;
  uint8_t ttl, tos; /* of UDP and ICMP */

  /* TCP. The first segment of a chunk has begun to leave at `begin`, and the last has left at
   * `date` of LEFT, the others evenly in between; each arrives `latency` later. But of those that
   * were lost by chance (numbered from 0; `mss` bytes each) a copy sent later arrives, and the
   * chunk as a whole when the last of them does. */
  uint64_t connection; /* its number, from 1 */
  bool accepted;       /* sent by the end that has accepted it */
  unsigned kind;       /* STP_TCP_SYN ... (net/tcp.h) */
  uint64_t offset;     /* of the payload, or a FIN, in what this end sends */
  uint64_t edge;       /* up to which offset the end that sends (LEFT), or receives (ARRIVED) this
                          offers to receive: its window */
  double begin, latency;
  size_t mss;
  const uint32_t* lost_segments; /* ascending */
  size_t lost_count;
};

/* One end of a connection of TCP is established, or no more (closed, reset, failed: then `error`,
 * an errno, says how). */
struct stp_event_connection {
  double date;
  bool opened;
  uint64_t connection;
  bool accepted; /* it is the end that accepted */
  const struct stp_host *host, *peer;
  struct stp_endpoint local, remote;
  int error;
};

/* The end of a connection offers to receive up to an offset, because the program has read. */
struct stp_event_window {
  double date;
  uint64_t connection;
  bool accepted; /* the end that offers it is the one that accepted */
  uint64_t edge;
};

/* Bytes (headers included) that have crossed all links of a path between two dates: told at the
 * second. */
struct stp_event_carried {
  double begin, date;
  const struct stp_path* path;
  double bytes;
};

/* ---- the rest ---- */

/* A line of standard output or error, complete, or as far as it came before the end. The date is
 * the writer's: its own work may be ahead of the engine by --cpu-threshold. */
struct stp_event_output {
  double date;
  const struct stp_host* host;
  int pid;          /* who wrote it; 0: not known */
  const char* file; /* its name in the host's directory, "redis-server.2.stdout" */
  bool error;       /* standard error */
  const char* text; /* without the newline */
  size_t size;
};

/* Something was done to the platform: by a fault of the user's, or a profile. */
struct stp_event_fault {
  double date;
  const char* kind;            /* "host off", "host on", "partition" ... */
  const char* subject;         /* the host, link or group it concerns */
  const char* detail;          /* more of it, for people; may be null */
  const struct stp_host* host; /* if it concerns one, else null */
};

/* ---- observers ---- */

struct stp_observer {
  void (*process)(const struct stp_event_process* event);
  void (*thread)(const struct stp_event_thread* event);
  void (*wait)(const struct stp_event_wait* event);
  void (*work)(const struct stp_event_work* event);
  void (*message)(const struct stp_event_message* event);
  void (*connection)(const struct stp_event_connection* event);
  void (*window)(const struct stp_event_window* event);
  void (*carried)(const struct stp_event_carried* event);
  void (*output)(const struct stp_event_output* event);
  void (*fault)(const struct stp_event_fault* event);
  void (*start)(void); /* the output directory is there, nothing has run */
  /* Nothing more comes. `end` is when the last process ended or the run was stopped: what was still
   * on its way then may have arrived later. */
  void (*finish)(double end);
  size_t payload;            /* how many bytes of each message it wants to see */
  struct stp_observer* next; /* of the hub */
};

/* Before the run. Observers are told in the order in which they were added. The struct stays the
 * caller's and must live as long as the run. */
void stp_observe(struct stp_observer* observer);

extern struct stp_observer* stp_observers;

static inline bool stp_observed(void) { return __builtin_expect(stp_observers != NULL, false); }

/* How many bytes of a message the most curious observer wants. */
size_t stp_observed_payload(void);

/* A number for a message. */
uint64_t stp_event_message_id(void);

/* ---- telling: by the parts of the runtime, if stp_observed() ---- */

void stp_tell_process(const struct stp_process* process, enum stp_process_phase phase);
void stp_tell_thread(const struct stp_thread* thread, enum stp_thread_phase phase);
void stp_tell_wait(const struct stp_thread* thread, double deadline);
void stp_tell_goes_on(const struct stp_thread* thread, int result); /* of stp_park */
void stp_tell_work(const struct stp_thread* thread, bool begins, bool spins, double cpu_time);
void stp_tell_message(const struct stp_event_message* event); /* net/tell.h makes them */
void stp_tell_connection(const struct stp_event_connection* event);
void stp_tell_window(const struct stp_event_window* event);
void stp_tell_carried(const struct stp_path* path, double begin, double bytes);
void stp_tell_output(const struct stp_event_output* event);
void stp_tell_fault(const char* kind, const char* subject, const char* detail,
                    const struct stp_host* host);
void stp_tell_start(void);
void stp_tell_finish(double end);

#endif
