/* Signals of virtual processes: what each process wants done with a signal (its disposition), which
 * signals each thread blocks, and what a signal then does. A set is a word as the kernel keeps it:
 * bit N-1 stands for signal N.
 *
 * A signal that a process sends to itself is dealt with at once, in the calling thread. One from
 * another process takes its default action, is ignored, or stays pending while blocked; a handler
 * of a process that is not running is never called (yet): such a signal is refused. */
#ifndef STP_SIGNALS_H
#define STP_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct stp_process;
struct stp_thread;

typedef uint64_t stp_sigset;
#define STP_SIGBIT(signal) ((stp_sigset)1 << ((signal)-1))

static inline bool stp_signal_valid(int signal) { return signal >= 1 && signal <= 64; }

/* Sets as programs have them. */
stp_sigset stp_sigset_of(const sigset_t* set);
void stp_sigset_store(sigset_t* set, stp_sigset word);

/* Whether the calling process ignores `signal`, because it asked to or by default. Models that
 * raise one ask first: a write to a closed pipe fails with EPIPE whether or not SIGPIPE is ignored.
 */
bool stp_signal_ignored(int signal);

/* Raises `signal` in the calling thread: calls its handler here and now, or ends the process, or
 * leaves it pending if the thread blocks it, or does nothing if it is ignored. Returns if the
 * process lives on. On the user stack. */
void stp_signal_raise(int signal);

/* The same with what a handler installed with SA_SIGINFO is told. */
void stp_signal_raise_info(const siginfo_t* info);

/* Sends `info->si_signo` to a process; to the calling one, it is raised here. Anywhere.
 * Returns 0 or -ENOSYS where a handler would have to run in another process. */
int stp_signal_send(struct stp_process* target, const siginfo_t* info);

/* The same to a thread of the calling process. */
int stp_signal_send_thread(struct stp_thread* target, const siginfo_t* info);

/* What kill() tells the receiver: the signal, and who sent it (the calling process). `code` is
 * SI_USER, SI_TKILL or SI_QUEUE. */
siginfo_t stp_signal_info(int signal, int code);

/* Reads (into `old`) and sets (from `action`) a disposition; either may be null. 0 or -EINVAL. */
int stp_signal_action(int signal, const struct sigaction* action, struct sigaction* old);

/* The disposition of any process. */
struct sigaction stp_signal_disposition(const struct stp_process* process, int signal);

/* Replaces the set that the calling thread blocks (never SIGKILL or SIGSTOP), then lets what was
 * pending and is not blocked any more happen. */
void stp_signal_block(stp_sigset blocked);

/* Blocks the calling thread until a signal of `set` is pending for it or its process, and takes it.
 * Returns its number, or -EAGAIN at the date `deadline` (sigtimedwait). */
int stp_signal_wait(stp_sigset set, double deadline, siginfo_t* info);

/* Replaces the blocked set until a handler has been called (sigsuspend). Returns -EINTR. */
int stp_signal_suspend(stp_sigset blocked);

/* What is pending for the calling thread and its process, and what the thread blocks. */
stp_sigset stp_signal_pending(void);
stp_sigset stp_signal_blocked(void);

#endif
