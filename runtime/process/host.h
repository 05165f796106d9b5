/* A host of the emulated platform: its name, addresses, directory, and the processes that run on
 * it. */
#ifndef STP_HOST_H
#define STP_HOST_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

struct stp_clock_watch;
struct stp_cores;
struct stp_cpu_deadline;
struct stp_engine_host;
struct stp_process;
struct stp_waitq;

struct stp_host {
  const char* name;               /* as in the platform file; also what gethostname says, unless: */
  char *node_name, *domain_name;  /* sethostname, setdomainname; null: nobody has */
  struct stp_engine_host* engine; /* the simulator's side */
  size_t index;          /* 0 <= index < stp_host_count, in the order of stp_engine_host_at */
  struct in_addr ipv4;   /* property "ip", or 10.0.0.1 and on by index */
  struct in6_addr ipv6;  /* property "ipv6", or fd00::1 and on by index */
  const char* directory; /* absolute real path of its root; made by stp_hosts_start */
  const char* base;      /* real directory whose files it starts with, read only; null: none */
  int directory_fd;      /* the same, open (O_PATH); -1 until first used: stp_host_directory_fd */
  bool own_etc;          /* something in its /etc is, or was, its own (file/overlay.c) */
  bool on;               /* it has power; deployed_power.c */
  bool paused;           /* stopped as a virtual machine can be; process/pause.h */
  int next_pid;          /* the first to try; stp_pid_next (process/tree.h) */
  struct stp_process* processes;          /* running ones, oldest first; linked by next_on_host */
  double past_cpu_time;                   /* s, of processes that are no more: stp_work_of_host */
  struct stp_cores* cores;                /* process/cores.c; null until somebody works */
  struct stp_cpu_deadline* cpu_deadlines; /* time/cpu_deadline.c */
  struct stp_waitq* pollers;              /* time/loop.c; null until the first */
  struct stp_net_host* net;               /* net/: ports in use; null until first used */
  struct stp_udp_host* udp;               /* the same of UDP */
  struct stp_host_clock* clock;           /* time/host_clock.c; null: shows true virtual time */
  struct stp_clock_watch* clock_watches;  /* time/aim.c */
  struct stp_ipc_host* ipc;               /* ipc/: null until first used */
};

/* Makes the host table from the engine's platform, with directories under `output` (created on
 * first use of a host). Fails (stp_fatal) on a bad or duplicate "ip" property. */
void stp_hosts_start(const char* output);

/* It is turned off: what root called it is forgotten. */
void stp_host_forget_names(struct stp_host* host);

/* What it calls itself. */
static inline const char* stp_host_node_name(const struct stp_host* host) {
  return host->node_name ? host->node_name : host->name;
}

static inline const char* stp_host_domain_name(const struct stp_host* host) {
  return host->domain_name ? host->domain_name : "(none)";
}

size_t stp_host_count(void);
struct stp_host* stp_host_at(size_t index);
struct stp_host* stp_host_by_name(const char* name);       /* null if there is none */
struct stp_host* stp_host_by_ipv4(struct in_addr address); /* null if there is none */
struct stp_host* stp_host_by_ipv6(struct in6_addr address);

/* Makes a host start from a real directory: fails (stp_fatal, which names `where`) if that is none,
 * lies in the output, or is not the one set before. */
void stp_host_set_base(struct stp_host* host, const char* base, const char* where);

/* The open directory of the host, creating it when needed. Real descriptor, close-on-exec, owned by
 * the host. */
int stp_host_directory_fd(struct stp_host* host);

#endif
