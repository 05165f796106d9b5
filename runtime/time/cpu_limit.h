/* RLIMIT_CPU: SIGXCPU at the soft limit and each second from there on, SIGKILL at the hard one. */
#ifndef STP_CPU_LIMIT_H
#define STP_CPU_LIMIT_H

struct stp_process;

/* Call when the limit of a process has been set. Anywhere. */
void stp_cpu_limit_changed(struct stp_process* process);

/* A child has its parent's limit, and has used nothing yet. */
extern const struct stp_process_hooks stp_cpu_limit_hooks;

#endif
