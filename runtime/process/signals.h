/* Signals of virtual processes (signal(7)): what a process wants done with a signal (its
 * disposition), which signals each thread blocks, and what a signal then does.
 *
 * Generated: a signal that is ignored is gone; one whose default action ends, stops or continues
 * the process does so at once; the others become pending for a thread, or for the process, which
 * then picks a thread that does not block it, the main one first. That thread is *signalled*, and
 * woken if it is parked (stp_park returns -EINTR).
 * Handled: by the thread itself, on its user stack, where it waits (stp_wait) or when the mediated
 * call ends that it is in (STP_CALL). A running thread only gets signals that it raises itself. */
#ifndef STP_SIGNALS_H
#define STP_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

#include "process/pending.h"

struct stp_process;
struct stp_thread;

static inline bool stp_signal_valid(int signal) { return signal >= 1 && signal <= 64; }

/* Sets as programs have them. */
stp_sigset stp_sigset_of(const sigset_t* set);
void stp_sigset_store(sigset_t* set, stp_sigset word);

/* ---- dispositions ---- */

/* Whether a process ignores `signal`, because it asked to or by default. Models that raise one ask
 * first: a write to a closed pipe fails with EPIPE whether or not SIGPIPE is ignored. */
bool stp_signal_ignored(int signal); /* the calling one */
bool stp_signal_ignored_by(const struct stp_process* process, int signal);

/* The disposition of any process. Anywhere. */
struct sigaction stp_signal_disposition(const struct stp_process* process, int signal);

/* Reads (into `old`) and sets (from `action`) a disposition; either may be null. 0 or -EINVAL. */
int stp_signal_action(int signal, const struct sigaction* action, struct sigaction* old);

/* Dispositions are inherited by fork; exec resets handlers to the default. The masks and pending
 * signals of threads are in struct stp_thread: a forked thread inherits `blocked`, the one that
 * execs keeps both. */
extern const struct stp_process_hooks stp_signal_hooks;

/* ---- generating ---- */

/* What kill() tells the receiver: the signal, and who sent it (the calling process). `code` is
 * SI_USER, SI_TKILL or SI_QUEUE. */
siginfo_t stp_signal_info(int signal, int code);

/* Sends `info->si_signo` to a process, or to one thread (`thread` not null). Anywhere; does not run
 * handlers, nor return if it ends the calling process. Says whether it is pending now. */
bool stp_signal_generate(struct stp_process* process, struct stp_thread* thread,
                         const siginfo_t* info);

/* The same; 0, or -EAGAIN: too many of a real-time signal wait already. */
int stp_signal_send(struct stp_process* target, const siginfo_t* info);
int stp_signal_send_thread(struct stp_thread* target, const siginfo_t* info);

/* Told when a signal has become pending, whoever it is for. Set by file/signalfd.c. */
extern void (*stp_signal_generated)(stp_sigset bit);

/* The same to the calling thread. */
void stp_signal_raise(int signal);

/* Why a stopped process stopped: none of its threads runs until it is continued. */
static inline bool stp_signal_stops(int signal) {
  return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

/* A thread ends: its signals go, those of the process that it was to handle go to another. For
 * thread.c. */
void stp_signals_thread_end(struct stp_thread* thread);

/* ---- handling: on the user stack of the calling thread ---- */

/* What the handlers that were called mean for a call that was interrupted. */
enum stp_handled { STP_HANDLED_NONE, STP_HANDLED_RESTART, STP_HANDLED_INTERRUPT };

/* Calls the handlers of all signals that the thread does not block; also stops here with a stopped
 * process. errno is kept. Handlers may do anything: fork, jump out. */
enum stp_handled stp_signals_handle(void);

/* Whether the calling thread has a signal to handle. Cheap where it has not. */
bool stp_signals_deliverable(void);

/* A fault (or anything else that no thread may go on from) has raised `info->si_signo` in the
 * calling thread: calls the handler, with `context`, unless the program has none or blocks the
 * signal; says whether it did. The stack is the caller's choice: */
bool stp_signal_fault(const siginfo_t* info, ucontext_t* context);

/* The stack that the handler of `signal` asked for with SA_ONSTACK: its top; null: none, or the
 * address `sp` lies on it already. */
void* stp_signal_stack(int signal, const void* sp);

/* ---- masks ---- */

/* What is pending for the calling thread and its process, and what the thread blocks. */
stp_sigset stp_signal_pending(void);
stp_sigset stp_signal_blocked(void);

/* Replaces the set that the calling thread blocks (never SIGKILL or SIGSTOP). What is let through
 * is handled when the call ends, or by stp_signals_handle. */
void stp_signal_block(stp_sigset blocked);

/* The same for the time of a wait (ppoll, sigsuspend): after stp_signal_block, handles what it lets
 * through and restores `before`, as Linux does: a handler runs with the temporary mask, and when it
 * has returned, `before` is back. */
enum stp_handled stp_signals_handle_under(stp_sigset before);

/* ---- waiting ---- */

/* Takes a signal of `set` that is pending for the calling thread or its process. */
bool stp_signal_take(stp_sigset set, siginfo_t* info);

/* Blocks the calling thread until it can take one. Returns its number, or -EAGAIN at the date
 * `deadline`, or -EINTR: another one is to be handled. */
int stp_signal_wait(stp_sigset set, double deadline, siginfo_t* info);

/* Replaces the blocked set until a handler has been called (sigsuspend). Returns -EINTR. */
int stp_signal_suspend(stp_sigset blocked);

#endif
