/* Sending signals to processes by number, as kill(2) does. */
#ifndef STP_KILL_H
#define STP_KILL_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct stp_process;

/* Sends `info->si_signo` (0: none, only tries) from the calling process: pid > 0, to that process
 * of its host; 0: to its own process group; -1: to all but itself and process 1; else to group
 * -pid. Returns 0 if somebody was meant and may be sent to, -ESRCH, -EPERM, -EINVAL. */
int stp_kill(pid_t pid, const siginfo_t* info);

/* Whether the calling process may send that signal to `target`. */
bool stp_may_kill(struct stp_process* target, int signal);

#endif
