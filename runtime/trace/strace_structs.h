/* What arguments point to. Each appends the structure at an address of the calling process, or the
 * address if nothing is there. */
#ifndef STP_STRACE_STRUCTS_H
#define STP_STRACE_STRUCTS_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/strace_text.h"

/* strace_structs.c: time, signals, processes, files */
void stp_show_timespec(struct stp_text* text, uintptr_t from);
void stp_show_timeval(struct stp_text* text, uintptr_t from);
void stp_show_timespecs(struct stp_text* text, uintptr_t from); /* two, as utimensat has them */
void stp_show_timevals(struct stp_text* text, uintptr_t from);
void stp_show_itimerspec(struct stp_text* text, uintptr_t from);
void stp_show_itimerval(struct stp_text* text, uintptr_t from);
void stp_show_signal(struct stp_text* text, int signal);
void stp_show_sigset(struct stp_text* text, uintptr_t from);
void stp_show_handler(struct stp_text* text, uintptr_t handler);
void stp_show_sigaction(struct stp_text* text, uintptr_t from);
void stp_show_siginfo(struct stp_text* text, const siginfo_t* info);
void stp_show_siginfo_at(struct stp_text* text, uintptr_t from);
void stp_show_sigevent(struct stp_text* text, uintptr_t from);
void stp_show_status(struct stp_text* text, int status); /* of waitpid */
void stp_show_rusage(struct stp_text* text, uintptr_t from);
void stp_show_rlimit(struct stp_text* text, uintptr_t from);
void stp_show_stat(struct stp_text* text, uintptr_t from);
void stp_show_statx(struct stp_text* text, uintptr_t from);
void stp_show_file_mode(struct stp_text* text, unsigned mode);
void stp_show_utsname(struct stp_text* text, uintptr_t from);
void stp_show_flock(struct stp_text* text, uintptr_t from);

/* strace_vectors.c: several of a kind */
void stp_show_ints(struct stp_text* text, uintptr_t from, size_t count);
void stp_show_iovec(struct stp_text* text, uintptr_t from, size_t count, size_t bytes);
void stp_show_strings(struct stp_text* text, uintptr_t from);
void stp_show_variables(struct stp_text* text, uintptr_t from); /* "0x7f... followed by a count" */
void stp_show_cpus(struct stp_text* text, uintptr_t from, size_t bytes);
void stp_show_semaphores(struct stp_text* text, uintptr_t from, size_t count);
void stp_show_pollfds(struct stp_text* text, uintptr_t from, size_t count, bool results);
void stp_show_epoll_event(struct stp_text* text, uintptr_t from);
void stp_show_epoll_events(struct stp_text* text, uintptr_t from, size_t count);
/* Of `limit` descriptors; with `set`, nothing for an empty one. Says how many there are. */
size_t stp_show_fdset(struct stp_text* text, uintptr_t from, size_t limit);

/* strace_written.c */
void stp_show_word(struct stp_text* text, uintptr_t from, size_t size, const char* format);
void stp_show_msgbuf(struct stp_text* text, uintptr_t from, size_t size);

/* strace_net.c */
void stp_show_address(struct stp_text* text, uintptr_t from, size_t size);
/* bytes: how many were transferred, SIZE_MAX: all that there are. */
void stp_show_message(struct stp_text* text, uintptr_t from, size_t bytes);
void stp_show_messages(struct stp_text* text, uintptr_t from, size_t count);
void stp_show_socket_type(struct stp_text* text, int type);
void stp_show_option(struct stp_text* text, int level, int option);
void stp_show_option_value(struct stp_text* text, int level, int option, uintptr_t from,
                           size_t size);

#endif
