/* The tree of processes: parents, children, zombies. Every host has a process 1 that is not
 * emulated: it is the parent of what the deployment started, adopts orphans and reaps at once. */
#ifndef STP_TREE_H
#define STP_TREE_H

#include <stdbool.h>
#include <sys/types.h>

struct stp_host;
struct stp_process;

enum {
  STP_INIT_PID = 1,
  STP_PID_MAX = 32768, /* pids are less */
};

/* A pid for a new process of `host`: in ascending order, then from the start again, leaving out
 * what is the pid, group or session of a process that exists. */
pid_t stp_pid_next(struct stp_host* host);

/* The pid of its parent; 1 if it has none. */
pid_t stp_tree_parent(const struct stp_process* process);

/* Makes a new process the youngest child of `parent`. */
void stp_tree_add(struct stp_process* child, struct stp_process* parent);

/* Whether the calling process's user may have one more process on its host (RLIMIT_NPROC). */
bool stp_tree_may_grow(void);

/* Blocks until a child of the calling process has replaced its program or ended. */
void stp_tree_await_exec(pid_t child);

/* A process has been stopped by `signal`, or goes on: recorded, and its parent is told. Anywhere.
 */
void stp_tree_stopped(struct stp_process* process, int signal);
void stp_tree_resumed(struct stp_process* process);

/* A process has lost its threads, memory and descriptors, and its status is known: its children
 * become orphans (zombies among them are reaped), and it becomes a zombie and its parent is told,
 * or, where nobody will wait for it, it is freed. Maestro; process.c calls it last. */
void stp_tree_ended(struct stp_process* process);

/* Told when a process has become a zombie, and when it is `gone`. Null: nobody. Set by
 * file/pidfd.c. */
extern void (*stp_tree_watcher)(struct stp_process* process, bool gone);

/* Whether nobody in their session could bring the group of a host's processes to the foreground. */
bool stp_tree_orphaned(const struct stp_host* host, pid_t group);

/* A zombie is waited for: its parent takes over its CPU time, and it is freed. */
void stp_tree_reap(struct stp_process* zombie);

#endif
